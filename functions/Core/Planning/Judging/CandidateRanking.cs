using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Chooses who becomes primary. Refusals come first; the rest is sorted by named criteria, and every replica leaves with its reasons.
/// </summary>
public static class CandidateRanking
{
    /// <summary>A replica with less unapplied work than this is as good as one with none.</summary>
    private const long SmallBacklogSeconds = 30;

    /// <summary>The best candidate, or null with the reasons for every replica in <paramref name="judged"/>.</summary>
    /// <param name="wanted">The only one acceptable, when an operator named it.</param>
    /// <param name="unusable">Replicas whose receivers could not be stopped: what they hold is not known.</param>
    public static CandidateChoice? Choose(
        Topology topology, Member old, RecoveryPolicy policy, InstanceKey? wanted, IReadOnlySet<InstanceKey> unusable, out ImmutableArray<CandidateJudgement> judged)
    {
        var replicas = topology.ReplicasOf(old.Key);
        var refusals = replicas.ToDictionary(r => r.Key, r => Refusals(topology, r, old, replicas, policy, wanted, unusable));
        var everything = Everything(replicas.Where(r => r.IsSeen && !unusable.Contains(r.Key)).Select(r => r.Now!), old);
        var ranked = replicas.Where(r => refusals[r.Key].Length == 0).OrderBy(r => r, ByMerit(old, everything)).ToArray();

        judged = [.. ranked.Select((r, i) => new CandidateJudgement(r.Key, i + 1, Reasons(r, old, everything))),
                  .. replicas.Where(r => refusals[r.Key].Length > 0).Select(r => new CandidateJudgement(r.Key, 0, [], refusals[r.Key]))];
        var reasons = judged;
        var choices = ranked.Select(r => Complete(topology, old, r, everything, unusable, reasons)).ToArray();
        // A lesser candidate that can get more comes before a better one that would lose it (S5).
        return choices.FirstOrDefault(c => choices.All(other => c.Target.Contains(other.Target))) ?? choices.FirstOrDefault();
    }

    private static CandidateChoice Complete(
        Topology topology, Member old, Member best, GtidPosition everything, IReadOnlySet<InstanceKey> unusable, ImmutableArray<CandidateJudgement> judged)
    {
        var own = best.Now!.Reachable;
        if (own.Contains(everything)) return new CandidateChoice(best.Key, judged, own);
        var holders = topology.ReplicasOf(old.Key)
            .Where(r => r.IsSeen && r.Key != best.Key && !unusable.Contains(r.Key) && !own.Contains(r.Now!.Reachable))
            .Select(r => new Holder(r.Key, r.Now!, Obstacle(topology, r, old, best.Now))).ToArray();
        var willing = holders.Where(h => h.Obstacle.Length == 0).ToArray();
        var richest = willing.OrderByDescending(h => willing.Count(o => h.Instance.Reachable.Contains(o.Instance.Reachable)))
            .ThenBy(h => h.Instance.HasAppliedAll == true ? 0 : 1).ThenBy(h => h.Key).FirstOrDefault();
        var target = richest is null ? own : own.Union(richest.Instance.Reachable);
        if (target.Contains(everything)) return new CandidateChoice(best.Key, judged, target, richest?.Key);
        var only = holders.Where(h => !target.Contains(h.Instance.Reachable)).Select(h => $"{h.Key}, which {(h.Obstacle.Length == 0 ? "lacks others" : h.Obstacle)}");
        return new CandidateChoice(best.Key, judged, target, richest?.Key, $"{everything.Except(target)} was received only by {string.Join(" and ", only)}");
    }

    private sealed record Holder(InstanceKey Key, Instance Instance, string Obstacle);

    // The candidate gets from it what it executes, all of it, and only what its binary log still has.
    private static string Obstacle(Topology topology, Member holder, Member old, Instance candidate)
    {
        var instance = holder.Now!;
        var link = topology.LinkBetween(holder, old.Key);
        var peers = topology.ReplicasOf(old.Key).Where(r => r.Key != holder.Key && r.IsSeen).Select(r => r.Now!).ToArray();
        if (!instance.LogsReplicaUpdates) return "has no binary log of replica updates";
        if (link is { HasFilters: true }) return "filters what it replicates";
        if (ErrantTransactions.In(instance, old.Known, peers) is { IsEmpty: false } errant) return $"would pass on errant transactions {errant} too";
        if (instance.Gtid.Purged is { } purged && !candidate.Reachable.Contains(purged)) return "has purged what comes before it";
        if (instance.HasAppliedAll == true) return "";
        if (link is null or { ApplierErrorNumber: not 0 } or { Applier: not ReplicationThread.Running }) return "does not apply it";
        return link.DelaySeconds > 0 ? $"applies it {link.DelaySeconds} s late on purpose" : "";
    }

