using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Knowing;

/// <summary>
/// A cluster as its rows tell it, without a probe. A member without a stored failure counts as seen, the last time when
/// the watcher of its shard gave its last sign of life: a server that does not change is not written again.
/// </summary>
public static class StoredTopology
{
    /// <param name="beat">The watcher's last sign of life; null when there never was one.</param>
    public static Topology Of(StoredCluster cluster, DateTimeOffset now, DateTimeOffset? beat)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return new(cluster.Id, now, cluster.Members.Select(m => MemberOf(m, beat)), cluster.Alias, cluster.Ledger);
    }

    private static Member MemberOf(StoredMember stored, DateTimeOffset? beat)
    {
        var member = LiveCluster.AsMember(LiveCluster.SeenUntil(stored, beat)) with { FailingFor = stored.FailingFor };
        if (stored is { LastSeen: { } seen, LastFailure.Length: 0 })
            return member with { Outcome = new ProbeOutcome.Seen(seen) };
        var failure = stored.LastFailure.Length > 0 ? stored.LastFailure : "never seen";
        return member with { Outcome = new ProbeOutcome.Failed(stored.LastFailureKind, failure) };
    }
}
