using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Everything that rules a replica out as the next primary (S7). The reasons speak of the replica without its name.
/// </summary>
public static class CandidateRefusal
{
    /// <param name="old">The primary to replace.</param>
    /// <param name="peers">The other direct replicas that were seen.</param>
    public static IEnumerable<Refusal> Of(
        Topology topology, Member replica, Member old, IReadOnlyList<Instance> peers, RecoveryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(policy);
        if (OfSight(replica) is { } unseen) return [unseen];
        var instance = replica.Current!;
        return
        [
            .. OfDeclarations(replica, topology.TakenAt),
            .. OfServing(instance),
            .. OfBinaryLog(instance, old.LastKnown),
            .. OfLink(replica.Key, topology.LinkBetween(replica, old.Key)),
            .. OfTransactions(instance, old.LastKnown, peers),
            .. OfKind(instance, peers),
            .. OfPlace(instance, old.LastKnown, policy),
        ];
    }

    /// <summary>Why none of the replicas is chosen: each with everything that rules it out.</summary>
    /// <param name="lead">What cannot be, in words.</param>
    public static Refusal OfAll(string lead, IReadOnlyCollection<CandidateJudgement> judgements)
    {
        ArgumentNullException.ThrowIfNull(judgements);
        if (judgements.Count == 0) return new Refusal($"{lead}: there is none", "a replica");
        var remedies = judgements.Select(j => j.Remedy).Where(r => r.Length > 0).Distinct();
        return new Refusal(
            $"{lead}: {string.Join("; ", judgements.Select(j => $"{j.Key} {j.Says}"))}",
                string.Join(", or ", remedies));
    }

    /// <summary>Why nobody is chosen: what rules out the one that was named, or each where none was.</summary>
    /// <param name="lead">What cannot be, in words, where none was named.</param>
    /// <param name="target">The one that a person named; null for none.</param>
    /// <param name="old">The primary to replace.</param>
    public static Refusal OfChoice(
        string lead, InstanceKey? target, InstanceKey old, IReadOnlyCollection<CandidateJudgement> judgements)
    {
        ArgumentNullException.ThrowIfNull(judgements);
        if (target is null) return OfAll(lead, judgements);
        if (judgements.FirstOrDefault(j => j.Key == target) is not { } named)
            return new($"{target} is no direct replica of {old}", "the name of the successor");
        string[] remedies = [named.Remedy, judgements.Count > 1 ? "a plan that names no successor" : ""];
        return new($"{named.Key} {named.Says}", string.Join(", or ", remedies.Where(r => r.Length > 0)));
    }

    private static Refusal? OfSight(Member replica) => replica.Outcome switch
    {
        ProbeOutcome.Failed failed => new($"was not seen ({failed.Says})", $"access to {replica.Key} from here"),
        ProbeOutcome.Partly partly => new(
            $"was seen only in part; not known: {string.Join(", ", partly.Missing)}",
                $"an answer of {replica.Key} to every question"),
        _ => null,
    };

    private static IEnumerable<Refusal> OfDeclarations(Member replica, DateTimeOffset now)
    {
        if (replica.PromotionRule == PromotionRule.MustNot)
            yield return new("its promotion rule is must_not", $"another promotion rule for {replica.Key}");
        if (replica.Downtime is { } downtime && downtime.IsActiveAt(now))
            yield return new(
                $"is downtimed by {downtime.Owner}: {downtime.Reason}", $"the end of the downtime of {replica.Key}");
    }

    // Opened for writes it would still refuse clients and replicas.
    private static IEnumerable<Refusal> OfServing(Instance replica)
    {
        if (replica.OfflineMode)
            yield return new("is in offline mode, so it lets neither clients nor replicas in",
                $"offline_mode=OFF on {replica.Key}");
        if (OfRights(replica) is { } rights) yield return rights;
    }

