using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;

namespace OrchestratorFunctions.Core.Examining;

/// <summary>
/// What an examination of a cluster could not look at: no probe asks for it, or a server did not tell. One sentence
/// each, with what would tell.
/// </summary>
internal static class Unexamined
{
    public static ImmutableArray<string> Of(ExaminedCluster cluster)
    {
        string[] sentences =
        [
            Of(cluster, s => s.Knows(InstanceParts.Rights) && s.Now.Missing is null, "what our account lacks",
                "SHOW GRANTS"),
            Of(cluster, s => cluster.Terms.ReplicationUser.Length > 0 && s.Now.ReplicationAccount is null,
                $"whether '{cluster.Terms.ReplicationUser}' may log in", "SELECT (User) ON mysql.user for our account"),
            Of(cluster, s => s.Now.Events is null, "which scheduled events there are",
                "EVENT on all databases for our account"),
            Of(cluster, s => s.Links.Any(l => l.HeartbeatInterval is null), "how often heartbeats are expected",
                "SELECT ON performance_schema.* for our account"),
            Of(cluster, s => s.Now.RelayLog is null && SemiSyncRule.Acknowledges(s.Now), "what a restart costs",
                "SHOW VARIABLES LIKE '%relay_log%'"),
            Of(cluster, s => s.Now.BinaryLog is { Enabled: true, Filters: null }, "whether the binary log is filtered",
                "SHOW BINARY LOG STATUS"),
            Of(cluster, s => s.Now.Location.DataCenter.Length == 0, "the data centre", "MySql:DataCenterQuery"),
            Of(cluster, s => s.Now.IsReadOnlySinceStart != true, "whether its configuration file says that it starts "
                + "read-only", "a look at super_read_only (MariaDB: read_only) in that file"),
            Of(cluster, s => s.Links.Any(), "net timeout, connect retry and retry count of its link",
                "replica_net_timeout, and SHOW REPLICA STATUS"),
            Of(cluster, s => s.Now.SemiSync.SourceEnabled, "the wait point of semi-sync",
                "rpl_semi_sync_source_wait_point"),
            Of(cluster, _ => true, "whether its clock is right", "SELECT UTC_TIMESTAMP(6)"),
            Of(cluster, _ => true, "whether the names of here lead to the same servers from there",
                "a look at its resolver"),
        ];
        return [.. sentences.Where(s => s.Length > 0)];
    }

    private static string Of(ExaminedCluster cluster, Func<ExaminedServer, bool> isUntold, string what, string tells)
    {
        var servers = cluster.Servers.ToArray();
        var untold = servers.Where(isUntold).Select(s => s.Key.ToString()).ToArray();
        if (untold.Length == 0) return "";
        var where = untold.Length == servers.Length ? "every server" : string.Join(", ", untold);
        return $"{where}: {what} ({tells} would tell)";
    }
}
