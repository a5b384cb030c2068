using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using static OrchestratorFunctions.Core.Analyzing.AnalysisCode;
using static OrchestratorFunctions.Core.Analyzing.Severity;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>
/// What keeps a server from serving that is, or may become, the primary, though it accepts writes or would. A replica
/// that an operator keeps from being promoted has none of these.
/// </summary>
internal static class ServingRules
{
    /// <summary>Findings of a server that is the writer.</summary>
    public static ImmutableArray<AnalysisRule> OfWriter { get; } =
    [
        new(OfflineMode, Critical, null,
            "The primary is in offline mode: it lets neither clients nor replicas in", Advice.Online,
            ServingEvidence.OfOfflineMode, s => s.Member.Now is { OfflineMode: true }),
    ];

    /// <summary>Findings of a replica.</summary>
    public static ImmutableArray<AnalysisRule> OfReplica { get; } =
    [
        new(OfflineMode, Warning, null,
            "A replica is in offline mode, so it cannot become the primary", Advice.Online,
            ServingEvidence.OfOfflineMode, s => MayBePromoted(s) && s.Member.Now is { OfflineMode: true }),
    ];

    private static bool MayBePromoted(RuleContext context) =>
        context.Member.PromotionRule != PromotionRule.MustNot
        && context.Member.Downtime?.IsActiveAt(context.Topology.TakenAt) != true;
}
