using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Stores what recoveries decide, with what is owed from then on, and says so: a stage is written before its steps, and
/// what follows from a stage before the stage.
/// </summary>
public sealed class RecoveryRecords(IRecoveryStore store, TimeProvider time, ILogger logger)
{
    /// <summary>So often a plan is made again, because the ledger changed between reading and writing it.</summary>
    /// <summary>How often a recovery is planned anew when the ledger has changed before it was stored.</summary>
    internal const int BeginAttempts = 3;

    // Why nothing is done is said once, and again when the reason is another one.
    private readonly ConcurrentDictionary<ClusterId, string> said = new();

    /// <summary>Raised with every stage stored: planned first, then with results.</summary>
    public event Action<Recovery>? Progress;

    /// <summary>Raised with every recovery that was given up before it began, which only leaves why.</summary>
    public event Action<Recovery>? NotBegun;

    /// <summary>Raised with every ledger stored: what is owed in a cluster from now on.</summary>
    public event Action<ClusterId, Ledger>? Kept;

    /// <summary>Raised when why nothing is done is stored and nobody said it before.</summary>
    public event Action<Recovery>? Held;

    /// <summary>
    /// Awaited with the end of a recovery before that is stored, because nobody comes back to it then. By that time
    /// the promotion has happened, and nothing is left that would wait for it. The same for what is held, when that is
    /// stored.
    /// </summary>
    public Func<Recovery, CancellationToken, Task>? Ending { get; set; }

    /// <summary>
    /// Plans the first stage and stores it as the beginning of the one active recovery of its cluster.
    /// </summary>
    /// <param name="attempts">
    /// How often it is planned when the ledger changes meanwhile. One: that it changed is
    /// <see cref="RunStatus.Overtaken"/>.
    /// </param>
    /// <returns>Why it did not begin, null when it did; the recovery; and the topology with what is owed.</returns>
    internal async Task<(RunStatus? End, Recovery Recovery, Topology Topology)> BeginAsync(
        Recovery seed, Topology topology, Lease lease, int attempts, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (recovery, ledger) = Plan(seed, topology, lease);
            if (recovery is { Outcome: RecoveryOutcome.Abandoned given, IsAutomatic: true })
            {
                // It would be asked for again as long as the problem stands: one record says why nothing is done.
                await HoldAsync(seed, given.Refusal, cancel);
                NotBegun?.Invoke(recovery);
                return (RunStatus.NothingToDo, recovery, topology);
            }
            if (recovery.IsEnded) return await EndAtOnceAsync(recovery, topology, lease, cancel);
            switch (await store.BeginAsync(recovery, ledger, lease, cancel))
            {
                case WriteOutcome.Written:
                    Kept?.Invoke(recovery.Cluster, ledger);
                    return (null, recovery, topology.With(ledger));
                case WriteOutcome.Outdated when attempts == 1:
                    return (RunStatus.Overtaken, recovery, topology);
                case WriteOutcome.Outdated when attempt < attempts:
                    // The looks may be older than what the ledger says by now: the guard has everybody looked at again.
                    topology = topology.With(await store.ReadLedgerAsync(seed.Cluster, cancel))
                        .With([], DateTimeOffset.MinValue);
                    break;
                case WriteOutcome.LeaseLost:
                    return (RunStatus.LeaseLost, recovery, topology);
                default:
                    return (RunStatus.NothingToDo, recovery, topology);
            }
        }
    }

    /// <summary>Plans one more stage and stores it. The topology is null when the lease was lost.</summary>
    internal async Task<(Recovery Recovery, Topology? Topology)> PlanOnAsync(
        Recovery told, Topology topology, Lease lease, CancellationToken cancel)
    {
        var (recovery, ledger) = Plan(told, topology, lease);
        if (recovery.IsEnded && Ending is { } ending) await ending(recovery, cancel);
        var changed = ReferenceEquals(ledger, topology.Ledger) ? null : ledger;
        if (await store.SaveStageAsync(recovery, changed, lease, cancel) != WriteOutcome.Written)
            return (recovery, null);
        if (changed is not null) Kept?.Invoke(recovery.Cluster, changed);
        return (recovery, topology.With(ledger));
    }

    /// <summary>Stores a stage that the machine planned; false when the lease was lost.</summary>
    internal async Task<bool> SaveAsync(
        Recovery recovery, Ledger? ledger, Lease lease, LedgerNotes notes, CancellationToken cancel)
    {
        if (recovery.IsEnded && Ending is { } ending) await ending(recovery, cancel);
        if (await store.SaveStageAsync(recovery, ledger, lease, cancel) != WriteOutcome.Written) return false;
        if (ledger is not null)
        {
            Kept?.Invoke(recovery.Cluster, ledger);
            notes.Note(ledger);
        }
        Announce(recovery);
        return true;
    }

    internal void Announce(Recovery recovery)
    {
        Progress?.Invoke(recovery);
        if (recovery.Stages.LastOrDefault() is { } newest)
            logger.Stage(recovery.Id, newest.Stage.Name, newest.Stage.Because);
    }

    /// <summary>Stores why nothing is done.</summary>
    internal async Task HoldAsync(Recovery recovery, Refusal why, CancellationToken cancel)
    {
        if (!said.TryGetValue(recovery.Cluster, out var before) || before != why.Because)
        {
            logger.Held(recovery.Subject.ToString(), $"{recovery.Code}", why.Because, why.Remedy);
            Telemetry.Held(recovery.Cluster, $"{recovery.Code}", why.Remedy);
            said[recovery.Cluster] = why.Because;
        }
        var stage = PlanStage.End("held", new RecoveryOutcome.Held(why));
        recovery = recovery.With(new StageRecord(stage, 0, time.GetUtcNow(), []));
        if (!await store.RecordHeldAsync(recovery, cancel)) return;
        // The message is done with when this returns.
        if (Ending is { } ending) await ending(recovery, cancel);
        Held?.Invoke(recovery);
    }

    // One that is given up before it began is inserted without its only stage: the stage that ends a recovery is saved,
    // not begun. It owes nothing.
    private async Task<(RunStatus? End, Recovery Recovery, Topology Topology)> EndAtOnceAsync(
        Recovery recovery, Topology topology, Lease lease, CancellationToken cancel)
    {
        if (Ending is { } ending) await ending(recovery, cancel);
        var written = await store.BeginAsync(recovery with { Stages = [] }, ledger: null, lease, cancel);
        if (written == WriteOutcome.Written)
            written = await store.SaveStageAsync(recovery, ledger: null, lease, cancel);
        if (written == WriteOutcome.LeaseLost) return (RunStatus.LeaseLost, recovery, topology);
        return (written == WriteOutcome.Written ? null : RunStatus.NothingToDo, recovery, topology);
    }

    private (Recovery Recovery, Ledger Ledger) Plan(Recovery recovery, Topology topology, Lease lease)
    {
        var stage = Planner.Next(recovery, topology);
        recovery = recovery.With(new StageRecord(stage, lease.Epoch, time.GetUtcNow(), []));
        var ledger = Bookkeeping.With(recovery, topology, time.GetUtcNow());
        var isSame = ReferenceEquals(ledger, topology.Ledger);
        return (recovery, isSame ? ledger : ledger with { Version = ledger.Version + 1 });
    }
}
