using static OrchestratorFunctions.Core.Analyzing.AnalysisCode;
using static OrchestratorFunctions.Core.Analyzing.Severity;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>Problems of a member of a replication ring.</summary>
public static class CoPrimaryRules
{
    public static RuleTable Table { get; } = new(
    [
        new(DeadCoPrimary, Critical, null,
            "A co-primary cannot be reached and none of its replicas hears from it", Advice.OtherCoPrimary,
            Evidence.OfSource, s => s.IsDeadToAll && s.Replicas.AllSeen),
        new(DeadCoPrimaryAndSomeReplicas, Critical, null,
            "A co-primary and some of its replicas cannot be reached", Advice.OtherCoPrimary,
            Evidence.OfSource, s => s.IsDeadToAll),
        new(UnreachableCoPrimary, Critical, null,
            "A co-primary cannot be reached from here, but its death is not confirmed", Advice.Confirmation,
            Evidence.OfSource, s => s.IsAway),
    ],
    [
        new(AllCoPrimaryReplicasNotReplicating, Serious, null,
            "A co-primary lives, but none of its replicas replicates", Advice.Replication,
            Evidence.OfSource, s => s.IsSeen && s.Replicas is { Total: > 0, Replicating: 0 }),
        .. StandstillRules.Rows,
        .. ServingRules.OfWriter,
        .. SharedRules.Findings,
    ]);
}
