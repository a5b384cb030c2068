using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Leasing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// The recovery loop: plan a stage, store it, run its steps side by side, look again, plan the next. Everything it
/// knows is in the stored recovery, so that any process holding the lease can go on from any point.
/// </summary>
public sealed class RecoverCluster(
    ReadTopology live, IRecoveryStore store, ITopologyStore topologies, IStepRunner runner, IClusterLease leases,
    GateReader gate, IAuditLog audit, RecoveryPolicy policy, WatchPolicy watch, string holder, TimeProvider time,
    ILogger logger, HookSteps? hooks = null)
{
    private const int AllStages = int.MaxValue;
    /// <summary>For so long the look that a stage was planned on still counts.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(3);
    /// <summary>For so long a verdict counts that waits for its lease.</summary>
    private static readonly TimeSpan VerdictFor = TimeSpan.FromSeconds(1);

    private readonly ConfirmFailure confirm = new(live, watch, time);
    private readonly OperatorSignals signals = new(store, topologies, gate, time, logger);
    private readonly RecoveryRecords records = new(store, time, logger);
    private readonly RecoveryEnds ends = new(audit, time, logger);
    private readonly HookSteps hooks = hooks ?? HookSteps.None(time, logger);
    private readonly RunLimits limits = RunLimits.For(watch.ProbeTimeout, watch.LeaseLength);
    private readonly LeasedRuns leased = new(leases, holder, watch.LeaseLength, time);

    /// <summary>
    /// Raised with every sighting of a run: it may be the last one of a server that is lost a moment later.
    /// </summary>
    public event Action<ClusterId, InstanceKey, ProbeOutcome>? Seen;

    internal SupersedeRecovery Superseding => new(store, gate, confirm, signals, time);

    internal OrderedFailover Ordered => new(this, store, gate, confirm, live, watch, time);

    /// <summary>What is stored of recoveries, and who hears of it.</summary>
    public RecoveryRecords Records => records;

    /// <summary>
    /// Runs the recovery a failure asks for. A message delivered twice finds its recovery begun or ended and starts
    /// nothing.
    /// </summary>
    /// <param name="stages">How many stages to run at most; with 0 the first one is planned and stored.</param>
    public async Task<RunResult> RunAsync(Failure failure, CancellationToken cancel, int stages = AllStages)
    {
        if (await store.ReadActiveAsync(failure.Cluster, cancel) is { } running)
        {
            var makesWay = await Superseding.AskAsync(running, failure, cancel);
            var resumed = await ResumeAsync(failure.Cluster, cancel, makesWay ? AllStages : stages);
            if (!makesWay || !resumed.IsClusterFree) return resumed;
            return await RunAsync(SupersedeRecovery.After(running, failure), cancel, stages);
        }
        if (await store.ReadAsync(failure.Id, cancel) is { Recovery: { IsHeld: false } before })
            return new RunResult(RunStatus.NothingToDo, before);
        // Without the lease: it may take a while, and whoever finds the failure meanwhile must not have to wait.
        if (await confirm.RunAsync(failure, cancel) is not { } seen) return RunResult.Nothing;
        return await leased.RunAsync(failure.Cluster, async (guard, token) =>
        {
            if (await store.ReadActiveAsync(failure.Cluster, token) is { } active)
                return await ResumeAsync(active, guard, stages, token);
            var inputs = await gate.ReadAsync(failure.Cluster, token, failure.Id);
            var recovery = DetectFailures.RecoveryOf(failure, policy) with { StartedAt = time.GetUtcNow() };
            var verdict = seen.Analysis is null
                ? new GateVerdict.Hold(new(seen.Because, "a failure that still stands when it is looked at again"))
                : RecoveryGate.Decide(seen.Analysis, seen.Topology, inputs with { ClusterDowntime = seen.Downtime });
            if (verdict is GateVerdict.Hold hold)
            {
                await records.HoldAsync(recovery, hold.Refusal, token);
                return RunResult.Nothing;
            }
            return await BeginAsync(recovery, seen.Topology, guard, stages, token);
        }, cancel);
    }

    /// <summary>
    /// Runs the recovery of a failure this process found and let through its gate this moment. What was seen and
    /// decided then still stands, so nothing is asked again. Where the lease was waited for, or the ledger is another
    /// one by now because a recovery began elsewhere meanwhile (it may have ended too), it is confirmed and goes
    /// through the gate like one that came by message (L5).
    /// </summary>
    public async Task<RunResult> RunFoundAsync(Failure failure, Topology seen, CancellationToken cancel)
    {
        var (foundAt, isOld) = (time.GetTimestamp(), false);
        var result = await leased.RunAsync(failure.Cluster, (guard, token) =>
        {
            isOld = time.GetElapsedTime(foundAt) > VerdictFor;
            return isOld
                ? Task.FromResult(RunResult.Nothing)
                : BeginAsync(
                    DetectFailures.RecoveryOf(failure, policy) with { StartedAt = time.GetUtcNow() }, seen, guard,
                    AllStages, token, attempts: 1);
        }, cancel);
        return isOld || result.End == RunStatus.Overtaken ? await RunAsync(failure, cancel) : result;
    }

    /// <summary>Runs a recovery an operator asked for.</summary>
    /// <inheritdoc cref="RunAsync(Failure, CancellationToken, int)" path="/param"/>
    /// <param name="seen">What the order was judged by; null: the topology is read afresh.</param>
    public Task<RunResult> RunAsync(
        Recovery seed, CancellationToken cancel, int stages = AllStages, Topology? seen = null) =>
        leased.RunAsync(seed.Cluster, async (guard, token) =>
        {
            if (await store.ReadActiveAsync(seed.Cluster, token) is { } active)
                return active.Id == seed.Id
                    ? await ResumeAsync(active, guard, stages, token)
                    : new RunResult(RunStatus.Refused, active, OperationRequest.Running(active));
            if (await store.ReadAsync(seed.Id, token) is { Recovery: var before })
                return new RunResult(RunStatus.NothingToDo, before);
            if (await gate.WhyUnreadableAsync(seed.Cluster, token) is { } refusal)
                return new RunResult(RunStatus.Refused, Refusal: refusal);
            var topology = seen ?? (await live.ReadAsync(seed.Cluster, _ => watch.ProbeTimeout, token))?.Topology;
            var asked = seed with { Policy = seed.Request?.Applied(policy) ?? policy };
            return topology is null ? RunResult.Nothing : await BeginAsync(asked, topology, guard, stages, token);
        }, cancel);

    /// <summary>Takes up a recovery another run left unfinished.</summary>
    /// <inheritdoc cref="RunAsync(Failure, CancellationToken, int)" path="/param"/>
    public Task<RunResult> ResumeAsync(ClusterId cluster, CancellationToken cancel, int stages = AllStages) =>
        leased.RunAsync(cluster, async (guard, token) =>
            await store.ReadActiveAsync(cluster, token) is { } active
                ? await ResumeAsync(active, guard, stages, token) : RunResult.Nothing, cancel);

    /// <summary>
    /// Runs one more stage of a recovery. One that ended meanwhile, by whoever's hand, is <see
    /// cref="RunStatus.Ended"/>; another one of the cluster is not touched.
    /// </summary>
    public Task<RunResult> StepAsync(ClusterId cluster, string id, CancellationToken cancel) =>
        leased.RunAsync(cluster, async (guard, token) =>
        {
            // While writes are blocked nobody waits for another call.
            if (await store.ReadActiveAsync(cluster, token) is { } active && active.Id == id)
                return await ResumeAsync(active, guard, active.HasClosed ? AllStages : 1, token);
            return await store.ReadAsync(id, token) is { } stored
                ? new RunResult(RunStatus.Ended, stored.Recovery) : RunResult.Nothing;
        }, cancel);

    /// <summary>
    /// Tells the running recovery of a cluster what an operator wants of it, and goes on with it. A word that comes too
    /// late or to nothing is <see cref="RunStatus.Refused"/> with the reason.
    /// </summary>
    /// <inheritdoc cref="RunAsync(Failure, CancellationToken, int)" path="/param"/>
    public Task<RunResult> TellAsync(
        ClusterId cluster, string id, OperatorSignal word, CancellationToken cancel, int stages = AllStages) =>
        leased.RunAsync(cluster, async (guard, token) =>
        {
            if (await store.ReadActiveAsync(cluster, token) is not { } active || active.Id != id)
                return new RunResult(
                    RunStatus.Refused, Refusal: new Refusal($"recovery {id} of cluster {cluster} is not running"));
            if (active.WhyNot(word) is { } refusal) return new RunResult(RunStatus.Refused, active, refusal);
            if (await live.ReadAsync(cluster, AfterAPause(active), token) is not var (topology, _))
                return new RunResult(RunStatus.NothingToDo, active);
            var (recovery, kept) = await records.PlanOnAsync(active.WithSignal(word), topology, guard.Lease, token);
            return kept is null
                ? new RunResult(RunStatus.LeaseLost, recovery)
                : await RunOnAsync(recovery, kept, guard, stages, token, told: topology.Ledger);
        }, cancel);

    private async Task<RunResult> BeginAsync(
        Recovery seed, Topology topology, LeaseKeeper guard, int stages, CancellationToken cancel,
        int attempts = RecoveryRecords.BeginAttempts)
    {
        var (end, recovery, kept) = await records.BeginAsync(seed, topology, guard.Lease, attempts, cancel);
        if (end is null && recovery is { Kind.SubjectIsDead: false, Choice: { } choice })
            _ = PractiseAsync(choice.Candidate, cancel);
        return end is { } why
            ? new RunResult(why, recovery)
            : await RunOnAsync(recovery, kept, guard, stages, cancel, told: topology.Ledger);
    }

    // A switch blocks writes later, and often in a process that has never opened a server: what that takes is compiled
    // and connected meanwhile, and the idle sessions of other processes end.
    private async Task PractiseAsync(InstanceKey successor, CancellationToken cancel)
    {
        try
        {
            await runner.PractiseAsync(successor, watch.ProbeTimeout, cancel, isToBeOpened: true);
        }
        catch (Exception)
        {
            // It only saves time.
        }
    }

    private async Task<RunResult> ResumeAsync(
        Recovery recovery, LeaseKeeper guard, int stages, CancellationToken cancel)
    {
        logger.Resumed(recovery.Id, recovery.Cluster.Value, recovery.Stages.LastOrDefault()?.Stage.Name ?? "none");
        var read = await live.ReadAsync(recovery.Cluster, AfterAPause(recovery), cancel);
        if (read is not var (topology, downtime)) return new RunResult(RunStatus.NothingToDo, recovery);
        if (await signals.VetoAsync(recovery, topology, downtime, cancel) is { } veto)
            recovery = recovery.WithSignal(veto);
        return await RunOnAsync(recovery, topology, guard, stages, cancel, isTakenUp: true);
    }

    // The machine decides, the interpreter waits.
    private async Task<RunResult> RunOnAsync(
        Recovery recovery, Topology topology, LeaseKeeper guard, int stages, CancellationToken cancel,
        bool isTakenUp = false, Ledger? told = null)
    {
        records.Announce(recovery);
        await using var notes = new LedgerNotes(
            topologies, recovery.Cluster, told ?? topology.Ledger, time, logger);
        notes.Note(topology.Ledger);
        var age = time.GetUtcNow() - topology.TakenAt;
        var seenAt = age > TimeSpan.Zero ? -age : TimeSpan.Zero;
        var ports = new RecoveryPorts(
            (key, timeout, token) => LookAsync(recovery.Cluster, key, timeout, token),
            runner.RunAsync, hooks.RunAsync,
            (planned, ledger, lease, token) => records.SaveAsync(planned, ledger, lease, notes, token),
            signals.HearAsync, signals.CalledAsync);
        await using var interpreter = new RecoveryInterpreter(ports, guard, time, logger, cancel);
        var (ran, stop) = await interpreter.RunAsync(now => isTakenUp
            ? RecoveryMachine.TakeUp(recovery, topology, seenAt, limits, stages, now)
            : RecoveryMachine.Begin(recovery, topology, seenAt, limits, stages, now));
        return await ends.NoteAsync(ran, stop, cancel);
    }

    private async Task<ProbeOutcome> LookAsync(
        ClusterId cluster, InstanceKey key, TimeSpan timeout, CancellationToken cancel)
    {
        var outcome = await live.Probe.ProbeAsync(key, timeout, cancel);
        if (outcome.Sighted is not null) Seen?.Invoke(cluster, key, outcome);
        return outcome;
    }

    // Somebody looked a moment ago, or else: a primary that is back since then has its full time to say so (S8).
    private Func<InstanceKey, TimeSpan> AfterAPause(Recovery recovery)
    {
        var isFresh = recovery.Stages.LastOrDefault() is { } last && time.GetUtcNow() - last.PlannedAt < FreshFor;
        return key => isFresh ? TimeoutOf(key, recovery) : watch.ProbeTimeout;
    }

    private TimeSpan TimeoutOf(InstanceKey key, Recovery recovery) =>
        recovery.Kind.SubjectIsDead && key == recovery.Subject ? policy.FenceTimeout : watch.ProbeTimeout;
}
