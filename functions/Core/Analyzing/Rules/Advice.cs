namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>What several rules advise, each to stand after "To allow it:" or "What helps:".</summary>
internal static class Advice
{
    public const string
        OneReplica = "one reachable replica, or network access to them from here",
        WayToIt = "a way to it from here, or its name forgotten where nothing is behind it",
        OneWriter = "read_only=ON on all but one of them, and each of those moved below it, or split off (split)",
        OneHome = "an answer of it: then it is put where it belongs; or its name forgotten in one of them",
        OnePrimary = "one clear primary: the other servers that follow nobody moved below it, or forgotten",
        Confirmation = "Detection:SilenceConfirmation, SOURCE_HEARTBEAT_PERIOD of the replicas, or access from here",
        OrFailover = Confirmation + "; or the command failover, where a person knows that it is off",
        Replication = "replication started or repaired on the replicas",
        OtherCoPrimary = "writes to the other co-primary, and the replicas of the dead one moved below it",
        AnotherSource = "its replicas moved below another server (relocate)",
        OpenByHand = "what the evidence names; then it is opened by itself, or by the command open; "
            + "or read_only=OFF on the primary by hand",
        OpenOrSwitch = "the command open, if nobody closed it on purpose; or the command takeover, to another writer",
        BelowPrimary = "a move below the primary (relocate), which refuses it where it has transactions of its own",
        KeptRelayLog = "relay_log_recovery=OFF with SOURCE_AUTO_POSITION, and sync_relay_log=1",
        Receiver = "what the error asks for, then START REPLICA: after 1236 or 13114 mostly a new copy of the data, "
            + "after 1045 the replication account on the source",
        Applier = "the row or object that the error names mended on the replica, then START REPLICA",
        KnownSource = "that source discovered at its address (discover), or this server moved below the primary "
            + "(relocate)",
        Start = "START REPLICA on it, or downtime, where it was stopped on purpose",
        Online = "offline_mode=OFF; for a replica also a downtime, or the promotion rule must_not",
        Grant = "GRANT them ON *.* to the account of MySql:User on that server; docs/operations.md lists them all",
        Account = "the account of MySql:ReplicationUser there, unlocked (SET sql_log_bin=0 keeps it from the others)",
        EnableEvents = "ALTER DEFINER=… EVENT … ENABLE for those that are to run, … DISABLE for the others, and "
            + "event_scheduler=ON; docs/operations.md (Scheduled events) has a query that writes the statements",
        OwedEvents = "the primary opened (the command open), and EVENT ON *.* for the account of MySql:User: "
            + "then they are enabled by themselves",
        DisableEvents = "SET sql_log_bin=0, then ALTER DEFINER=… EVENT …, disabled as on a replica (docs/operations.md,"
            + " Scheduled events), or the promotion rule must_not for a replica that is meant to run them",
        WholeAnswer = "what its answer names: a table, a setting, or a privilege (docs/operations.md, Privileges)",
        Connection = "network access and a replication account from the replica to its source";
}
