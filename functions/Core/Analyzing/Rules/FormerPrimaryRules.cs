using OrchestratorFunctions.Core.Planning;
using static OrchestratorFunctions.Core.Analyzing.AnalysisCode;
using static OrchestratorFunctions.Core.Analyzing.Severity;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>
/// Problems of a former primary while another server is the primary: that it accepts writes. Read-only or away it waits
/// for an operator, which is no problem.
/// </summary>
public static class FormerPrimaryRules
{
    public static RuleTable Table { get; } = new(
    [
        new(ReturnedPrimary, Critical, PlanKinds.FenceFormerPrimary,
            "A former primary is back and accepts writes while another server is the primary", "",
            Evidence.OfFormerPrimary, s => s.IsSeen && !s.IsReadOnly),
    ],
    [
        .. StandstillRules.Rows,
        .. ServingRules.OfFormerPrimary,
        .. SharedRules.Findings,
    ]);
}