    private static ImmutableArray<Refusal> Refusals(
        Topology topology, Member replica, Member old, ImmutableArray<Member> replicas, RecoveryPolicy policy, InstanceKey? wanted, IReadOnlySet<InstanceKey> unusable)
    {
        var peers = replicas.Where(r => r.Key != replica.Key && r.IsSeen).Select(r => r.Now!).ToArray();
        var reasons = CandidateRefusal.Of(topology, replica, old, peers, policy);
        if (wanted is not null && wanted != replica.Key) reasons = reasons.Append(new Refusal($"the operator asked for {wanted}", "a plan that names no successor"));
        if (unusable.Contains(replica.Key)) reasons = reasons.Append(new Refusal("its receiver could not be stopped", $"a receiver on {replica.Key} that can be stopped"));
        return [.. reasons];
    }

    // Everything the replicas have received, errant transactions left out: those are not the cluster's.
    private static GtidPosition Everything(IEnumerable<Instance> seen, Member old)
    {
        var all = seen.ToArray();
        GtidPosition? union = null;
        foreach (var instance in all)
        {
            var errant = ErrantTransactions.In(instance, old.Known, [.. all.Where(i => i.Key != instance.Key)]);
            // MariaDB's binlog state names servers, so that the errant one's entries can be left out there too.
            var honest = instance.Reachable.GetType() == errant.GetType() ? instance.Reachable.Except(errant) : instance.Reachable;
            union = union is null ? honest : union.GetType() == honest.GetType() ? union.Union(honest) : union;
        }
        return union ?? GtidSet.Empty;
    }

    private static Comparer<Member> ByMerit(Member old, GtidPosition everything) => Comparer<Member>.Create((a, b) =>
    {
        foreach (var criterion in Criteria(old, everything))
            if (criterion(a).CompareTo(criterion(b)) is var order and not 0) return order;
        return a.Key.CompareTo(b.Key);
    });

    // Smaller is better, in this order.
    private static IEnumerable<Func<Member, long>> Criteria(Member old, GtidPosition everything) =>
    [
        m => (long)m.PromotionRule,
        m => SamePlace(m, old) ? 0 : 1,
        m => m.Now!.Link?.LagSeconds is > SmallBacklogSeconds ? 1 : 0,
        m => m.Now!.Reachable.Contains(everything) ? 0 : 1,
        m => m.Now!.HasAppliedAll == true ? 0 : 1,
        m => m.Now!.SemiSync.Available || old.Known?.SemiSync.SourceEnabled != true ? 0 : 1,
        m => m.Now!.Version.Major * 1000L + m.Now.Version.Minor,
    ];

    private static ImmutableArray<string> Reasons(Member m, Member old, GtidPosition everything) =>
    [
        $"promotion rule {Name(m.PromotionRule)}",
        .. m.Now!.Location.DataCenter.Length == 0 || old.Known is not { Location.DataCenter.Length: > 0 } ? (string[])[] : [SamePlace(m, old) ? "same data centre as the primary" : "another data centre than the primary"],
        m.Now.Reachable.Contains(everything) ? "has everything any replica received" : $"lacks {everything.Except(m.Now.Reachable)}",
        m.Now.HasAppliedAll switch { true => "has applied all of it", false => "has relay log to apply", null => "has applied an unknown part of it" },
    ];

    private static string Name(PromotionRule rule) => rule switch { PromotionRule.PreferNot => "prefer_not", PromotionRule.MustNot => "must_not", _ => rule.ToString().ToLowerInvariant() };

    private static bool SamePlace(Member m, Member old) =>
        old.Known is null || string.Equals(m.Known?.Location.DataCenter, old.Known.Location.DataCenter, StringComparison.OrdinalIgnoreCase);
}
