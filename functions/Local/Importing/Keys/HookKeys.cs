using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>Commands that orchestrator runs, and what it tells others of a new primary.</summary>
internal static class HookKeys
{
    private const string NotRun = "not imported, because no commands are run here: ";
    private const string Listener = "let a program that listens at an address of Hooks:Url do it ";
    private const string Ended = NotRun + Listener + "when it hears recovery-ended, which says how it ended";

    private const string Veto =
        NotRun + Listener + "when it hears recovery-began; it cannot stop the recovery: where somebody has to agree, "
        + "name the clusters in Recovery:ApproveClusters";

    private const string Stores =
        "nothing is written to Consul or ZooKeeper yet: let a program at an address of Hooks:Url write the new primary "
        + "when it hears recovery-ended, or ask GET /api/v3/clusters/NAME/topology";

    private const string NotWritten = "belongs to what is written to Consul or ZooKeeper, which is not done";

    private const string ProxySql =
        "ProxySQL is not told: let it see by itself who accepts writes (its table mysql_replication_hostgroups), or "
        + "let a program at an address of Hooks:Url tell it when it hears recovery-ended";

    public static IEnumerable<OldKey> All =>
    [
        .. Dropped("no commands are run here", "ProcessesShellCommand"),
        Asks(
            "OnFailureDetectionProcesses", ValueShape.List,
            NotRun + Listener + "when it hears recovery-began or failure-held"),
        Asks("PreGracefulTakeoverProcesses", ValueShape.List, NotRun
            + "run it yourself before the takeover, which a failed command cannot stop"),
        Asks("PreFailoverProcesses", ValueShape.List, Veto),
        Asks("PostFailoverProcesses", ValueShape.List, Ended),
        Asks("PostUnsuccessfulFailoverProcesses", ValueShape.List, Ended),
        Asks("PostMasterFailoverProcesses", ValueShape.List, Ended),
        Asks("PostIntermediateMasterFailoverProcesses", ValueShape.List, Ended),
        Asks("PostGracefulTakeoverProcesses", ValueShape.List, Ended),
        Asks("PostTakeMasterProcesses", ValueShape.List, NotRun + "take-master is not there either"),
        Asks("ConsulAddress", ValueShape.Text, Stores),
        Asks("ZkAddress", ValueShape.Text, Stores),
        .. Dropped(
            NotWritten, "KVClusterMasterPrefix", "ConsulScheme", "ConsulCrossDataCenterDistribution",
            "ConsulKVStoreProvider", "ConsulMaxKVsPerTransaction"),
        .. Dropped(NotWritten, "ConsulAclToken").Select(k => k with { IsSecret = true }),
        Asks("ProxySQLAdminAddress", ValueShape.Text, ProxySql),
        .. Dropped(
            "belongs to what is told to ProxySQL, which is not done", "ProxySQLAdminPort", "ProxySQLAdminUser",
            "ProxySQLAdminUseTLS", "ProxySQLWriterHostgroup", "ProxySQLReaderHostgroup", "ProxySQLPreFailoverAction"),
        .. Dropped("belongs to what is told to ProxySQL, which is not done", "ProxySQLAdminPassword")
            .Select(k => k with { IsSecret = true }),
    ];
}
