using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// All replicas of one primary as candidates (<see cref="CandidateRanking"/>). What does not depend on the one that a
/// person names is worked out once, so that each of many can be asked about. Not safe for concurrent use.
/// </summary>
/// <param name="old">The primary to replace.</param>
/// <param name="unusable">Replicas whose receivers run: what they will hold is not known.</param>
/// <param name="faults">Candidates of this recovery that could not do what was asked, and why.</param>
internal sealed class CandidateField(
    Topology topology, Member old, RecoveryPolicy policy, IReadOnlySet<InstanceKey> unusable,
    IReadOnlyDictionary<InstanceKey, Refusal>? faults = null)
{
    private readonly ImmutableArray<Member> replicas = topology.ReplicasOf(old.Key);
    private readonly ClusterDomains domains = ClusterDomains.Of(topology, old);
    private readonly Dictionary<InstanceKey, ImmutableArray<Refusal>> refusals = [];
    private readonly Dictionary<InstanceKey, Left[]> left = [];
    private GtidPosition? everything;

    /// <summary>The primary to replace.</summary>
    public Member Old => old;

    /// <inheritdoc cref="CandidateRanking.Choose"/>
    public CandidateChoice? Choose(InstanceKey? target, out ImmutableArray<CandidateJudgement> judged)
    {
        var another = target is null ? null
            : new Refusal($"the operator asked for {target}", "a plan that names no successor");
        var why = replicas.ToDictionary(r => r.Key, r => Refusals(r, r.Key == target ? null : another));
        Member[] ranked =
        [
            .. replicas.Where(r => why[r.Key].IsEmpty)
                .OrderBy(r => r, CandidateRanking.ByMerit(old, Everything, domains, key => LeftBy(key).Length)),
        ];
        var reasons = judged =
        [
            .. ranked.Select((r, i) => new CandidateJudgement(
                r.Key, i + 1,
                [.. CandidateRanking.Reasons(r, old, Everything, domains), .. Says(LeftBy(r.Key))])),
            .. replicas.Where(r => !why[r.Key].IsEmpty).Select(r => new CandidateJudgement(r.Key, 0, [])
            {
                Refusals = why[r.Key], Fault = faults?.GetValueOrDefault(r.Key),
            }),
        ];
        var choices = ranked.Select(r =>
            CandidateRanking.Complete(topology, old, r, Everything, domains, unusable, reasons)).ToArray();
        // A lesser candidate that can get more comes before a better one that would lose it (S5).
        return choices.FirstOrDefault(c => choices.All(other => c.Position.Contains(other.Position))) ?? choices
            .FirstOrDefault();
    }

    private GtidPosition Everything => everything ??=
        CandidateRanking.Everything(topology, old, [.. CandidateRanking.Seen(topology, old, unusable)], domains);

    private ImmutableArray<Refusal> Refusals(Member replica, Refusal? another)
    {
        var all = OfItself(replica);
        if (another is not null) all = all.Add(another);
        return unusable.Contains(replica.Key)
            ? all.Add(new(
                "its receiver runs, so what it will hold is not known", $"a receiver on {replica.Key} that is stopped"))
            : all;
    }

    private ImmutableArray<Refusal> OfItself(Member replica)
    {
        if (refusals.TryGetValue(replica.Key, out var known)) return known;
        ImmutableArray<Refusal> all = [.. CandidateRefusal.Of(topology, replica, old, Peers(replica), policy)];
        if (faults?.GetValueOrDefault(replica.Key) is { } fault) all = all.Insert(0, fault);
        return refusals[replica.Key] = all;
    }

    private Instance[] Peers(Member replica) =>
        [.. replicas.Where(r => r.Key != replica.Key && r.IsSeen).Select(r => r.Current!)];

    private Left[] LeftBy(InstanceKey candidate)
    {
        if (left.TryGetValue(candidate, out var known)) return known;
        return left[candidate] = LeftBy(topology[candidate]!);
    }

    // Siblings that could not follow it, and why.
    private Left[] LeftBy(Member candidate) =>
    [
        .. from sibling in replicas
           where sibling.IsSeen && sibling.Key != candidate.Key
           let why = CanFollow.WhyNot(topology, sibling, candidate).FirstOrDefault()
           where why is not null
           select new Left(sibling.Key, why),
    ];

    private static IEnumerable<string> Says(IEnumerable<Left> left) =>
        left.GroupBy(l => l.Why.Because, l => l.Key)
            .Select(g => $"{string.Join(", ", g)} could not follow it: {(g.Count() > 1 ? "each" : "it")} {g.Key}");

    private sealed record Left(InstanceKey Key, Refusal Why);
}
