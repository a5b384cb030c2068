using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using static OrchestratorFunctions.Core.Analyzing.AnalysisCode;
using static OrchestratorFunctions.Core.Analyzing.Severity;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>
/// Problems of a primary. Predicates follow orchestrator's order, with heartbeats as witnesses added.
/// </summary>
public static class PrimaryRules
{
    public static RuleTable Table { get; } = new(
    [
        new(UnreachablePrimary, Critical, null,
            "Nobody ever answered under the name of the primary, so it is not known whether it died", Advice.WayToIt,
            Evidence.OfSource, s => s.IsAway && s.Member.LastKnown is null),
        new(DeadPrimaryWithoutReplicas, Critical, null,
            "The primary cannot be reached and has no replicas", "a replica to promote",
            Evidence.OfSource, s => s.IsDown && s.Replicas.Total == 0),
        new(DeadPrimary, Critical, PlanKinds.DeadPrimary,
            "The primary cannot be reached and none of its replicas hears from it", "",
            Evidence.OfSource, s => s.IsPrimary && s.IsDeadToAll && s.Replicas.AllSeen),
        new(DeadPrimaryAndReplicas, Critical, null,
            "Neither the primary nor any of its replicas can be reached", Advice.OneReplica,
            Evidence.OfSource, s => s.IsDown && s.Replicas.NoneSeen),
        new(DeadPrimaryAndSomeReplicas, Critical, PlanKinds.DeadPrimary,
            "The primary and some of its replicas cannot be reached, and none of the others hears from it", "",
            Evidence.OfSource, s => s.IsPrimary && s.IsDeadToAll),
        new(DeadPrimary, Critical, null,
            "A server that follows nobody cannot be reached by anyone, but it is not the one primary of the cluster",
                Advice.OnePrimary,
            Evidence.OfRivals, s => s.IsDeadToAll),
        new(UnreachablePrimaryWithLaggingReplicas, Critical, null,
            "The primary cannot be reached and all of its replicas lag, so they may not have noticed yet",
                Advice.OrFailover,
            Evidence.OfSource, s => s.IsAway && s.Replicas.AllLag),
        new(UnreachablePrimary, Critical, null,
            "The primary cannot be reached from here, but its death is not confirmed", Advice.OrFailover,
            Evidence.OfSource, s => s.IsAway),
        new(ClosedByRecovery, Critical, PlanKinds.FinishRecovery,
            "A recovery made the primary refuse writes, nobody took its place, and it refuses them still", "",
            Evidence.OfLedger, s =>
                s.Owes<LedgerEntry.Closed>() && Owed.IsOpening(s.Topology, s.Member.Key) && IsAllowed(s)),
        new(UnfinishedPromotion, Critical, PlanKinds.FinishRecovery,
            "A recovery put the replicas below this server and did not make it writable", "",
            Evidence.OfLedger, s =>
                s.IsUnattended && Owed.IsOpening(s.Topology, s.Member.Key) && IsAllowed(s)),
        new(ReturnedPrimary, Critical, PlanKinds.FenceFormerPrimary,
            "A server that a recovery told to accept writes does so beside the primary", "",
            Evidence.OfLedger, s => s.Owes<LedgerEntry.MaybeOpen>() && s.IsSecondWriter),
        new(ReturnedPrimary, Critical, PlanKinds.FenceFormerPrimary,
            "A server that a recovery cut from its source accepts writes beside the primary", "",
            Evidence.OfLedger, s => s.IsUnattended && s.IsSecondWriter && Owed.IsCutLoose(s.Topology, s.Member)),
        new(ReturnedPrimary, Critical, PlanKinds.FenceFormerPrimary,
            "A server that a recovery told to refuse writes accepts them beside the primary", "",
            Evidence.OfLedger, s => s.Owes<LedgerEntry.Closed>() && s.IsSecondWriter),
        new(LeftBehind, Serious, PlanKinds.FinishRecovery,
            "A recovery cut this server from its source, and it follows nobody", "",
            Evidence.OfLedger, s => s.IsUnattended && Owed.IsLeftBehind(s.Topology, s.Member)),
        new(ClosedByRestart, Critical, PlanKinds.FinishRecovery,
            "The primary restarted read-only, and nobody has opened it since", "",
            Evidence.OfRestart, s => IsRestarted(s) && Owed.WhyNotOpenAgain(s.Topology, s.Member) is null),
        new(ClosedByRestart, Critical, null,
            "The primary restarted read-only, and something keeps it from being opened", Advice.OpenByHand,
            Evidence.OfRestart, IsRestarted),
        new(ClosedByRecovery, Critical, null,
            "A recovery left the primary refusing writes, and something keeps it from being opened", Advice.OpenByHand,
            Evidence.OfObstacle, s => s.IsUnattended && Owed.IsOpening(s.Topology, s.Member.Key)),
        new(ClosedByRecovery, Serious, null,
            "A recovery made this server refuse writes, and another one is the primary since", Advice.BelowPrimary,
            Evidence.OfReplaced, s => s.Owes<LedgerEntry.Closed>() && s.IsBesidePrimary),
        new(EventsNotRunning, Serious, PlanKinds.FinishRecovery,
            "A recovery disabled scheduled events of the primary and did not enable them again", "",
            Evidence.OfLedger, s => s.Owes<LedgerEntry.EventsStopped>() && s.IsPrimary && AreLeft(s.Member.Current)),
    ],
    [
        new(SeveralWriters, Critical, null,
            "Several servers of the cluster follow nobody and accept writes", Advice.OneWriter,
            Evidence.OfRivals, s => s.IsOneOfSeveralWriters),
        new(PrimarySingleReplicaNotReplicating, Warning, null,
            "The primary's only replica does not replicate", Advice.Replication,
            Evidence.OfSource, s => s.IsSeen && s.Replicas is { Total: 1, Seen: 1, Replicating: 0 }),
        new(PrimarySingleReplicaDead, Warning, null,
            "The primary's only replica cannot be reached", Advice.Replication,
            Evidence.OfSource, s => s.IsSeen && s.Replicas is { Total: 1, Seen: 0 }),
        new(AllPrimaryReplicasNotReplicating, Serious, null,
            "The primary lives, but none of its replicas replicates", Advice.Replication,
            Evidence.OfSource, s => s.IsSeen && s.Replicas is { Total: > 1, Replicating: 0, AllSeen: true }),
        new(AllPrimaryReplicasNotReplicatingOrDead, Serious, null,
            "The primary lives, but its replicas either do not replicate or cannot be reached", Advice.Replication,
            Evidence.OfSource, s => s.IsSeen && s.Replicas is { Total: > 1, Replicating: 0, AllSeen: false }),
        new(NoWritablePrimary, Critical, null,
            "The primary is read-only while its replicas follow it", Advice.OpenOrSwitch,
            Evidence.OfSource, s => s.IsReadOnly && s.Replicas.Replicating > 0),
        StandstillRules.OfStray,
        .. ServingRules.OfWriter,
        .. SharedRules.Findings,
    ]);

    private static bool IsRestarted(RuleContext context) =>
        context.IsUnattended && Owed.IsClosedByRestart(context.Topology, context.Member.Key);

    private static bool AreLeft(Instance? now) => now is { AcceptsWrites: true, Events.ReplicaSide.IsEmpty: false };

    private static bool IsAllowed(RuleContext context) => Owed.WhyNotOpen(context.Topology, context.Member) is null;
}
