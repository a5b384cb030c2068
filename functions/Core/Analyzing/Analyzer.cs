using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing.Rules;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>Turns a topology into problems. Pure: the same topology and policy always give the same answer.</summary>
public static class Analyzer
{
    /// <summary>
    /// Every problem of a cluster; what a plan removes comes first, then the gravest. Empty when there is none.
    /// </summary>
    public static ImmutableArray<Analysis> Analyze(Topology topology, DetectionPolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        policy ??= DetectionPolicy.Default;
        var found = topology.Members.SelectMany(m => AnalyzeMember(topology, m, policy)).ToArray();
        if (found.Length <= 1) return [.. found];
        return
        [
            .. found.OrderByDescending(a => a.IsActionable).ThenByDescending(a => a.Severity)
                .ThenBy(a => a.Code).ThenBy(a => a.Key),
        ];
    }

    /// <summary>
    /// Whether a problem that was found before stands in a newer picture: the same server, and the same plan for it.
    /// </summary>
    public static bool Stands(Topology topology, Analysis found, DetectionPolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(found);
        return topology[found.Key] is { } member
            && AnalyzeMember(topology, member, policy ?? DetectionPolicy.Default).Any(a => a.Kind == found.Kind);
    }

    /// <summary>The problems of one member: at most one failure first, then what else was found.</summary>
    public static IEnumerable<Analysis> AnalyzeMember(Topology topology, Member member, DetectionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var context = RuleContext.Of(topology, member, policy);
        return TableFor(context).True(context).Select(rule => new Analysis(
            topology.Cluster, member.Key, rule.Code, rule.Severity, rule.Kind, rule.Sentence, rule.Advice,
            context.Replicas, [.. rule.Evidence(context)]));
    }

    private static RuleTable TableFor(RuleContext context)
    {
        var (topology, member) = (context.Topology, context.Member);
        if (member.IsFormerPrimary) return context.IsPrimary ? PrimaryRules.Table : FormerPrimaryRules.Table;
        if (topology.IsInRing(member)) return CoPrimaryRules.Table;
        return topology.SourcesOf(member).IsEmpty ? PrimaryRules.Table : IntermediateRules.Table;
    }
}
