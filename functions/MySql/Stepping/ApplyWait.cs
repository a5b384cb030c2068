using System.Diagnostics;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>
/// Waits in short turns, because a server waits on when its applier has stopped with an error: between turns that is looked at.
/// </summary>
internal static class ApplyWait
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);

    public static async Task<StepResult> RunAsync(
        InstanceProbe probe, Session session, WaitUntilApplied wait, Func<TimeSpan> left, Stopwatch clock, CancellationToken cancel)
    {
        while (true)
        {
            var turn = left() - Margin;
            if (turn <= TimeSpan.Zero) return new StepResult(StepState.TimedOut, clock.Elapsed, Says: $"{wait.Target.Key} has not applied {wait.Position} in time");
            var sql = StepStatements.Wait(wait.Position, turn < Turn ? turn : Turn);
            var reached = await session.QueryAsync(sql, async reader => await reader.ReadAsync() && !reader.IsDBNull(0) && reader.GetInt64(0) == 0, left(), cancel);
            if (reached) return new StepResult(StepState.Done, clock.Elapsed);
            var now = (await probe.ProbeAsync(wait.Target.Key, left(), cancel)).Sighted;
            if (now is not null && wait.IsSatisfiedBy(now)) return new StepResult(StepState.Done, clock.Elapsed);
            if (now?.Links.FirstOrDefault(l => l.Applier == ReplicationThread.Stopped && l.ApplierErrorNumber != 0) is { } stopped)
                return new StepResult(StepState.Failed, clock.Elapsed, Says: $"the applier stopped with error {stopped.ApplierErrorNumber}: {stopped.ApplierError}");
        }
    }
}
