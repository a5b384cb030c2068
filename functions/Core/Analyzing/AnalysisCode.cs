namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>
/// What is wrong with a cluster, in orchestrator's vocabulary with today's words (docs/differences.md maps the names).
/// </summary>
public enum AnalysisCode
{
    DeadPrimaryWithoutReplicas,
    DeadPrimary,
    DeadPrimaryAndSomeReplicas,
    DeadPrimaryAndReplicas,
    UnreachablePrimaryWithLaggingReplicas,
    UnreachablePrimary,
    ReturnedPrimary,
    ClosedByRecovery,
    UnfinishedPromotion,
    StoppedByRecovery,
    LeftBehind,
    ClosedByRestart,
    NoWritablePrimary,
    SeveralWriters,
    PrimarySingleReplicaNotReplicating,
    PrimarySingleReplicaDead,
    AllPrimaryReplicasNotReplicating,
    AllPrimaryReplicasNotReplicatingOrDead,
    DeadCoPrimary,
    DeadCoPrimaryAndSomeReplicas,
    UnreachableCoPrimary,
    AllCoPrimaryReplicasNotReplicating,
    DeadIntermediateSource,
    DeadIntermediateSourceAndSomeReplicas,
    DeadIntermediateSourceAndReplicas,
    UnreachableIntermediateSource,
    AllIntermediateSourceReplicasNotReplicating,
    FirstTierReplicaCannotReachPrimary,
    ReplicaNotReceiving,
    ReplicaNotApplying,
    ReplicaStopped,
    AckerForgetsAtRestart,
    OfflineMode,
    PrivilegesMissing,
    ReplicationAccountMissing,
    SeenInPart,
}
