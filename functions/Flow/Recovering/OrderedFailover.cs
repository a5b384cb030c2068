using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// A failover that a person asks for: it is looked whether the primary is dead, as for one that came by message, what
/// yields to a failover makes way, and the record says what of the gate was passed over (0032).
/// </summary>
internal sealed class OrderedFailover(
    RecoverCluster recover, IRecoveryStore store, GateReader gate, ConfirmFailure confirm, ReadTopology live,
    WatchPolicy watch, TimeProvider time)
{
    /// <summary>For so long another plan has time to make way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc cref="RecoverCluster.RunAsync(Recovery, CancellationToken, int, Topology)"/>
    public async Task<RunResult> RunAsync(Recovery seed, CancellationToken cancel, int stages)
    {
        var active = await store.ReadActiveAsync(seed.Cluster, cancel);
        var isKnown = active?.Id == seed.Id || await store.ReadAsync(seed.Id, cancel) is not null;
        if (isKnown) return await recover.RunAsync(seed, cancel, stages);
        if (active is { Kind.YieldsToFailover: false }) return Running(active);
        var judged = await JudgeAsync(seed, cancel);
        if (judged.Refusal is null && active is not null)
        {
            if (await MakeWayAsync(judged.Asked, active, cancel) is { } busy) return busy;
            judged = await JudgeAsync(seed, cancel);
        }
        return judged.Refusal is { } refusal
            ? new RunResult(RunStatus.Refused, Refusal: refusal)
            : await recover.RunAsync(judged.Asked, cancel, stages, judged.Seen);
    }

    private async Task<(Recovery Asked, Topology? Seen, Refusal? Refusal)> JudgeAsync(
        Recovery seed, CancellationToken cancel)
    {
        if (await LookAsync(seed, cancel) is not var (topology, downtime))
            return (seed, null, new Refusal($"cluster {seed.Cluster} is not known"));
        var inputs = await gate.ReadAsync(seed.Cluster, cancel, seed.Id) with { ClusterDowntime = downtime };
        ImmutableArray<Analysis> found =
            [.. Analyzer.Analyze(topology, watch.Detection).Where(a => a.Key == seed.Subject)];
        return AskedFailover.WhyNot(seed, topology, found, inputs) is { } refusal
            ? (seed, topology, refusal)
            : (AskedFailover.Recorded(seed, topology, found, inputs), topology, null);
    }

    // Without a person's word the primary is looked at until it is clear that it is dead, or that nobody can tell.
    private async Task<(Topology Topology, Downtime? Downtime)?> LookAsync(Recovery seed, CancellationToken cancel)
    {
        if (seed.Request is { PrimaryIsDead: true })
            return await live.ReadAsync(seed.Cluster, _ => watch.ProbeTimeout, cancel);
        return await confirm.RunAsync(FailureOf(seed), cancel) is { } seen ? (seen.Topology, seen.Downtime) : null;
    }

    // Null when the cluster is free; else what the caller is told.
    private async Task<RunResult?> MakeWayAsync(Recovery asked, Recovery yielding, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        await recover.Superseding.TellAsync(FailureOf(asked), yielding.Id, cancel);
        while (true)
        {
            // Nobody may be running it.
            await recover.ResumeAsync(asked.Cluster, cancel);
            if (await store.ReadActiveAsync(asked.Cluster, cancel) is not { } active) return null;
            if (active.Id != yielding.Id) return Running(active);
            if (time.GetElapsedTime(began) > Patience) return new RunResult(RunStatus.Busy, active);
            await Task.Delay(LookAgain, time, cancel);
        }
    }

    private Failure FailureOf(Recovery asked) => new(
        asked.Id, asked.Cluster, asked.Subject, AnalysisCode.DeadPrimary, asked.Kind, asked.Sentence, asked.Evidence,
        time.GetUtcNow());

    private static RunResult Running(Recovery active) =>
        new(RunStatus.Refused, active, OperationRequest.Running(active));
}
