using System.Collections.Immutable;
using static OrchestratorFunctions.Local.Cli.Old.OldAnswers;

namespace OrchestratorFunctions.Local.Cli.Old;

/// <summary>
/// orchestrator's commands on one page: what each asks of the API in its words, and what is printed. A command that is
/// not here is asked for by its own name, and the API says why it is not done.
/// </summary>
internal static class OldCommands
{
    private static readonly string[] Changes =
    [
        "start-replica", "stop-replica", "stop-replica-nice", "restart-replica", "reset-replica", "detach-replica",
        "detach-replica-master-host", "reattach-replica", "reattach-replica-master-host", "enable-gtid",
        "disable-gtid", "skip-query", "set-read-only", "set-writeable", "enable-semi-sync-master",
        "disable-semi-sync-master", "enable-semi-sync-replica", "disable-semi-sync-replica", "gtid-errant-reset-master",
        "gtid-errant-inject-empty", "flush-binary-logs", "change-master-credentials",
    ];

    public static ImmutableArray<OldCommand> All { get; } =
    [
        new("clusters", "clusters", Texts),
        new("clusters-alias", "clusters-info", Aliases),
        new("all-clusters-masters", "masters", Keys),
        new("all-instances", "all-instances", Keys),
        new("find", "search?s={text}", Keys),
        new("search", "search?s={text}", Keys),
        new("topology", "topology/{hint}", Details),
        new("topology-tabulated", "topology-tabulated/{hint}", Details),
        new("topology-tags", "topology-tags/{hint}", Details),
        new("which-instance", "instance/{i}", Key),
        new("instance", "instance/{i}", Key),
        new("which-cluster", "cluster-info/{hint}", Field("ClusterName")),
        new("which-cluster-alias", "cluster-info/{hint}", Field("ClusterAlias")),
        new("which-cluster-domain", "cluster-info/{hint}", Field("ClusterDomain")),
        new("which-cluster-master", "master/{hint}", Key),
        new("which-cluster-instances", "cluster/{hint}", Keys),
        new("which-cluster-osc-replicas", "cluster-osc-replicas/{hint}", Keys),
        new("which-cluster-gh-ost-replicas", "cluster-osc-replicas/{hint}", Keys),
        new("get-cluster-heuristic-lag", "cluster-info/{hint}", Field("HeuristicLag")),
        new("which-master", "instance/{i}", Source),
        new("which-replicas", "instance-replicas/{i}", Keys),
        new("which-broken-replicas", "instance-replicas/{i}", Broken),
        new("which-gtid-errant", "instance/{i}", Field("GtidErrant")),
        new("which-downtimed-instances", "downtimed/{hint?}", Keys),
        new("downtimed", "downtimed/{hint?}", Keys),
        new("is-replicating", "instance/{i}", IfReplicating),
        new("is-replication-stopped", "instance/{i}", IfStopped),
        new("can-replicate-from", "can-replicate-from/{i}/{d}", IfTrue),
        new("can-replicate-from-gtid", "can-replicate-from-gtid/{i}/{d}", IfTrue),
        new("replication-analysis", "replication-analysis", Analyses),
        new("bulk-instances", "bulk-instances", Keys),
        new("bulk-promotion-rules", "bulk-promotion-rules", PromotionRules),
        new("tags", "tags/{i}", Texts),
        new("tagged", "tagged?tag={tag}", Keys),
        new("tag-value", "tag-value/{i}?tag={tag}", Details),
        new("tag", "tag/{i}?tag={tag}", Key),
        new("untag", "untag/{i}?tag={tag}", MovedKeys),
        new("untag-all", "untag-all?tag={tag}", MovedKeys),
        new("begin-maintenance", "begin-maintenance/{i}/{owner}/{reason}", Key),
        new("end-maintenance", "end-maintenance/{i}", Key),
        new("in-maintenance", "in-maintenance/{i}", a => Details(a).Where(server => server.Length > 0)),
        new("submit-pool-instances", "submit-pool-instances/{pool}?instances={all}", Details),
        new("cluster-pool-instances", "cluster-pool-instances/{hint}/{pool?}", Pools),
        new(
            "which-heuristic-cluster-pool-instances", "heuristic-cluster-pool-instances/{hint}/{pool?}", MovedKeys),
        new("api", "{path}", Json),

        new("discover", "discover/{i}", Key),
        new("async-discover", "async-discover/{i}", Nothing),
        new("forget", "forget/{i}", Nothing),
        new("forget-cluster", "forget-cluster/{hint}", Nothing),
        new("begin-downtime", "begin-downtime/{i}/{owner}/{reason}/{duration}", Key),
        new("end-downtime", "end-downtime/{i}", Key),
        new("register-candidate", "register-candidate/{i}/{rule}", Key),
        new("set-cluster-alias", "set-cluster-alias/{server}?alias={alias}", Nothing),
        new("disable-global-recoveries", "disable-global-recoveries", Details),
        new("enable-global-recoveries", "enable-global-recoveries", Details),
        new("check-global-recoveries", "check-global-recoveries", Details),
        new("ack-all-recoveries", "ack-all-recoveries?comment={reason}", Details),
        new("ack-cluster-recoveries", "ack-recovery/cluster/{hint}?comment={reason}", Details),
        new("ack-instance-recoveries", "ack-recovery/instance/{i}?comment={reason}", Key),

        new("relocate", "relocate/{i}/{d}", Moved),
        new("relocate-below", "relocate/{i}/{d}", Moved),
        new("move-below", "move-below/{i}/{d}", Moved),
        new("move-gtid", "move-below-gtid/{i}/{d}", Moved),
        new("move-below-gtid", "move-below-gtid/{i}/{d}", Moved),
        new("move-up", "move-up/{i}", Moved),
        new("repoint", "repoint/{i}/{d}", Moved),
        new("relocate-replicas", "relocate-replicas/{i}/{d}?pattern={pattern?}", MovedKeys),
        new("move-replicas-gtid", "move-replicas-gtid/{i}/{d}?pattern={pattern?}", MovedKeys),
        new("move-up-replicas", "move-up-replicas/{i}?pattern={pattern?}", MovedKeys),
        new("repoint-replicas", "repoint-replicas/{i}?pattern={pattern?}", MovedKeys),
        new("regroup-replicas", "regroup-replicas/{i}", Key),
        new("regroup-replicas-gtid", "regroup-replicas-gtid/{i}", Key),
        new("take-siblings", "take-siblings/{i}", Moved),
        new("take-master", "take-master/{i}", Moved),
        .. from name in Changes select new OldCommand(name, name + "/{i}", Key),
        new("purge-binary-logs", "purge-binary-logs/{i}/{binlog}", Key),
        new("delay-replication", "delay-replication/{i}/{seconds}", Details),
        new("restart-replica-statements", "restart-replica-statements/{i}?q={query?}", DetailsTexts),
        new("locate-gtid-errant", "locate-gtid-errant/{i}", DetailsTexts),
        new("recover", "recover/{i}/{d?}", Key),
        new("recover-lite", "recover-lite/{i}/{d?}", Key),
        new("graceful-master-takeover", "graceful-master-takeover/{hint}/{d?}", Successor),
        new("graceful-master-takeover-auto", "graceful-master-takeover-auto/{hint}/{d?}", Successor),
        new("force-master-failover", "force-master-failover/{hint}", Successor),
        new("force-master-takeover", "force-master-takeover/{hint}/{d}", Successor),
    ];

    /// <summary>The row of a command, or one that asks for it by its own name.</summary>
    public static OldCommand Of(string name) =>
        All.FirstOrDefault(c => c.Name == name) ?? new(name, $"{Uri.EscapeDataString(name)}/{{i?}}/{{d?}}", Details);
}
