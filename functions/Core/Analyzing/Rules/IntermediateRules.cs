using System.Collections.Immutable;
using static OrchestratorFunctions.Core.Analyzing.AnalysisCode;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>Problems of a replica, with replicas of its own or without, first match wins.</summary>
public static class IntermediateRules
{
    public static ImmutableArray<AnalysisRule> Table { get; } =
    [
        new(NoProblem, null, "", s => s.Replicas.Total == 0 && !s.IsSeen),
        new(DeadIntermediateSourceAndReplicas, null, "Neither an intermediate source nor any of its replicas can be reached", s => s.IsDown && s.Replicas is { Total: > 0, Seen: 0 }),
        new(DeadIntermediateSource, null, "An intermediate source cannot be reached and none of its replicas hears from it", s => s.IsDown && s.Replicas.Seen == s.Replicas.Total && s.ReplicasAgree),
        new(DeadIntermediateSourceAndSomeReplicas, null, "An intermediate source and some of its replicas cannot be reached", s => s.IsDown && s.ReplicasAgree),
        new(UnreachableIntermediateSource, null, "An intermediate source cannot be reached from here, but its death is not confirmed", s => s.IsDown || s.IsSuspect),
        new(AllIntermediateSourceReplicasNotReplicating, null, "An intermediate source lives, but none of its replicas replicates", s => s.IsSeen && s.Replicas is { Total: > 0, Replicating: 0 }),
        new(FirstTierReplicaCannotReachPrimary, null, "A replica says it cannot reach its primary", s => s.IsSeen && s.Topology.DepthOf(s.Member) == 1 && s.Member.Now!.Links.Any(l => l.CannotReachSource)),
    ];
}
