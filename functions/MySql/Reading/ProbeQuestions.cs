using System.Collections.Immutable;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Settings;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>The parts of a probe; each is one statement and one result.</summary>
internal enum ProbePart
{
    Variables,
    Replication,
    Silence,
    SourceSemiSyncStatus,
    SemiSyncSettings,
    ReadOnlyOrigin,
    NamedReplicas,
    BinaryLog,
    DumpClients,
    SemiSyncVariables,
    RelayLog,
    Status,
    Group,
    DataCenter,
    Region,
    Grants,
    ReplicationAccount,
    Transport,
    Events,
}

/// <summary>How much a probe asks; each depth holds the ones before.</summary>
internal enum ProbeDepth
{
    /// <summary>What changes from second to second.</summary>
    Frequent,
    /// <summary>What changes with the topology.</summary>
    Rare,
    /// <summary>Settings too; a server takes longer to list them than for all the rest.</summary>
    Whole,
}

/// <summary>One statement of a probe, with the name people are told when it is missing.</summary>
internal sealed record ProbeQuestion(ProbePart Part, string Sql, string Name);

/// <summary>
/// The statements of a probe by server features.
/// Sources: manual pages named in <see cref="ServerFeatures"/>; recorded columns of eight versions.
/// </summary>
internal static class ProbeQuestions
{
    private const string SharedVariables =
        "@@version AS version, @@version_comment AS version_comment, @@GLOBAL.server_id AS server_id, @@GLOBAL.read_only AS read_only, " +
        "@@GLOBAL.log_bin AS log_bin, @@GLOBAL.binlog_format AS binlog_format, @@GLOBAL.report_host AS report_host, " +
        "@@GLOBAL.report_port AS report_port, @@GLOBAL.hostname AS hostname, @@GLOBAL.port AS port, " +
        "@@GLOBAL.event_scheduler AS event_scheduler";

    // LAST_QUEUED_TRANSACTION_* stay zero while the performance schema is off; the counter moves all the same.
    private const string Silence =
        "SELECT s.CHANNEL_NAME, c.HEARTBEAT_INTERVAL, s.COUNT_RECEIVED_HEARTBEATS, " +
        // The server's own clock for both sides. Without the performance schema transactions are not timed: no answer
        // then.
        "IF(@@performance_schema, TIMESTAMPDIFF(MICROSECOND, GREATEST(s.LAST_HEARTBEAT_TIMESTAMP, s.LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP), NOW(6)), NULL) AS HEARD_MICROSECONDS_AGO " +
        "FROM performance_schema.replication_connection_status s " +
        "JOIN performance_schema.replication_connection_configuration c ON c.CHANNEL_NAME=s.CHANNEL_NAME";

    private const string Group =
        "SELECT m.MEMBER_STATE, m.MEMBER_ROLE, (SELECT VARIABLE_VALUE FROM performance_schema.global_variables " +
        "WHERE VARIABLE_NAME='group_replication_group_name' AND m.MEMBER_ID IS NOT NULL) AS GROUP_NAME " + // only looked up for a member
        "FROM performance_schema.replication_group_members m WHERE m.MEMBER_ID=@@GLOBAL.server_uuid";

    public static ImmutableArray<ProbeQuestion> Of(ServerFeatures features, MySqlOptions options, ProbeDepth depth) =>
        depth switch
    {
        ProbeDepth.Frequent => Frequent(features),
        ProbeDepth.Rare => [.. Frequent(features), .. Rare(features, options)],
        _ =>
        [
            .. Frequent(features), .. ReadOnlyOrigin.Questions(features), .. Rare(features, options),
            SemiSyncVariables, RelayLog, DumpClients, Grants, .. Transport(features), EventMapping.Question,
        ],
    };

    /// <summary>
    /// Whether a source waits for acknowledgements, for how many, and whether a replica gives them: durability is
    /// decided on it, so it is asked with every probe. Named one by one, as the server spells them: for a pattern a
    /// server puts together all of its variables.
    /// </summary>
    /// <param name="names">As the server listed them (<see cref="SemiSyncMapping.Settings"/>).</param>
    public static ProbeQuestion SemiSyncSettings(IEnumerable<string> names)
    {
        var select = string.Join(", ", names.Select(name => $"@@GLOBAL.{name} AS {name}"));
        return new(ProbePart.SemiSyncSettings, $"SELECT {select}", "semi-sync settings");
    }

    /// <summary>How many replicas acknowledge, asked of a source with every probe.</summary>
    public static ProbeQuestion SourceSemiSyncStatus(SemiSyncWords words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var source = words.SaysSource ? "source" : "master";
        string[] names = [$"Rpl_semi_sync_{source}_status", $"Rpl_semi_sync_{source}_clients"];
        var sql = $"SHOW GLOBAL STATUS WHERE Variable_name IN ('{string.Join("', '", names)}')";
        return new(ProbePart.SourceSemiSyncStatus, sql, "semi-sync status");
    }

