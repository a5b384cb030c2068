using System.Collections.Immutable;

namespace OrchestratorFunctions.Fleet.Servers;

/// <summary>A family and version of servers, and the words it understands.</summary>
public sealed record ServerKind(string Name)
{
    public static readonly ImmutableArray<string> Names =
        ["mysql-9.7", "mysql-8.4", "mysql-8.0", "mysql-5.7", "mariadb-10.11", "mariadb-11.8"];

    public bool IsMariaDb => Name.StartsWith("mariadb-", StringComparison.Ordinal);

    /// <summary>MySQL renamed statements and settings of replication in 8.0.22 to 8.0.26; MariaDB and 5.7 have the old words.</summary>
    public bool HasOldWords => IsMariaDb || Name == "mysql-5.7";

    public string Version => Name[(Name.IndexOf('-', StringComparison.Ordinal) + 1)..];

    /// <summary>The official image.</summary>
    public string Image => Name.Replace('-', ':');

    /// <summary>How its semi-sync settings call who sends.</summary>
    public string SourceWord => HasOldWords ? "master" : "source";

    /// <summary>How its semi-sync settings call who receives.</summary>
    public string ReplicaWord => HasOldWords ? "slave" : "replica";

    /// <summary>The accounts orchestrator, repl, app and admin, each with its name as password.</summary>
    public string UsersFile =>
        Path.Combine(Scripts.Root, "scripts/lib/users", IsMariaDb ? "mariadb.sql" : Name == "mysql-5.7" ? "mysql-5.7.sql" : "mysql.sql");

    /// <summary>MariaDB has no server_uuid.</summary>
    public string UuidOf(int port) => IsMariaDb ? "" : $"{port:D8}-0000-0000-0000-{port:D12}";

    /// <summary>An image writes to its binary log while it sets itself up; a fleet starts with an empty GTID set.</summary>
    public string EmptyGtids => this switch
    {
        { IsMariaDb: true } => "RESET MASTER; SET GLOBAL gtid_slave_pos=''",
        { Name: "mysql-5.7" or "mysql-8.0" } => "RESET MASTER",
        _ => "RESET BINARY LOGS AND GTIDS",
    };

    public string ReplicationStatus => HasOldWords ? "SHOW SLAVE STATUS" : "SHOW REPLICA STATUS";

    /// <summary>It follows the server at that port, read-only.</summary>
    public string Follow(int source)
    {
        var word = HasOldWords ? "MASTER" : "SOURCE";
        var from = $"{word}_HOST='127.0.0.1', {word}_PORT={source}, {word}_USER='repl', {word}_PASSWORD='repl', {word}_CONNECT_RETRY=1, {word}_HEARTBEAT_PERIOD=1";
        return this switch
        {
            { IsMariaDb: true } => $"CHANGE MASTER TO {from}, MASTER_USE_GTID=slave_pos; SET GLOBAL read_only=ON; START SLAVE",
            { HasOldWords: true } =>
                $"CHANGE MASTER TO {from}, MASTER_RETRY_COUNT=86400, MASTER_AUTO_POSITION=1; SET GLOBAL super_read_only=ON; START SLAVE",
            _ => $"CHANGE REPLICATION SOURCE TO {from}, SOURCE_RETRY_COUNT=86400, GET_SOURCE_PUBLIC_KEY=1, SOURCE_AUTO_POSITION=1; "
                + "SET GLOBAL super_read_only=ON; START REPLICA",
        };
    }

    /// <summary>Answers 0 when a replica has executed that.</summary>
    public string WaitFor(string gtids) =>
        IsMariaDb ? $"SELECT MASTER_GTID_WAIT('{gtids}', 30)" : $"SELECT WAIT_FOR_EXECUTED_GTID_SET('{gtids}', 30)";
}
