using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>Commands that orchestrator runs, and what it tells others of a new primary.</summary>
internal static class HookKeys
{
    private const string Shell = "Hooks:Shell", DefaultShell = "bash";

    private const string Run = "run by the local process; on Azure no commands are run: give an address that is posted "
        + "to. orchestrator waits for it without end, here it is ended after five minutes (Timeout). In its text only "
        + "placeholders are filled in, with every character that a shell could act on taken out; ORC_ variables have "
        + "the values as they are";

    private static readonly (string Key, HookPoint Point, string Says)[] Commands =
    [
        ("OnFailureDetectionProcesses", HookPoint.Detection, "Before every failover and takeover. "),
        ("PreGracefulTakeoverProcesses", HookPoint.PreTakeover, "Before anything is changed. "),
        ("PreFailoverProcesses", HookPoint.PreFailover, "Before every failover and takeover. "),
        ("PostFailoverProcesses", HookPoint.PostFailover, ""),
        ("PostUnsuccessfulFailoverProcesses", HookPoint.Unsuccessful, ""),
        ("PostMasterFailoverProcesses", HookPoint.PostPrimaryFailover, ""),
        (
            "PostIntermediateMasterFailoverProcesses", HookPoint.PostIntermediateFailover,
            "Never run yet: an intermediate source is not replaced. "),
        ("PostGracefulTakeoverProcesses", HookPoint.PostTakeover, ""),
        ("PostTakeMasterProcesses", HookPoint.PostTakeSource, ""),
    ];

    private const string Stores =
        "nothing is written to Consul or ZooKeeper yet: let a program at an address of Hooks:Url write the new primary "
        + "when it hears recovery-ended, or ask GET /api/v3/clusters/NAME/topology";

    private const string NotWritten = "belongs to what is written to Consul or ZooKeeper, which is not done";

    private const string ProxySql =
        "ProxySQL is not told: let it see by itself who accepts writes (its table mysql_replication_hostgroups), or "
        + "let a program at an address of Hooks:Url tell it when it hears recovery-ended";

    public static IEnumerable<OldKey> All =>
    [
        Row("ProcessesShellCommand", ValueShape.Text, OfShell, Shell) with { Otherwise = WithoutShell },
        // Their commands hold variables of a shell, which are no placeholders of a template.
        .. Commands.Select(c => new OldKey(c.Key, ValueShape.List, v => [OfCommands(v, c.Point, c.Says)])),
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

    private static ImportLine OfShell(OldValue value) => value.Text.Trim().Length > 0
        ? value.Maps(Shell, value.Text.Trim())
        : value.Maps(Shell, DefaultShell, "what orchestrator takes when it is empty");

    private static ImportLine? WithoutShell(OldConfig config) =>
        config.Has("ProcessesShellCommand") || Commands.All(c => config.List(c.Key).IsEmpty)
            ? null
            : new("ProcessesShellCommand", ImportGroup.Maps, "is not in the file; orchestrator takes bash, and serve sh")
            {
                Settings = [new(Shell, DefaultShell)],
            };

    private static ImportLine OfCommands(OldValue value, HookPoint point, string says)
    {
        var commands = value.List.Where(c => c.Trim().Length > 0).ToArray();
        if (commands.Length == 0) return Nothing(value);
        return value.Line(ImportGroup.Changes, says + Run) with
        {
            Settings =
            [
                .. commands.SelectMany((command, i) => new ImportedSetting[]
                {
                    new($"Hooks:{point}:{i}:Command", command) { IsHidden = true },
                    new($"Hooks:{point}:{i}:Timeout", Time(5 * 60)),
                }),
            ],
        };
    }
}
