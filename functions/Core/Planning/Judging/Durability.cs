using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Whether every acknowledged transaction is on some reachable replica. With W acknowledgements per commit, N replicas that could
/// have given them and R of those reachable, R + W &gt; N guarantees it (S4): the W that acknowledged cannot all be among the missing N − R.
/// </summary>
/// <param name="IsBroken">The cluster promised durability (semi-sync was waiting) and too many of the acknowledging replicas are gone.</param>
/// <param name="PossiblyLost">What is not guaranteed, in words; empty when everything is.</param>
public sealed record Durability(bool IsBroken, string PossiblyLost)
{
    /// <summary>A replica last seen this much earlier than the primary was gone before the primary's last commits.</summary>
    private static readonly TimeSpan GoneBefore = TimeSpan.FromSeconds(5);

    /// <param name="old">The failed primary.</param>
    /// <param name="reachable">Replicas that were seen and whose receivers stand still.</param>
    public static Durability Of(Topology topology, Member old, IReadOnlySet<InstanceKey> reachable)
    {
        var semiSync = old.LastSeen?.SemiSync;
        if (old.LastSeen is null) return new(false, "the primary was never seen, so its last transactions are unknown");
        if (semiSync is not { SourceEnabled: true, SourceActive: true }) return new(false, Asynchronous(topology, old));

        var ackers = topology.ReplicasOf(old.Key).Where(r => r.Known?.SemiSync.ReplicaEnabled == true && !WasGone(topology, r, old, reachable)).ToArray();
        var present = ackers.Count(r => reachable.Contains(r.Key));
        var wait = Math.Max(1, semiSync.WaitForReplicas);
        // The primary may count acknowledging replicas that we do not know.
        var all = Math.Max(ackers.Length, semiSync.Clients);
        if (present + wait > all) return new(false, "");
        var missing = string.Join(", ", [.. ackers.Where(r => !reachable.Contains(r.Key)).Select(r => r.Key.ToString()), .. all > ackers.Length ? ["an unknown replica"] : Array.Empty<string>()]);
        return new(true, $"commits waited for {wait} of {all} semi-sync replicas and only {present} can be reached: {missing} may hold acknowledged transactions nobody else has");
    }

    private static bool WasGone(Topology topology, Member replica, Member old, IReadOnlySet<InstanceKey> reachable) =>
        !reachable.Contains(replica.Key) && !replica.IsSeen
        && (replica.LastSeenAt is null || replica.LastSeenAt + GoneBefore < old.LastSeenAt)
        && old.LastSeen!.SemiSync.Clients <= topology.ReplicasOf(old.Key).Count(r => reachable.Contains(r.Key) && r.Known?.SemiSync.ReplicaEnabled == true);

    private static string Asynchronous(Topology topology, Member old)
    {
        var on = topology.ReplicasOf(old.Key).Where(r => r.IsSeen).Select(r => r.Now!.Reachable)
            .Aggregate((GtidPosition?)null, (all, more) => all is null ? more : all.GetType() == more.GetType() ? all.Union(more) : all);
        var executed = old.LastSeen!.Gtid.Executed;
        var seenAndMissing = on is null || on.GetType() != executed.GetType() ? executed : executed.Except(on);
        return "replication was asynchronous, so commits after the last ones received may be lost"
            + (seenAndMissing.IsEmpty ? "" : $"; seen on the primary and on no replica: {seenAndMissing}");
    }
}
