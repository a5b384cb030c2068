namespace OrchestratorFunctions.Fleet.Servers;

/// <summary>The lines of a server's configuration file.</summary>
internal static class Configuration
{
    /// <summary>Small and fast. Each commit still reaches the kernel (flush-log-at-trx-commit=2), so SIGKILL loses nothing.</summary>
    private const string Lean = """
        skip-name-resolve
        performance-schema=OFF
        loose-mysqlx=OFF
        max-connections=60
        thread-cache-size=8
        table-open-cache=64
        table-definition-cache=400
        key-buffer-size=8K
        loose-temptable-max-ram=2M
        loose-aria-pagecache-buffer-size=128K
        innodb-buffer-pool-size=8M
        loose-innodb-redo-log-capacity=8M
        innodb-log-buffer-size=1M
        innodb-doublewrite=OFF
        innodb-flush-method=nosync
        innodb-flush-log-at-trx-commit=2
        sync-binlog=0
        innodb-purge-threads=1
        innodb-read-io-threads=1
        innodb-write-io-threads=1
        loose-innodb-page-cleaners=1
        innodb-adaptive-hash-index=OFF
        innodb-buffer-pool-dump-at-shutdown=OFF
        innodb-buffer-pool-load-at-startup=OFF
        """;

    public static IEnumerable<string> Small(ServerKind kind) =>
        [Lean, .. kind.HasOldWords ? (string[])["innodb-log-file-size=4M"] : []];

    /// <summary>read_only is left out on purpose: a server that comes back after a crash is writable.</summary>
    public static IEnumerable<string> Replication(ServerKind kind, int port) =>
    [
        "bind-address=127.0.0.1", $"port={port}", $"server-id={port}", "report-host=127.0.0.1", $"report-port={port}",
        "log-bin=binlog", "relay-log=relay", "slave-net-timeout=4", .. Gtids(kind),
    ];

    /// <summary>
    /// The receiving side acknowledges from the first moment after a restart. The sending side is switched on at run
    /// time on the primary only: a server that comes back does not know that it was the primary.
    /// </summary>
    public static IEnumerable<string> SemiSync(ServerKind kind, bool isPrimary)
    {
        var (source, replica) = (kind.SourceWord, kind.ReplicaWord);
        if (!kind.IsMariaDb)
        {
            yield return $"plugin-load-add=semisync_{source}.so";
            yield return $"plugin-load-add=semisync_{replica}.so";
            yield return $"loose-rpl-semi-sync-{source}-wait-for-{replica}-count=1";
        }
        yield return $"loose-rpl-semi-sync-{source}-timeout=100000000";
        yield return $"loose-rpl-semi-sync-{source}-wait-point=AFTER_SYNC";
        if (!isPrimary) yield return $"loose-rpl-semi-sync-{replica}-enabled=ON";
    }

    private static string[] Gtids(ServerKind kind) => kind switch
    {
        { IsMariaDb: true } => ["log-slave-updates=ON", "gtid-strict-mode=ON", "binlog-format=ROW", "master-retry-count=86400"],
        { HasOldWords: true } =>
        [
            "gtid-mode=ON", "enforce-gtid-consistency=ON", "log-slave-updates=ON", "binlog-format=ROW",
            "master-info-repository=TABLE", "relay-log-info-repository=TABLE",
        ],
        _ => ["gtid-mode=ON", "enforce-gtid-consistency=ON"],
    };
}
