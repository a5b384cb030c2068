using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Chooses who becomes primary. Refusals come first; the rest is sorted by named criteria, and every replica leaves
/// with its reasons.
/// </summary>
public static class CandidateRanking
{
    /// <summary>A replica with less unapplied work than this is as good as one with none: place outweighs it.</summary>
    private const long SmallBacklogSeconds = 30;

    private static readonly ImmutableHashSet<InstanceKey> Nobody = [];

    /// <summary>The best candidate, or null with the reasons for every replica in <paramref name="judged"/>.</summary>
    /// <param name="target">The only one acceptable, when an operator named it.</param>
    /// <param name="unusable">Replicas whose receivers run: what they will hold is not known.</param>
    /// <param name="faults">Candidates of this recovery that could not do what was asked, and why. What they hold
    /// counts.</param>
    public static CandidateChoice? Choose(
        Topology topology, Member old, RecoveryPolicy policy, InstanceKey? target, IReadOnlySet<InstanceKey> unusable,
        out ImmutableArray<CandidateJudgement> judged, IReadOnlyDictionary<InstanceKey, Refusal>? faults = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(unusable);
        return new CandidateField(topology, old, policy, unusable, faults).Choose(target, out judged);
    }

    internal static CandidateChoice Complete(
        Topology topology, Member old, Member best, GtidPosition everything, ClusterDomains domains,
        IReadOnlySet<InstanceKey> unusable, ImmutableArray<CandidateJudgement> judged)
    {
        var own = domains.ReachableBy(best.Current!);
        if (own.Contains(everything)) return new CandidateChoice(best.Key, judged, own);
        Holder[] holders = [.. HoldersFor(topology, old, best, domains, unusable)];
        Holder[] willing = [.. holders.Where(h => h.Obstacle.Length == 0)];
        var richest =
            willing.OrderByDescending(h => willing.Count(o => h.Has.Contains(o.Has)))
            .ThenBy(h => h.Instance.HasAppliedAll == true ? 0 : 1).ThenBy(h => h.Key).FirstOrDefault();
        var position = richest is null ? own : own.Union(richest.Has);
        if (position.Contains(everything)) return new CandidateChoice(best.Key, judged, position, richest?.Key);
        var only = holders.Where(h => !position.Contains(h.Has));
        return new CandidateChoice(
            best.Key, judged, position, richest?.Key, OnlyThere(everything.Except(position), only));
    }

    private static string OnlyThere(GtidPosition missing, IEnumerable<Holder> holders)
    {
        const string lacks = "lacks transactions that other replicas have";
        var told = holders.Select(h => $"{h.Key} {(h.Obstacle.Length == 0 ? lacks : h.Obstacle)}");
        return $"{missing} cannot be had from the replicas that received it: {string.Join(", and ", told)}";
    }

    private sealed record Holder(InstanceKey Key, Instance Instance, GtidPosition Has, string Obstacle);

    private static IEnumerable<Holder> HoldersFor(
        Topology topology, Member old, Member candidate, ClusterDomains domains, IReadOnlySet<InstanceKey> unusable)
    {
        var own = candidate.Current!.AllReceived;
        return Seen(topology, old, unusable)
            .Where(r => r.Key != candidate.Key && !own.Contains(domains.ReachableBy(r.Current!)))
            .Select(r => new Holder(
                r.Key, r.Current!, domains.ReachableBy(r.Current!), Obstacle(topology, r, old, candidate)));
    }

    // A move or a switch may have put one below another that lacks what it received from the primary itself (S5). What
    // those get from there is no news.
    internal static IEnumerable<Member> Seen(Topology topology, Member old, IReadOnlySet<InstanceKey> unusable)
    {
        var below = topology.DescendantsOf(old.Key);
        return topology.Members.Where(m => m.IsSeen && below.Contains(m.Key) && !unusable.Contains(m.Key));
    }

    // The candidate gets what it executes, as far as its binary log still has it, and applies its own part first.
    private static string Obstacle(Topology topology, Member holder, Member old, Member candidate)
    {
        var instance = holder.Current!;
        var link = topology.LinkBetween(holder, old.Key) ?? instance.Link;
        if (!instance.LogsReplicaUpdates) return "has no binary log of replica updates";
        if (link is { HasFilters: true }) return "filters what it replicates";
        if (instance.OfflineMode) return "is in offline mode";
        if (instance.BinaryLog.LeavesOutMoreThan(old.LastKnown?.BinaryLog))
            return "leaves databases out of its binary log";
        Member[] seen = [.. Seen(topology, old, Nobody)];
        if (ErrantTransactions.Below(topology, holder, old, seen) is { IsEmpty: false } errant)
            return $"would pass on errant transactions {errant} too";
        if (CanFollow.WhyNot(topology, HavingApplied(candidate), holder).FirstOrDefault() is { } refusal)
            return $"cannot pass it on: {candidate.Key} {refusal.Because}";
        if (instance.HasAppliedAll == true) return "";
        // It is pointed elsewhere first, or both would follow each other; that throws away what it has not applied.
        if (topology.DescendantsOf(candidate.Key).Contains(holder.Key)) return "has not applied it and follows it";
        if (link is null or { ApplierErrorNumber: not 0 } or { Applier: not ReplicationThread.Running })
            return "does not apply it";
        return link.DelaySeconds > 0 ? $"applies it {link.DelaySeconds} s late on purpose" : "";
    }

