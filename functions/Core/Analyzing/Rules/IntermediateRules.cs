using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using static OrchestratorFunctions.Core.Analyzing.AnalysisCode;
using static OrchestratorFunctions.Core.Analyzing.Severity;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>
/// Problems of a replica, with replicas of its own or without. One without that is away is no problem of the cluster.
/// </summary>
public static class IntermediateRules
{
    public static RuleTable Table { get; } = new(
    [
        new(DeadIntermediateSourceAndReplicas, Serious, null,
            "Neither an intermediate source nor any of its replicas can be reached", Advice.OneReplica,
            Evidence.OfSource, s => s.IsDown && s.Replicas is { Total: > 0, NoneSeen: true }),
        new(DeadIntermediateSource, Serious, null,
            "An intermediate source cannot be reached and none of its replicas hears from it", Advice.AnotherSource,
            Evidence.OfSource, s => s.IsDeadToAll && s.Replicas.AllSeen),
        new(DeadIntermediateSourceAndSomeReplicas, Serious, null,
            "An intermediate source and some of its replicas cannot be reached", Advice.AnotherSource,
            Evidence.OfSource, s => s.IsDeadToAll),
        new(UnreachableIntermediateSource, Serious, null,
            "An intermediate source cannot be reached from here, but its death is not confirmed", Advice.Confirmation,
            Evidence.OfSource, s => s.IsAway && s.Replicas.Total > 0),
    ],
    [
        new(AllIntermediateSourceReplicasNotReplicating, Serious, null,
            "An intermediate source lives, but none of its replicas replicates", Advice.Replication,
            Evidence.OfSource, s => s.IsSeen && s.Replicas is { Total: > 0, Replicating: 0 }),
        new(StoppedByRecovery, Serious, PlanKinds.FinishRecovery,
            "A recovery stopped the replication of this server and did not start it again", "",
            Evidence.OfLedger, s => s.IsUnattended && Owed.IsStopped(s.Topology, s.Member)),
        new(LeftBehind, Serious, PlanKinds.FinishRecovery,
            "A replica follows a server that was replaced as the primary, or one that a recovery put it below", "",
            OfLeftBehind, s => s.IsUnattended && Owed.IsLeftBehind(s.Topology, s.Member)),
        new(FirstTierReplicaCannotReachPrimary, Warning, null,
            "A replica says it cannot reach its primary", Advice.Connection,
            Evidence.OfLinks, s =>
                s.Topology.DepthOf(s.Member) == 1 && s.Member.Current?.Links.Any(l => l.CannotReachSource) == true),
        new(AckerForgetsAtRestart, Warning, null,
            "A replica acknowledges transactions and gives up those it has not applied when it restarts",
            Advice.KeptRelayLog,
            Evidence.OfRelayLog, s => s.Member.Current is
                { IsReplica: true, SemiSync.ReplicaEnabled: true, RelayLog.RecoversAtStart: true }),
        .. StandstillRules.Rows,
        .. ServingRules.OfReplica,
        .. SharedRules.Findings,
    ]);

    private static IEnumerable<string> OfLeftBehind(RuleContext context) =>
        Owed.IsAside(context.Topology, context.Member) ? Evidence.OfLedger(context) : Evidence.OfSources(context);
}
