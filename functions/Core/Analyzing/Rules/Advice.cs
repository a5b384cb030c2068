namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>What several rules advise, each to stand after "To allow it:" or "What helps:".</summary>
internal static class Advice
{
    public const string
        OneReplica = "one reachable replica, or network access to them from here",
        OnePrimary = "one clear primary: the other servers that follow nobody moved below it, or forgotten",
        Confirmation = "Detection:SilenceConfirmation, SOURCE_HEARTBEAT_PERIOD of the replicas, or access from here",
        Replication = "replication started or repaired on the replicas",
        OtherCoPrimary = "writes to the other co-primary, and the replicas of the dead one moved below it",
        AnotherSource = "its replicas moved below another server (relocate)",
        OpenByHand = "what the evidence names; then it is opened by itself, or: read_only=OFF on the primary",
        BelowPrimary = "a move below the primary (relocate), which refuses it where it has transactions of its own",
        KeptRelayLog = "relay_log_recovery=OFF with SOURCE_AUTO_POSITION, and sync_relay_log=1",
        WholeAnswer = "what its answer names: a table, a setting, or a privilege (docs/operations.md, Privileges)",
        Connection = "network access and a replication account from the replica to its source";
}
