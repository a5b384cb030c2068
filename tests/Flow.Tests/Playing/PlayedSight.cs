using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;

namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>The servers of a play as one process reaches them.</summary>
/// <param name="ran">Hears of every step that this process ran, with what came of it.</param>
/// <param name="looked">Hears of every look, with how long it waits at most.</param>
internal sealed class PlayedSight(
    Servers servers, string process, TimeProvider time, Action<PlanStep, StepResult> ran,
    Action<InstanceKey, TimeSpan> looked) : ISight
{
    private static readonly TimeSpan SessionPatience = TimeSpan.FromSeconds(1);

    public async Task<ProbeOutcome> ProbeAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel)
    {
        looked(key, timeout);
        await servers.BeforeLookAsync(key, cancel);
        if (!servers.IsSilent(process, key)) return Heard(await servers.World.ProbeAsync(key, timeout, cancel));
        await Task.Delay(timeout, time, cancel);
        return new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer in time");
    }

    public async Task<StepResult> RunAsync(
        PlannedStep step, Topology topology, StepTerms terms, CancellationToken cancel)
    {
        await servers.BeforeAsync(step.Step, cancel);
        var (key, isSilent) = (step.Step.Target.Key, servers.IsSilent(process, step.Step.Target.Key));
        var result = step.Step is ServerStep && isSilent
            ? Unanswered(step.Step)
            : await servers.World.RunAsync(step, topology, terms, cancel);
        ran(step.Step, result);
        return result;

        StepResult Unanswered(PlanStep unheard)
        {
            if (unheard is not Fence) return new(StepState.Failed, TimeSpan.Zero, Says: $"{key} does not answer");
            if (servers.StoppedFor(key) is not null) servers.CloseLater(key);
            return new(StepState.Queued, TimeSpan.Zero);
        }
    }

    public async Task<string> HoldAsync(InstanceKey key, CancellationToken cancel)
    {
        if (!servers.IsSilent(process, key)) return await servers.HoldAsync(key, cancel);
        await Task.Delay(SessionPatience, time, cancel);
        return "no answer in time";
    }

    public Task<string?> AmbiguityAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) =>
        servers.World.AmbiguityAsync(key, timeout, cancel);

    public IReadOnlyList<string> Preview(PlanStep step, Topology topology) => servers.World.Preview(step, topology);

    public Task WarmAsync(InstanceKey key, CancellationToken cancel) => Task.CompletedTask;

    public Task PractiseLossAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task PractiseAsync(InstanceKey key, TimeSpan within, CancellationToken cancel, bool isToBeOpened = false) =>
        Task.CompletedTask;

    public void Forget(InstanceKey key)
    {
    }

    // A replica says for how long it has heard nothing of a source that is stopped.
    private ProbeOutcome Heard(ProbeOutcome outcome) => outcome.Sighted is null
        ? outcome
        : outcome.With(i => i with { Links = [.. i.Links.Select(WithSilence)] });

    private ReplicationLink WithSilence(ReplicationLink link) =>
        servers.StoppedFor(link.Source) is { } silence ? link with { SilentFor = silence } : link;
}
