using System.Collections.Immutable;
using OrchestratorFunctions.Core.Planning;
using static OrchestratorFunctions.Core.Analyzing.AnalysisCode;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>Problems of a primary, first match wins. Predicates follow orchestrator's order, with heartbeats as witnesses added.</summary>
public static class PrimaryRules
{
    public static ImmutableArray<AnalysisRule> Table { get; } =
    [
        new(ReturnedPrimary, PlanKinds.FenceFormerPrimary, "A former primary is back and accepts writes while another server is the primary", s => s.Member.IsFormerPrimary && !s.IsPrimary && s.IsSeen && !s.IsReadOnly),
        new(NoProblem, null, "A former primary waits, read-only or away, for an operator", s => s.Member.IsFormerPrimary && !s.IsPrimary),
        new(DeadPrimaryWithoutReplicas, null, "The primary cannot be reached and has no replicas", s => s.IsDown && s.Replicas.Total == 0),
        new(DeadPrimary, PlanKinds.DeadPrimary, "The primary cannot be reached and none of its replicas hears from it", s => s.IsPrimary && s.IsDown && s.Replicas.Seen == s.Replicas.Total && s.ReplicasAgree),
        new(DeadPrimaryAndReplicas, null, "Neither the primary nor any of its replicas can be reached", s => s.IsDown && s.Replicas is { Total: > 0, Seen: 0 }),
        new(DeadPrimaryAndSomeReplicas, PlanKinds.DeadPrimary, "The primary and some of its replicas cannot be reached, and none of the others hears from it", s => s.IsPrimary && s.IsDown && s.ReplicasAgree),
        new(DeadPrimary, null, "A server that follows nobody cannot be reached by anyone, but it is not the one primary of the cluster", s => s.IsDown && s.ReplicasAgree),
        new(UnreachablePrimaryWithLaggingReplicas, null, "The primary cannot be reached and all of its replicas lag, so they may not have noticed yet", s => (s.IsDown || s.IsSuspect) && s.Replicas.AllLag),
        new(UnreachablePrimary, null, "The primary cannot be reached from here, but its death is not confirmed", s => s.IsDown || s.IsSuspect),
        new(PrimarySingleReplicaNotReplicating, null, "The primary's only replica does not replicate", s => s.IsSeen && s.Replicas is { Total: 1, Seen: 1, Replicating: 0 }),
        new(PrimarySingleReplicaDead, null, "The primary's only replica cannot be reached", s => s.IsSeen && s.Replicas is { Total: 1, Seen: 0 }),
        new(AllPrimaryReplicasNotReplicating, null, "The primary lives, but none of its replicas replicates", s => s.IsSeen && s.Replicas is { Total: > 1, Replicating: 0 } && s.Replicas.Seen == s.Replicas.Total),
        new(AllPrimaryReplicasNotReplicatingOrDead, null, "The primary lives, but its replicas either do not replicate or cannot be reached", s => s.IsSeen && s.Replicas is { Total: > 1, Replicating: 0 }),
        new(NoWritablePrimary, null, "The primary is read-only while its replicas follow it", s => s.IsSeen && s.IsReadOnly && s.Replicas.Replicating > 0),
    ];
}
