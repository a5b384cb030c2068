using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>Everything that rules a replica out as the next primary (S7), each reason a sentence.</summary>
public static class CandidateRefusal
{
    /// <param name="old">The primary to replace.</param>
    /// <param name="peers">The other direct replicas that were seen.</param>
    public static IEnumerable<string> Of(Topology topology, Member replica, Member old, IReadOnlyList<Instance> peers, RecoveryPolicy policy)
    {
        switch (replica.Outcome)
        {
            case ProbeOutcome.Failed failed:
                yield return $"was not seen ({failed.Says})";
                yield break;
            case ProbeOutcome.Partly partly:
                yield return $"was seen only in part; not known: {string.Join(", ", partly.Missing)}";
                yield break;
        }
        var instance = replica.Now!;
        if (replica.PromotionRule == PromotionRule.MustNot) yield return "its promotion rule is must_not";
        if (replica.Downtime?.IsActiveAt(topology.TakenAt) == true) yield return $"is downtimed by {replica.Downtime.Owner}: {replica.Downtime.Reason}";
        if (!instance.BinaryLog.Enabled) yield return "has no binary log";
        else if (!instance.BinaryLog.LogsReplicaUpdates) yield return "does not log replica updates (log_replica_updates)";
        foreach (var reason in OfLink(topology.LinkBetween(replica, old.Key))) yield return reason;
        if (instance.Links.Length > 1) yield return $"replicates from {instance.Links.Length} sources";
        var errant = ErrantTransactions.In(instance, old.Known, peers);
        if (!errant.IsEmpty) yield return $"has errant transactions {errant}";
        foreach (var reason in OfKind(instance, peers)) yield return reason;
        foreach (var reason in OfPlace(instance, old.Known, policy)) yield return reason;
    }

    private static IEnumerable<string> OfLink(ReplicationLink? link)
    {
        if (link is null)
        {
            yield return "does not replicate from the primary";
            yield break;
        }
        if (!link.AutoPosition) yield return "does not use GTID auto-position";
        if (link.DelaySeconds > 0) yield return $"is delayed by {link.DelaySeconds} s on purpose";
        if (link.HasFilters) yield return "filters what it replicates";
        if (link.ApplierErrorNumber != 0) yield return $"its applier stopped with error {link.ApplierErrorNumber}";
    }

    // A source newer than its replicas, or logging in a larger format than they do, may send what they cannot read
    // (manual, "Replication Compatibility Between MySQL Versions").
    private static IEnumerable<string> OfKind(Instance instance, IReadOnlyList<Instance> peers)
    {
        var older = peers.Count(p => Release(p.Version) < Release(instance.Version));
        if (older * 2 > peers.Count) yield return $"runs {instance.Version}, newer than most of the replicas that would follow it";
        var smaller = peers.Count(p => p.BinaryLog.FormatRank < instance.BinaryLog.FormatRank);
        if (smaller * 2 > peers.Count) yield return $"logs in {instance.BinaryLog.Format} format, which most of the replicas would have to log in a smaller one";
        if (peers.Any(p => p.Version.Flavor == ServerFlavor.MariaDb != (instance.Version.Flavor == ServerFlavor.MariaDb)))
            yield return "is of another flavour (MySQL, MariaDB) than a replica that would follow it";
    }

    private static IEnumerable<string> OfPlace(Instance instance, Instance? old, RecoveryPolicy policy)
    {
        if (old is null) yield break;
        if (policy.SameDataCenterOnly && Differ(instance.Location.DataCenter, old.Location.DataCenter))
            yield return $"stands in data centre '{instance.Location.DataCenter}', the primary in '{old.Location.DataCenter}' (Recovery:SameDataCenterOnly)";
        if (policy.SameRegionOnly && Differ(instance.Location.Region, old.Location.Region))
            yield return $"stands in region '{instance.Location.Region}', the primary in '{old.Location.Region}' (Recovery:SameRegionOnly)";
    }

    private static int Release(ServerVersion v) => v.Major * 1000 + v.Minor;

    // An unknown place constrains nothing.
    private static bool Differ(string a, string b) => a.Length > 0 && b.Length > 0 && !string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
