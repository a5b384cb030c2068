using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>Where orchestrator keeps its state, and how several of it agree.</summary>
internal static class BackendKeys
{
    private const string Storage =
        "state is kept in Azure Table storage, or in an emulator on this machine when none is named: "
        + "Storage:AccountName, Storage:ConnectionString";

    private const string Raft = "no process leads: several serve side by side over one storage, and leases decide "
        + "who acts";

    private const string Constant = "orchestrator itself has not read it for a long time";

    public static IEnumerable<OldKey> All =>
    [
        .. Dropped(
            Storage, "BackendDB", "SQLite3DataFile", "SkipOrchestratorDatabaseUpdate",
            "PanicIfDifferentDatabaseDeploy", "MySQLOrchestratorHost", "MySQLOrchestratorPort",
            "MySQLOrchestratorDatabase", "MySQLOrchestratorUser", "MySQLOrchestratorCredentialsConfigFile",
            "MySQLOrchestratorMaxPoolConnections", "MySQLOrchestratorSSLPrivateKeyFile",
            "MySQLOrchestratorSSLCertFile", "MySQLOrchestratorSSLCAFile", "MySQLOrchestratorSSLSkipVerify",
            "MySQLOrchestratorUseMutualTLS", "MySQLOrchestratorReadTimeoutSeconds",
            "MySQLOrchestratorRejectReadOnly", "MySQLOrchestratorMaxAllowedPacket"),
        .. Dropped(Storage, "MySQLOrchestratorPassword").Select(k => k with { IsSecret = true }),
        .. Dropped("what is asked and sent is small", "MySQLTopologyMaxAllowedPacket"),
        .. Dropped(
            "a server that is down is looked at like the others, so that it is seen at once when it is back",
            "DeadInstancePollSecondsMultiplyFactor", "DeadInstancePollSecondsMax",
            "DeadInstanceDiscoveryMaxConcurrency", "DeadInstanceDiscoveryLogsEnabled"),
        Differs("RaftEnabled", ValueShape.Switch, Raft),
        .. Dropped(Raft, "RaftBind", "RaftAdvertise", "RaftDataDir", "DefaultRaftPort", "RaftNodes"),
        .. Dropped(
            Constant, "StatusSimpleHealth", "HealthPollSeconds", "RecoveryPollSeconds", "ActiveNodeExpireSeconds",
            "AuditPageSize", "MaintenancePurgeDays", "MaintenanceExpireMinutes", "MySQLTopologyMaxPoolConnections",
            "StaleInstanceCoordinatesExpireSeconds", "PseudoGTIDExpireMinutes", "PseudoGTIDIntervalSeconds",
            "SlaveStartPostWaitMilliseconds", "ReadLongRunningQueries", "DatabaselessMode__experimental",
            "MaintenanceOwner", "HttpTimeoutSeconds", "AgentAutoDiscover", "BufferBinlogEvents",
            "PseudoGTIDCoordinatesHistoryHeuristicMinutes"),
    ];
}
