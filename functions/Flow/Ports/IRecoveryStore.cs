using System.Collections.Immutable;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>What came of a conditional write.</summary>
public enum WriteOutcome
{
    Written,
    /// <summary>Another recovery of the cluster is active, or one of this id exists.</summary>
    Taken,
    /// <summary>The cluster's ledger is another one than the plan was made with: read it again.</summary>
    Outdated,
    /// <summary>The lease is no longer ours: stop acting.</summary>
    LeaseLost,
}

/// <summary>A recovery with what was said about it afterwards.</summary>
public sealed record StoredRecovery(Recovery Recovery, string AcknowledgedBy = "", string AcknowledgedBecause = "");

/// <summary>That a recovery began, without what came of it.</summary>
public sealed record BegunRecovery(string Id, ClusterId Cluster, PlanKind Kind, string Actor, DateTimeOffset At);

/// <summary>What holds the next recovery of a cluster.</summary>
/// <param name="Active">The one that has not ended, also one that this version cannot read; null when there is
/// none.</param>
/// <param name="Past">Those that count for the cluster's limits, newest end first.</param>
public sealed record RecoveryHistory(ActiveRecovery? Active, ImmutableArray<PastRecovery> Past);

/// <summary>Recoveries, append-only. Writes of a running recovery carry the lease and fail when it was lost.</summary>
public interface IRecoveryStore
{
    /// <summary>
    /// Inserts a new recovery as the one active of its cluster, in one transaction with the check of the lease.
    /// </summary>
    /// <param name="ledger">
    /// What is owed with its first stage, written when the stored one is still that of the tag; null leaves it alone.
    /// </param>
    Task<WriteOutcome> BeginAsync(Recovery recovery, Ledger? ledger, Lease lease, CancellationToken cancel);

    /// <summary>
    /// Writes the newest stage and the results of the one before it, and the ledger, in one transaction. A stage with
    /// an outcome also ends the recovery.
    /// </summary>
    /// <param name="ledger">Null leaves it alone.</param>
    Task<WriteOutcome> SaveStageAsync(Recovery recovery, Ledger? ledger, Lease lease, CancellationToken cancel);

    /// <summary>What is owed in a cluster; the empty ledger when nothing ever was.</summary>
    Task<Ledger> ReadLedgerAsync(ClusterId cluster, CancellationToken cancel);

    /// <summary>
    /// Writes a ledger in which something is paid; false when the stored one is not that of its tag any more.
    /// </summary>
    Task<bool> SettleAsync(ClusterId cluster, Ledger ledger, CancellationToken cancel);

    /// <summary>
    /// Records why nothing was done; replaces the newest record of the same cluster when that says the same. Says
    /// whether it is news: no record of another id said it.
    /// </summary>
    Task<bool> RecordHeldAsync(Recovery held, CancellationToken cancel);

    /// <summary>
    /// The active recovery of a cluster, null when there is none or when this version cannot read it; <see
    /// cref="ReadHistoryAsync"/> tells these two apart.
    /// </summary>
    Task<Recovery?> ReadActiveAsync(ClusterId cluster, CancellationToken cancel);

    /// <summary>Clusters with an active recovery: what a restarted process looks for.</summary>
    Task<ImmutableArray<ClusterId>> ReadActiveClustersAsync(CancellationToken cancel);

    /// <summary>
    /// A recovery of the cluster may be about to begin: what the store has to know for that is read now. It only saves
    /// time, within the next second.
    /// </summary>
    Task PrepareAsync(ClusterId cluster, CancellationToken cancel);

    /// <summary>
    /// What the gate asks of a cluster's recoveries, in one quick read: a failover waits for the answer. Other kinds of
    /// recoveries, however many, hide nothing.
    /// </summary>
    /// <param name="since">Only what ended since then; of what did not reach its end only since <paramref
    /// name="vainSince"/>, which is not earlier.</param>
    Task<RecoveryHistory> ReadHistoryAsync(
        ClusterId cluster, DateTimeOffset since, DateTimeOffset vainSince, CancellationToken cancel);

    /// <summary>Newest first; of one cluster or of all.</summary>
    /// <param name="begun">Only what began: records of why nothing was done are passed over and do not count.</param>
    /// <param name="before">Only what comes after this one in that order; null from the newest on.</param>
    Task<ImmutableArray<StoredRecovery>> ReadRecentAsync(
        ClusterId? cluster, int limit, CancellationToken cancel, bool begun = false, RecentBefore? before = null);

    /// <summary>
    /// What began since then in the whole fleet, newest first. Quick: a failover waits for the answer.
    /// </summary>
    Task<ImmutableArray<BegunRecovery>> ReadBegunAsync(DateTimeOffset since, CancellationToken cancel);

    /// <summary>Null when there is none of that id.</summary>
    /// <param name="cluster">Where it is known: then only what began is looked for, and the store need not
    /// search.</param>
    Task<StoredRecovery?> ReadAsync(string id, CancellationToken cancel, ClusterId? cluster = null);

    /// <summary>
    /// Removes recoveries that began before then and have ended, records of held ones too, and says how many; at most
    /// so many.
    /// </summary>
    Task<int> CleanAsync(DateTimeOffset before, int most, CancellationToken cancel);

    /// <summary>Removes every recovery of a cluster, an active one too.</summary>
    Task ForgetAsync(ClusterId cluster, CancellationToken cancel);

    /// <summary>
    /// Leaves an operator's word for whoever runs a recovery at this moment, in place of one that was left before.
    /// </summary>
    Task PostSignalAsync(ClusterId cluster, string id, OperatorSignal word, CancellationToken cancel);

    /// <summary>The word that was left for a recovery; null when there is none.</summary>
    Task<OperatorSignal?> ReadSignalAsync(ClusterId cluster, string id, CancellationToken cancel);

    /// <summary>
    /// False when there is none of that id. The recovery counts for no limit any more; an active one that this version
    /// cannot read no longer keeps its cluster, and nobody goes on with it.
    /// </summary>
    Task<bool> AcknowledgeAsync(string id, string by, string because, CancellationToken cancel);
}