    private static Member HavingApplied(Member member)
    {
        var instance = member.Current!;
        var applied = instance with { Gtid = instance.Gtid with { Executed = instance.AllReceived } };
        return member with { Outcome = new ProbeOutcome.Seen(applied) };
    }

    // Everything the replicas have received. Errant transactions and local domains are left out: those are not the
    // cluster's.
    internal static GtidPosition Everything(Topology topology, Member old, Member[] seen, ClusterDomains domains)
    {
        GtidPosition? union = null;
        foreach (var member in seen)
        {
            var all = domains.ReachableBy(member.Current!);
            var errant = ErrantTransactions.Below(topology, member, old, seen);
            // MariaDB's binlog state names servers, so that the errant one's entries can be left out there too.
            var honest = all.GetType() == errant.GetType() ? all.Except(errant) : all;
            if (union is null) union = honest;
            else if (union.GetType() == honest.GetType()) union = union.Union(honest);
        }
        return union ?? GtidSet.Empty;
    }

    internal static Comparer<Member> ByMerit(
        Member old, GtidPosition everything, ClusterDomains domains, Func<InstanceKey, int> left) =>
        Comparer<Member>.Create((a, b) =>
    {
        foreach (var criterion in Criteria(old, everything, domains, left))
            if (criterion(a).CompareTo(criterion(b)) is var order and not 0) return order;
        return a.Key.CompareTo(b.Key);
    });

    // Smaller is better, in this order.
    private static IEnumerable<Func<Member, long>> Criteria(
        Member old, GtidPosition everything, ClusterDomains domains, Func<InstanceKey, int> left) =>
    [
        m => (long)m.PromotionRule,
        m => m.Current!.ReplicationAccount is { IsUseless: true } && left(m.Key) > 0 ? 1 : 0,
        m => Backlog(m.Current!),
        m => SamePlace(m, old) ? 0 : 1,
        m => m.Current!.AllReceived.Contains(everything) ? 0 : 1,
        m => Local(m, domains).IsEmpty ? 0 : 1,
        m => m.Current!.HasAppliedAll == true ? 0 : 1,
        m => left(m.Key),
        m => m.Current!.SemiSync.Available || SemiSyncRule.Of(old) is null ? 0 : 1,
        m => m.Current!.Version.Major * 1000L + m.Current.Version.Minor,
    ];

    // How long nobody could write, in steps that double: an hour of relay log is not made good by standing near. How
    // far an applier is that stands still is not known, and a person may have stopped it for a reason.
    private static long Backlog(Instance instance)
    {
        if (ThreadsAsTheyWere.IsApplierStopped(instance.Link)) return 1;
        if (instance.HasAppliedAll == true) return 0;
        return 64 - long.LeadingZeroCount(((instance.Link?.LagSeconds ?? 1) - 1) / SmallBacklogSeconds);
    }

    // As the primary it would send them to all replicas.
    private static GtidPosition Local(Member m, ClusterDomains domains) => domains.Beside(m.Current!.Gtid.Executed);

    internal static ImmutableArray<string> Reasons(
        Member m, Member old, GtidPosition everything, ClusterDomains domains)
    {
        var (instance, reasons) = (m.Current!, ImmutableArray.CreateBuilder<string>());
        reasons.Add($"promotion rule {Name(m.PromotionRule)}");
        if (instance.Location.DataCenter.Length > 0 && old.LastKnown is { Location.DataCenter.Length: > 0 })
            reasons.Add(SamePlace(m, old) ? "same data centre as the primary" : "another data centre than the primary");
        reasons.Add(instance.AllReceived.Contains(everything)
            ? "has everything any replica received"
            : $"lacks {everything.Except(instance.AllReceived)}");
        reasons.Add(instance.HasAppliedAll switch
        {
            true => "has applied all of it",
            false => "has relay log to apply",
            null => "has applied an unknown part of it",
        });
        if (ThreadsAsTheyWere.IsApplierStopped(instance.Link)) reasons.Add("its applier was stopped");
        if (Local(m, domains) is { IsEmpty: false } local) reasons.Add($"has {local} in domains of its own");
        return reasons.ToImmutable();
    }

    private static string Name(PromotionRule rule) => rule switch
    {
        PromotionRule.PreferNot => "prefer_not",
        PromotionRule.MustNot => "must_not",
        _ => rule.ToString().ToLowerInvariant(),
    };

    private static bool SamePlace(Member m, Member old) =>
        old.LastKnown is not { Location.DataCenter: var there }
        || string.Equals(m.LastKnown?.Location.DataCenter, there, StringComparison.OrdinalIgnoreCase);
}
