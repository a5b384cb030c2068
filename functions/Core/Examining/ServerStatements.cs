using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Examining;

/// <summary>
/// Statements of a fix in the words of one server. They are told and never sent: what is sent stands in the room of
/// MySQL. Manuals: "CHANGE REPLICATION SOURCE TO Statement", "SET Syntax for Variable Assignment", "Installing
/// Semisynchronous Replication"; MariaDB: "CHANGE MASTER TO".
/// </summary>
internal sealed class ServerStatements(Instance server)
{
    private readonly ServerVersion version = server.Version;
    private readonly string key = server.Key.ToString();

    public bool IsMariaDb => version.IsMariaDb;

    /// <summary>super_read_only; since 5.7.8. Manual: "Server System Variables".</summary>
    public bool HasSuperReadOnly => Since(5, 7, 8);

    /// <summary>The privilege of an account that replicates, by the name that every version knows.</summary>
    public const string ToReplicate = "REPLICATION SLAVE";

    /// <summary>How an event is disabled as on a replica. Manual: "ALTER EVENT Statement".</summary>
    public string EventSide => Since(8, 2, 0) ? "REPLICA" : "SLAVE";

    private bool SaysReplica => Since(8, 0, 22);
    private bool SaysSource => Since(8, 0, 23);
    private bool Persists => Since(8, 0, 11);
    private bool NamesSemiSyncSource => Since(8, 0, 26);

    private string Word => SaysReplica ? "REPLICA" : "SLAVE";
    private string Prefix => SaysSource ? "SOURCE" : "MASTER";

    public Fix Run(params IEnumerable<string> statements) =>
        new(FixKind.Statement, key, string.Join(" ", statements.Select(s => s + ";")));

    public Fix File(string line) => new(FixKind.ServerFile, key, line);

    /// <summary>Sets a variable at once and for the next start: older servers need a line in their file.</summary>
    public IEnumerable<Fix> Set(string name, string value) => Persists
        ? [Run($"SET PERSIST {name}={value}")]
        : [Run($"SET GLOBAL {name}={value}"), File($"{name}={value}")];

    /// <summary>Variables of semi-sync in the words of the plugin that this version brings.</summary>
    public string SourceWaits => $"rpl_semi_sync_{Source}_enabled";

    public string SourceTimeout => $"rpl_semi_sync_{Source}_timeout";

    public string ReplicaAcknowledges => NamesSemiSyncSource
        ? "rpl_semi_sync_replica_enabled"
        : "rpl_semi_sync_slave_enabled";

    public string WaitFor => NamesSemiSyncSource
        ? "rpl_semi_sync_source_wait_for_replica_count"
        : "rpl_semi_sync_master_wait_for_slave_count";

    private string Source => NamesSemiSyncSource ? "source" : "master";

    /// <summary>log_replica_updates under the name that this version knows.</summary>
    public string LogsUpdates => NamesSemiSyncSource ? "log_replica_updates" : "log_slave_updates";

    public const string Receiver = " IO_THREAD", Applier = " SQL_THREAD";

    /// <summary>Stops a thread and starts it, so that it takes up what was set.</summary>
    public IEnumerable<string> Restart(ReplicationLink link, string thread) =>
        [Verb("STOP", link, thread), Verb("START", link, thread)];

    /// <summary>Changes a link while its receiver stands still; on MariaDB both threads have to.</summary>
    /// <param name="option">Without its prefix, with its value.</param>
    public Fix Change(ReplicationLink link, string option)
    {
        var threads = IsMariaDb ? "" : Receiver;
        return Run(Verb("STOP", link, threads), $"{ChangeVerb(link)} {Prefix}_{option}{Channel(link)}",
            Verb("START", link, threads));
    }

    /// <summary>The same statement for this server alone: no transaction of its own, though it is a replica.</summary>
    public Fix Alone(params IEnumerable<string> statements)
    {
        string[] quietly = ["SET SESSION sql_log_bin=0", .. statements, "SET SESSION sql_log_bin=1"];
        return Run(server.SuperReadOnly
            ? ["SET GLOBAL super_read_only=OFF", .. quietly, "SET GLOBAL super_read_only=ON"]
            : quietly);
    }

    private string ChangeVerb(ReplicationLink link)
    {
        if (SaysSource) return "CHANGE REPLICATION SOURCE TO";
        return IsMariaDb && link.Channel.Length > 0 ? $"CHANGE MASTER '{link.Channel}' TO" : "CHANGE MASTER TO";
    }

    // MariaDB names a connection before the threads, MySQL a channel behind them.
    private string Verb(string verb, ReplicationLink link, string threads)
    {
        var named = IsMariaDb && link.Channel.Length > 0 ? $" '{link.Channel}'" : "";
        return $"{verb} {Word}{named}{threads}{Channel(link)}";
    }

    private string Channel(ReplicationLink link) =>
        !IsMariaDb && link.Channel.Length > 0 ? $" FOR CHANNEL '{link.Channel}'" : "";

    private bool Since(int major, int minor, int patch) => !IsMariaDb && version.AtLeast(major, minor, patch);
}
