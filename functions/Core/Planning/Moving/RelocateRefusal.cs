using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>Everything that keeps a server from being moved below another one, each with what would allow it.</summary>
public static class RelocateRefusal
{
    private const string Name = "the name of the new source";

    /// <param name="target">The server it is to follow.</param>
    /// <param name="again">It is pointed anew to mend its replication: an error of its applier is no obstacle.</param>
    public static IEnumerable<Refusal> Of(
        Topology topology, Member replica, InstanceKey? target, RecoveryPolicy policy, bool again = false)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(policy);
        if (target is null) return [new("it was not said below which server", Name)];
        if (topology[target] is not { } source)
            return [new($"{target} is not a member of cluster {topology.Cluster}", Name)];
        if (OfShape(topology, replica, source) is { } refusal) return [refusal];
        Refusal[] unseen =
            [.. new[] { replica, source }.Where(m => m.Outcome is not ProbeOutcome.Seen).Select(NotSeen)];
        if (unseen.Length > 0) return unseen;
        return
        [
            .. OfLinks(topology, replica, again ? source.Current : null, policy),
            .. OfPlace(topology, source),
            .. OfBoth(topology, replica, source),
            .. OfAcknowledgements(topology, replica, source),
        ];
    }

    private static Refusal? OfShape(Topology topology, Member replica, Member source)
    {
        if (source.Key == replica.Key) return new($"{replica.Key} cannot follow itself", Name);
        if (topology.Primary?.Key == replica.Key)
            return new($"{replica.Key} is the primary", "a takeover, which makes another one the primary");
        return topology.DescendantsOf(replica.Key).Contains(source.Key)
            ? new($"{source.Key} is below {replica.Key}: they would follow each other", $"{source.Key} moved first")
            : null;
    }

    /// <summary>Why nothing is done with a server that was not seen, or only in part.</summary>
    internal static Refusal NotSeen(Member member) => member.Outcome switch
    {
        ProbeOutcome.Partly partly => new(
            $"{member.Key} was seen only in part; not known: {string.Join(", ", partly.Missing)}",
                $"an answer of {member.Key} to every question"),
        ProbeOutcome.Failed failed =>
            new($"{member.Key} was not seen ({failed.Says})", $"access to {member.Key} from here"),
        _ => new($"{member.Key} was not seen", $"access to {member.Key} from here"),
    };

    private static IEnumerable<Refusal> OfLinks(
        Topology topology, Member replica, Instance? again, RecoveryPolicy policy)
    {
        var (key, instance) = (replica.Key, replica.Current!);
        if (MovedLink.IsUnclear(topology, replica))
            yield return new($"{key} replicates from {instance.Links.Length} sources; which link is meant is not known",
                $"one source for {key} within the cluster");
        else if (MovedLink.Find(topology, replica) is not { } link)
            foreach (var refusal in OfNoLink(instance, policy)) yield return refusal;
        else if (OfLink(instance, link, again) is { } refusal) yield return refusal;
    }

    private static Refusal? OfLink(Instance replica, ReplicationLink link, Instance? again)
    {
        var key = replica.Key;
        if (!link.AutoPosition) return new($"{key} does not use GTID auto-position", $"SOURCE_AUTO_POSITION on {key}");
        if (link.ApplierErrorNumber != 0) return OfError(replica, link, again);
        // Somebody stopped it, and a move would start it or discard what it has not applied.
        return link is { Applier: ReplicationThread.Stopped, IsDetached: false }
            ? new($"the applier of {key} was stopped", $"a running applier on {key}")
            : null;
    }

    // Pointed anew it discards what it cannot apply: its source has to have that, and nobody to count on it here.
    private static Refusal? OfError(Instance replica, ReplicationLink link, Instance? again)
    {
        if (again is not null && !UnappliedTransactions.MustBeEmpty(replica, link, again)) return null;
        var kept = again is null ? ""
            : UnappliedTransactions.WhyNotDiscard(replica, link, again) is { } why ? $", and it {why.Because}"
            : ", and it acknowledges commits: what it has acknowledged must not be discarded";
        return new(
            $"the applier of {replica.Key} stopped with error {link.ApplierErrorNumber}{kept}",
            $"an applier on {replica.Key} that runs");
    }

    // A server that followed nobody, most often a primary that was replaced.
    private static IEnumerable<Refusal> OfNoLink(Instance replica, RecoveryPolicy policy)
    {
        var key = replica.Key;
        if (!replica.ReadOnly) yield return new($"{key} follows nobody and is writable", $"read_only=ON on {key}");
        if (!policy.HasReplicationAccount)
            yield return new(
                $"{key} has no link yet, and no replication account is configured", "MySql:ReplicationUser");
    }

    // Below a server that nothing reaches it would be lost to every failover (L2).
    private static IEnumerable<Refusal> OfPlace(Topology topology, Member source)
    {
        if (topology.Primary is not { } primary)
            yield return new($"cluster {topology.Cluster} has no single primary", "a primary");
        else if (source.Key != primary.Key && !topology.DescendantsOf(primary.Key).Contains(source.Key))
            yield return new(
                $"{source.Key} does not follow the primary {primary.Key}", $"a move of {source.Key} below it");
        foreach (var link in source.Current!.Links.Where(l => !l.IsReplicating))
            yield return new(
                $"{source.Key} does not replicate from {link.Source} itself", $"replication of {source.Key}");
    }

    // Nobody has to move a server: what is not supported is not done either.
    private static IEnumerable<Refusal> OfBoth(Topology topology, Member replica, Member source) =>
        CanFollow.WhyNot(topology, replica, source).Concat(CanFollow.WhyNotAdvised(replica.Current!, source.Current!))
            .Select(r => r with { Because = $"{replica.Key} {r.Because}" });

    // A source that is silent may go on in a moment, and waits for what it was promised.
    private static IEnumerable<Refusal> OfAcknowledgements(Topology topology, Member replica, Member target) =>
        topology.SourcesOf(replica).Where(s => s.Key != target.Key && !s.Outcome.IsDefinite)
            .Select(s => SemiSyncRule.WhyNotWithout(topology, replica, s)).OfType<Refusal>();
}