    /// <summary>
    /// What our account may not do on a server that changes its role; null when it may, as far as is known.
    /// </summary>
    public static Refusal? OfRights(Instance server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return server.Missing is { All.Length: > 0 } missing
            ? new($"does not allow our account what a change of roles needs ({missing.All})",
                $"GRANT {missing.All} ON *.* to the account of MySql:User on {server.Key}")
            : null;
    }

    private static IEnumerable<Refusal> OfBinaryLog(Instance replica, Instance? old)
    {
        if (replica.BinaryLog.LeavesOutMoreThan(old?.BinaryLog))
            yield return new(
                $"leaves databases out of its binary log that the primary logs ({replica.BinaryLog.Filters})",
                $"the same binlog_do_db and binlog_ignore_db on {replica.Key} as on the primary");
        if (!replica.BinaryLog.Enabled) yield return new("has no binary log", $"log_bin on {replica.Key}");
        else if (!replica.BinaryLog.LogsReplicaUpdates)
            yield return new(
                "does not log replica updates (log_replica_updates)", $"log_replica_updates on {replica.Key}");
    }

    private static IEnumerable<Refusal> OfLink(InstanceKey key, ReplicationLink? link)
    {
        if (link is null)
        {
            yield return new("does not replicate from the primary");
            yield break;
        }
        if (!link.AutoPosition) yield return new("does not use GTID auto-position", $"SOURCE_AUTO_POSITION on {key}");
        if (link.DelaySeconds > 0)
            yield return new($"is delayed by {link.DelaySeconds} s on purpose", $"no SOURCE_DELAY on {key}");
        if (link.HasFilters) yield return new("filters what it replicates", $"no replication filters on {key}");
        if (link.ApplierErrorNumber != 0)
            yield return new(
                $"its applier stopped with error {link.ApplierErrorNumber}", $"an applier on {key} that runs");
    }

    private static IEnumerable<Refusal> OfTransactions(Instance replica, Instance? old, IReadOnlyList<Instance> peers)
    {
        if (replica.Links.Length > 1)
            yield return new($"replicates from {replica.Links.Length} sources", $"one source for {replica.Key}");
        var errant = ErrantTransactions.In(replica, old, peers);
        if (!errant.IsEmpty)
            yield return new($"has errant transactions {errant}",
                $"the errant transactions of {replica.Key} removed or brought to all");
    }

    // What only some of the others could not read costs those; what most could not read is no choice for the cluster.
    private static IEnumerable<Refusal> OfKind(Instance replica, IReadOnlyList<Instance> peers)
    {
        if (peers.Count(p => CanFollow.IsOlder(p, replica)) * 2 > peers.Count)
            yield return new($"runs {replica.Version}, newer than most of the replicas that would follow it",
                "an upgrade of the others");
        if (peers.Count(p => CanFollow.LogsSmaller(p, replica)) * 2 > peers.Count)
            yield return new(
                $"logs in {replica.BinaryLog.Format} format, "
                + "which most of the replicas would have to log in a smaller one",
                "one binlog_format on all");
        if (peers.Any(p => CanFollow.DifferInFlavor(p, replica)))
            yield return new("is of another flavour (MySQL, MariaDB) than a replica that would follow it");
    }

    private static IEnumerable<Refusal> OfPlace(Instance replica, Instance? old, RecoveryPolicy policy)
    {
        if (old is null) yield break;
        var (here, there) = (replica.Location, old.Location);
        if (policy.SameDataCenterOnly && Differ(here.DataCenter, there.DataCenter))
            yield return new($"stands in data centre '{here.DataCenter}', the primary in '{there.DataCenter}'",
                "Recovery:SameDataCenterOnly");
        if (policy.SameRegionOnly && Differ(here.Region, there.Region))
            yield return new(
                $"stands in region '{here.Region}', the primary in '{there.Region}'", "Recovery:SameRegionOnly");
    }

    // An unknown place constrains nothing.
    private static bool Differ(string a, string b) =>
        a.Length > 0 && b.Length > 0 && !string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
