using System.Collections.Immutable;
using static OrchestratorFunctions.Core.Analyzing.AnalysisCode;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>Problems of a member of a replication ring, first match wins.</summary>
public static class CoPrimaryRules
{
    public static ImmutableArray<AnalysisRule> Table { get; } =
    [
        new(DeadCoPrimary, null, "A co-primary cannot be reached and none of its replicas hears from it", s => s.IsDown && s.Replicas.Seen == s.Replicas.Total && s.ReplicasAgree),
        new(DeadCoPrimaryAndSomeReplicas, null, "A co-primary and some of its replicas cannot be reached", s => s.IsDown && s.ReplicasAgree),
        new(UnreachableCoPrimary, null, "A co-primary cannot be reached from here, but its death is not confirmed", s => s.IsDown || s.IsSuspect),
        new(AllCoPrimaryReplicasNotReplicating, null, "A co-primary lives, but none of its replicas replicates", s => s.IsSeen && s.Replicas is { Total: > 0, Replicating: 0 }),
    ];
}
