using System.Collections.Frozen;
using System.Collections.Immutable;
using static OrchestratorFunctions.Api.Legacy.LegacyRoute;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// The routes of orchestrator that nothing stands behind here, each with the reason and what to use instead; and the
/// older names of its routes.
/// </summary>
internal static class LegacyRefusals
{
    private const string Key = "{host}/{port}", Below = "{host}/{port}/{belowHost}/{belowPort}";

    private const string PseudoGtid = "Pseudo-GTID is not used here; with GTIDs relocate does the same";

    private const string BinlogServers = "binlog servers are not known here";

    private const string NotKept = "it is not kept yet";

    private const string Agents = "Agents not served";

    private const string ByWatching = "what is measured stands in the log and in the records of recoveries";

    public static ImmutableArray<LegacyRoute> All { get; } =
    [
        No($"make-co-master/{Key}", "two servers that follow each other are not set up here"),
        No($"move-equivalent/{Below}", "equivalent positions are not recorded here; with GTIDs relocate does the same"),
        No($"master-equivalent/{Key}/{{logFile}}/{{logPos}}", "equivalent positions are not recorded here"),
        .. Each(PseudoGtid,
            $"match/{Below}", $"match-below/{Below}", $"match-up/{Key}", $"match-replicas/{Below}",
            $"match-up-replicas/{Key}",
            $"regroup-replicas-pgtid/{Key}", $"make-master/{Key}", $"make-local-master/{Key}",
            $"last-pseudo-gtid/{Key}"),
        No($"regroup-replicas-bls/{Key}", BinlogServers),
        .. Each(NotKept,
            "submit-masters-to-kv-stores/{clusterHint?}", "snapshot-topologies"),
        .. Each("names are followed by the servers' own identity, so none is registered",
            $"register-hostname-unresolve/{Key}/{{virtualname}}", $"deregister-hostname-unresolve/{Key}",
            $"resolve/{Key}", "hostname-resolve-cache", "reset-hostname-resolve-cache"),
        .. Each("every process answers alike and none leads", "grab-election", "reelect"),
        No("proxysql/servers", "no ProxySQL is asked here yet"),
        No("reload-configuration", "settings are read when the process starts: start it again"),
        No("reload-cluster-alias", "it was retired in orchestrator too; set-cluster-alias does it"),
        .. Each(ByWatching,
            "discovery-metrics-raw/{seconds}", "discovery-metrics-aggregated/{seconds}",
            "discovery-queue-metrics-raw/{seconds}", "discovery-queue-metrics-aggregated/{seconds}",
            "discovery-queue-metrics-raw/{queue}/{seconds}", "discovery-queue-metrics-aggregated/{queue}/{seconds}",
            "backend-query-metrics-raw/{seconds}", "backend-query-metrics-aggregated/{seconds}",
            "write-buffer-metrics-raw/{seconds}", "write-buffer-metrics-aggregated/{seconds}"),
        .. Each(Agents,
            "agents", "agent/{host}", "agent-umount/{host}", "agent-mount/{host}", "agent-create-snapshot/{host}",
            "agent-removelv/{host}", "agent-mysql-stop/{host}", "agent-mysql-start/{host}",
            "agent-seed/{targetHost}/{sourceHost}", "agent-active-seeds/{host}", "agent-recent-seeds/{host}",
            "agent-seed-details/{seedId}", "agent-seed-states/{seedId}", "agent-abort-seed/{seedId}",
            "agent-custom-command/{host}/{command}", "seeds"),
    ];

    private static IEnumerable<LegacyRoute> Each(string because, params string[] paths) =>
        paths.Select(path => No(path, because));

    /// <summary>Newer name → older one, by which a route is reached too.</summary>
    public static FrozenDictionary<string, string> Synonyms { get; } = new Dictionary<string, string>
    {
        ["relocate-replicas"] = "relocate-slaves",
        ["regroup-replicas"] = "regroup-slaves",
        ["move-up-replicas"] = "move-up-slaves",
        ["repoint-replicas"] = "repoint-slaves",
        ["take-siblings"] = "enslave-siblings",
        ["take-master"] = "enslave-master",
        ["regroup-replicas-bls"] = "regroup-slaves-bls",
        ["move-replicas-gtid"] = "move-slaves-gtid",
        ["regroup-replicas-gtid"] = "regroup-slaves-gtid",
        ["match-replicas"] = "match-slaves",
        ["match-up-replicas"] = "match-up-slaves",
        ["regroup-replicas-pgtid"] = "regroup-slaves-pgtid",
        ["detach-replica"] = "detach-slave",
        ["reattach-replica"] = "reattach-slave",
        ["detach-replica-master-host"] = "detach-slave-master-host",
        ["reattach-replica-master-host"] = "reattach-slave-master-host",
        ["cluster-osc-replicas"] = "cluster-osc-slaves",
        ["start-replica"] = "start-slave",
        ["restart-replica"] = "restart-slave",
        ["stop-replica"] = "stop-slave",
        ["stop-replica-nice"] = "stop-slave-nice",
        ["reset-replica"] = "reset-slave",
        ["restart-replica-statements"] = "restart-slave-statements",
        ["enable-semi-sync-master"] = "enable-semi-sync-source",
        ["disable-semi-sync-master"] = "disable-semi-sync-source",
    }.ToFrozenDictionary();
}
