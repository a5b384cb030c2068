using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Whether every acknowledged transaction is on some reachable replica: with W acknowledgements per commit, N replicas
/// that could have given them and R of those reachable, R + W &gt; N guarantees it (<see
/// cref="SemiSyncRule.IsGuaranteed"/>, S4).
/// </summary>
/// <param name="IsBroken">The cluster promised durability (semi-sync was waiting) and too many of the acknowledging
/// replicas are gone.</param>
/// <param name="PossiblyLost">What is not guaranteed, in words; empty when everything is.</param>
public sealed record Durability(bool IsBroken, string PossiblyLost)
{
    /// <summary>
    /// A replica last seen this much earlier than the primary was gone before the primary's last commits.
    /// </summary>
    private static readonly TimeSpan GoneBefore = TimeSpan.FromSeconds(5);

    /// <param name="old">The failed primary.</param>
    /// <param name="reachable">Replicas that were seen and whose receivers stand still.</param>
    public static Durability Of(Topology topology, Member old, IReadOnlySet<InstanceKey> reachable)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(reachable);
        if (old.LastSeen is not { } last)
            return new(false, "the primary was never seen, so its last transactions are unknown");
        return SemiSyncRule.Of(old) is { IsKept: true } rule
            ? Promised(topology, old, rule, last.SemiSync.Clients, reachable)
            : new(false, Asynchronous(topology, old));
    }

    private static Durability Promised(
        Topology topology, Member old, SemiSyncRule rule, int clients, IReadOnlySet<InstanceKey> reachable)
    {
        Member[] ackers = [.. Ackers(topology, old).Where(r => !WasGone(topology, r, old, reachable))];
        var present = ackers.Count(r => reachable.Contains(r.Key));
        // The primary may count acknowledging replicas that we do not know.
        var all = Math.Max(ackers.Length, clients);
        if (rule.IsGuaranteed(present, all)) return new(false, "");
        var missing = ackers.Where(r => !reachable.Contains(r.Key)).Select(r => r.Key.ToString());
        if (all > ackers.Length) missing = missing.Append("an unknown replica");
        return new(
            true,
            $"commits waited for {rule.WaitFor} of {all} semi-sync replicas and only {present} can be reached: "
            + $"{string.Join(", ", missing)} may hold acknowledged transactions nobody else has");
    }

    private static IEnumerable<Member> Ackers(Topology topology, Member old) =>
        topology.ReplicasOf(old.Key).Where(r => SemiSyncRule.Acknowledges(r.Known));

    private static bool WasGone(Topology topology, Member replica, Member old, IReadOnlySet<InstanceKey> reachable)
    {
        if (reachable.Contains(replica.Key) || replica.IsSeen) return false;
        var isLongGone = replica.LastSeenAt is null || replica.LastSeenAt + GoneBefore < old.LastSeenAt;
        return isLongGone && old.LastSeen!.SemiSync.Clients <= Ackers(topology, old)
            .Count(r => reachable.Contains(r.Key));
    }

    private static string Asynchronous(Topology topology, Member old)
    {
        GtidPosition? on = null;
        foreach (var replica in topology.ReplicasOf(old.Key).Where(r => r.IsSeen))
            on = on is null ? replica.Now!.Reachable : Union(on, replica.Now!.Reachable);
        var executed = old.LastSeen!.Gtid.Executed;
        var onlyThere = on is null || on.GetType() != executed.GetType() ? executed : executed.Except(on);
        return "replication was asynchronous, so commits after the last ones received may be lost"
            + (onlyThere.IsEmpty ? "" : $"; seen on the primary and on no replica: {onlyThere}");
    }

    private static GtidPosition Union(GtidPosition all, GtidPosition more) =>
        all.GetType() == more.GetType() ? all.Union(more) : all;
}