    private static ImmutableArray<ProbeQuestion> Frequent(ServerFeatures features)
    {
        var list = ImmutableArray.CreateBuilder<ProbeQuestion>();
        list.Add(new(ProbePart.Variables, Variables(features), "variables"));
        var replication = features.IsMariaDb ? "SHOW ALL SLAVES STATUS" : features.SaysReplica ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
        list.Add(new(ProbePart.Replication, replication, $"replication state ({replication})"));
        if (features.TimesReceivedTransactions)
            list.Add(new(ProbePart.Silence, Silence, "time since the source was heard (performance_schema.replication_connection_status)"));
        return list.ToImmutable();
    }

    private static ProbeQuestion SemiSyncVariables { get; } =
        new(ProbePart.SemiSyncVariables, "SHOW GLOBAL VARIABLES LIKE 'rpl\\_semi\\_sync\\_%'", "semi-sync settings");

    private static ProbeQuestion RelayLog { get; } =
        new(ProbePart.RelayLog, "SELECT @@GLOBAL.relay_log_recovery AS relay_log_recovery, @@GLOBAL.sync_relay_log AS sync_relay_log", "relay log settings");

    // Replicas without report_host; without PROCESS the list holds only our own threads.
    public static ProbeQuestion DumpClients { get; } =
        new(
            ProbePart.DumpClients, "SELECT host FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'",
            "clients that read the binary log (information_schema.processlist)");

    // What our own account may do here; every account may ask that of itself.
    private static ProbeQuestion Grants { get; } = new(
        ProbePart.Grants, "SHOW GRANTS", "privileges of our own account");

    private static IEnumerable<ProbeQuestion> Transport(ServerFeatures features)
    {
        const string sql = "SELECT @@GLOBAL.require_secure_transport AS require_secure_transport";
        if (features.CanRequireTls) yield return new(ProbePart.Transport, sql, "whether TLS is required");
    }

    /// <summary>
    /// Whether the server has the account that new replicas log in with, and whether all of its entries are locked. It
    /// is asked only where our account may read that (<see cref="GrantMapping.MayReadAccounts"/>).
    /// </summary>
    public static ProbeQuestion ReplicationAccount(ServerFeatures features, string user)
    {
        ArgumentNullException.ThrowIfNull(features);
        // MariaDB keeps it in a column that holds the passwords too.
        var locked = features.IsMariaDb ? "0" : "COALESCE(SUM(account_locked='Y'), 0)";
        var sql = $"SELECT COUNT(*) AS accounts, {locked} AS locked FROM mysql.user WHERE User={Sql.Quote(user)}";
        return new(ProbePart.ReplicationAccount, sql, "the replication account (mysql.user)");
    }

    private static ImmutableArray<ProbeQuestion> Rare(ServerFeatures features, MySqlOptions options)
    {
        var list = ImmutableArray.CreateBuilder<ProbeQuestion>();
        var replicas = features.SaysReplica ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS";
        list.Add(new(ProbePart.NamedReplicas, replicas, $"replicas it names ({replicas})"));
        // Shown to people; no decision is made on it.
        var binaryLog = features.SaysBinaryLogStatus ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
        list.Add(new(ProbePart.BinaryLog, binaryLog, $"binary log position ({binaryLog})"));
        list.Add(new(ProbePart.Status, "SHOW GLOBAL STATUS WHERE Variable_name='Uptime' OR Variable_name LIKE 'rpl\\_semi\\_sync\\_%'", "status"));
        if (features.NamesGroupRoles)
            list.Add(new(ProbePart.Group, Group, "group membership (performance_schema.replication_group_members)"));
        if (options.DataCenterQuery.Length > 0)
            list.Add(new(ProbePart.DataCenter, options.DataCenterQuery, "data centre (MySql:DataCenterQuery)"));
        if (options.RegionQuery.Length > 0)
            list.Add(new(ProbePart.Region, options.RegionQuery, "region (MySql:RegionQuery)"));
        return list.ToImmutable();
    }

    private static string Variables(ServerFeatures features)
    {
        var logsUpdates = features.SaysLogReplicaUpdates ? "log_replica_updates" : "log_slave_updates";
        var own = features.IsMariaDb
            ? "@@GLOBAL.gtid_binlog_state AS gtid_binlog_state, @@GLOBAL.gtid_current_pos AS gtid_current_pos, @@GLOBAL.datadir AS datadir"
            : "@@GLOBAL.server_uuid AS server_uuid, @@GLOBAL.gtid_mode AS gtid_mode, @@GLOBAL.gtid_executed AS gtid_executed, @@GLOBAL.gtid_purged AS gtid_purged";
        if (features.HasOfflineMode) own += ", @@GLOBAL.offline_mode AS offline_mode";
        if (features.HasSuperReadOnly) own += ", @@GLOBAL.super_read_only AS super_read_only";
        return $"SELECT {SharedVariables}, @@GLOBAL.{logsUpdates} AS log_replica_updates, {own}";
    }
}
