using System.Diagnostics;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Probing;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>Looks again and again until a receiver is connected, or has said why it is not.</summary>
internal static class LinkWait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<StepResult> RunAsync(InstanceProbe probe, WaitUntilReceiving wait, Func<TimeSpan> left, Stopwatch clock, CancellationToken cancel)
    {
        while (left() > Pause)
        {
            await Task.Delay(Pause, cancel);
            probe.Expire(wait.Target.Key);
            var link = (await probe.ProbeAsync(wait.Target.Key, left(), cancel)).Sighted?.Links.FirstOrDefault(l => l.Source == wait.Source);
            if (link is { Receiver: ReplicationThread.Running }) return new StepResult(StepState.Done, clock.Elapsed);
            if (link is { ReceiverErrorNumber: not 0 }) return new StepResult(StepState.Failed, clock.Elapsed, Says: $"error {link.ReceiverErrorNumber}: {link.ReceiverError}");
        }
        return new StepResult(StepState.TimedOut, clock.Elapsed, Says: $"{wait.Target.Key} has not connected to {wait.Source} in time");
    }
}
