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

    private const string OneByOne =
        "servers are moved one at a time so far: relocate/{host}/{port}/{belowHost}/{belowPort} for each of them";

    private const string NoPlan =
        "there is no plan for it yet, and nothing is sent to a server without one; the statement is yours to send";

    private const string PseudoGtid = "Pseudo-GTID is not used here; with GTIDs relocate does the same";

    private const string BinlogServers = "binlog servers are not known here";

    private const string NotKept = "it is not kept yet";

    private const string Agents = "Agents not served";

    private const string ByWatching = "what is measured stands in the log and in the records of recoveries";

    public static ImmutableArray<LegacyRoute> All { get; } =
    [
        .. Each(OneByOne,
            $"relocate-replicas/{Below}", $"regroup-replicas/{Key}", $"regroup-replicas-gtid/{Key}",
            $"move-up-replicas/{Key}",
            $"move-replicas-gtid/{Below}", $"repoint-replicas/{Key}", $"take-siblings/{Key}", $"take-master/{Key}"),
        No($"make-co-master/{Key}", "two servers that follow each other are not set up here"),
        No($"move-equivalent/{Below}", "equivalent positions are not recorded here; with GTIDs relocate does the same"),
        No($"master-equivalent/{Key}/{{logFile}}/{{logPos}}", "equivalent positions are not recorded here"),
        .. Each(PseudoGtid,
            $"match/{Below}", $"match-below/{Below}", $"match-up/{Key}", $"match-replicas/{Below}",
            $"match-up-replicas/{Key}",
            $"regroup-replicas-pgtid/{Key}", $"make-master/{Key}", $"make-local-master/{Key}",
            $"last-pseudo-gtid/{Key}"),
        No($"regroup-replicas-bls/{Key}", BinlogServers),
        .. Each(NoPlan,
            $"enable-gtid/{Key}", $"disable-gtid/{Key}", $"skip-query/{Key}", $"start-replica/{Key}",
            $"restart-replica/{Key}",
            $"stop-replica/{Key}", $"stop-replica-nice/{Key}", $"reset-replica/{Key}", $"detach-replica/{Key}",
            $"reattach-replica/{Key}", $"detach-replica-master-host/{Key}", $"reattach-replica-master-host/{Key}",
            $"flush-binary-logs/{Key}", $"purge-binary-logs/{Key}/{{logFile}}", $"restart-replica-statements/{Key}",
            $"enable-semi-sync-master/{Key}", $"disable-semi-sync-master/{Key}", $"enable-semi-sync-replica/{Key}",
            $"disable-semi-sync-replica/{Key}", $"delay-replication/{Key}/{{seconds}}", $"set-read-only/{Key}",
            $"kill-query/{Key}/{{process}}", $"change-master-credentials/{Key}", $"locate-gtid-errant/{Key}",
            $"gtid-errant-reset-master/{Key}", $"gtid-errant-inject-empty/{Key}"),
        No($"set-writeable/{Key}", "only the primary is opened, by the operation open of our own API"),
        .. Each(NotKept,
            "submit-pool-instances/{pool}", "cluster-pool-instances/{clusterName}/{pool?}",
            "heuristic-cluster-pool-instances/{clusterName}/{pool?}",
            "heuristic-cluster-pool-lag/{clusterName}/{pool?}",
            $"tag/{Key}/{{tagName?}}/{{tagValue?}}", $"tag-value/{Key}/{{tagName?}}", $"untag/{Key}/{{tagName?}}",
            "untag-all/{tagName?}/{tagValue?}", "submit-masters-to-kv-stores/{clusterHint?}", "snapshot-topologies",
            $"begin-maintenance/{Key}/{{owner}}/{{reason}}", $"end-maintenance/{Key}",
            "end-maintenance/{maintenanceKey}"),
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
