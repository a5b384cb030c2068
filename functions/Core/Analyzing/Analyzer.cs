using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing.Rules;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>Turns a topology into problems. Pure: the same topology and policy always give the same answer.</summary>
public static class Analyzer
{
    /// <summary>Every problem of a cluster, the gravest first (table order); empty when there is none.</summary>
    public static ImmutableArray<Analysis> Analyze(Topology topology, DetectionPolicy? policy = null) =>
        [.. topology.Members
            .Select(m => AnalyzeMember(topology, m, policy ?? DetectionPolicy.Default))
            .Where(a => a.Code != AnalysisCode.NoProblem)
            .OrderByDescending(a => a.IsActionable).ThenBy(a => a.Code).ThenBy(a => a.Key)];

    /// <summary>The verdict on one member, <see cref="AnalysisCode.NoProblem"/> included.</summary>
    public static Analysis AnalyzeMember(Topology topology, Member member, DetectionPolicy policy)
    {
        var subject = SubjectOf(topology, member, policy);
        var rule = TableFor(topology, member).FirstOrDefault(r => r.Holds(subject));
        return new Analysis(
            topology.Cluster, member.Key, rule?.Code ?? AnalysisCode.NoProblem, rule?.Kind,
            rule?.Sentence ?? "No problem", subject.Replicas, Evidence.For(subject));
    }

    private static Subject SubjectOf(Topology topology, Member member, DetectionPolicy policy)
    {
        var tally = ReplicaTally.Of(topology, member, policy);
        var isDown = member.Outcome.IsEvidenceOfDeath
            && (member.Outcome.IsDefinite || member.FailingFor >= policy.SilenceConfirmation);
        return new Subject(topology, member, tally, policy, isDown, !member.IsSeen && !isDown);
    }

    private static ImmutableArray<AnalysisRule> TableFor(Topology topology, Member member)
    {
        if (member.IsFormerPrimary) return PrimaryRules.Table;
        if (topology.CoPrimaries.Any(m => m.Key == member.Key)) return CoPrimaryRules.Table;
        return topology.SourcesOf(member).Any() ? IntermediateRules.Table : PrimaryRules.Table;
    }
}
