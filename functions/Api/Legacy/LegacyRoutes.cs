using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Flow.Operating;
using static OrchestratorFunctions.Api.Legacy.LegacyRoute;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// orchestrator's API on one page (<c>go/http/api.go</c>, <c>RegisterRequests</c>): every route is answered, or refused
/// with the reason (<see cref="LegacyRefusals"/>). All are GETs, those that act too.
/// </summary>
internal static class LegacyRoutes
{
    public const string Root = "/api";

    private const string Key = "{host}/{port}", Below = "{host}/{port}/{belowHost}/{belowPort}";
    private static readonly string[] Acting = [HttpMethods.Get], Asking = [HttpMethods.Get, HttpMethods.Head];

    private const string Designated = "{designatedHost}/{designatedPort}";

    private static ImmutableArray<LegacyRoute> Reading { get; } =
    [
        Ask("clusters", LegacyReads.ClustersAsync),
        Ask("clusters-info", LegacyReads.ClusterInfosAsync),
        Ask("cluster/{clusterHint}", LegacyReads.ClusterAsync),
        Ask("cluster/alias/{alias}", LegacyReads.ClusterAsync),
        Ask($"cluster/instance/{Key}", LegacyReads.ClusterAsync),
        Ask("cluster-info/{clusterHint}", LegacyReads.ClusterInfoAsync),
        Ask("cluster-info/alias/{alias}", LegacyReads.ClusterInfoAsync),
        Ask("cluster-osc-replicas/{clusterHint}", LegacyReads.ClusterReplicasAsync),
        Ask("master/{clusterHint}", LegacyReads.PrimaryAsync),
        Ask("masters", LegacyReads.PrimariesAsync),
        Ask($"instance/{Key}", LegacyReads.InstanceAsync),
        Ask($"instance-replicas/{Key}", LegacyReads.InstanceReplicasAsync),
        Ask($"instance-channels/{Key}", LegacyReads.InstanceChannelsAsync),
        Ask("all-instances", LegacyReads.AllInstancesAsync),
        Ask("search/{searchString?}", LegacyReads.SearchAsync),
        Ask("problems/{clusterName?}", LegacyReads.ProblemsAsync),
        Ask("downtimed/{clusterHint?}", LegacyReads.DowntimedAsync),
        Ask("bulk-instances", LegacyReads.KeysAsync),
        Ask("bulk-promotion-rules", LegacyReads.PromotionRulesAsync),
        Ask("topology/{clusterHint}", LegacyReads.TopologyAsync),
        Ask($"topology/{Key}", LegacyReads.TopologyAsync),
        Ask("topology-tabulated/{clusterHint}", LegacyReads.TabulatedAsync),
        Ask($"topology-tabulated/{Key}", LegacyReads.TabulatedAsync),
        Ask("topology-tags/{clusterHint}", LegacyReads.TaggedTopologyAsync),
        Ask($"topology-tags/{Key}", LegacyReads.TaggedTopologyAsync),
        Ask($"can-replicate-from/{Below}", LegacyReads.CanReplicateAsync),
        Ask($"can-replicate-from-gtid/{Below}", LegacyReads.CanReplicateAsync),
    ];

    private static ImmutableArray<LegacyRoute> Reporting { get; } =
    [
        Ask("replication-analysis/{clusterName?}", LegacyReports.AnalysisAsync),
        Ask($"replication-analysis/instance/{Key}", LegacyReports.AnalysisAsync),
        Ask("replication-analysis-changelog", LegacyProcess.NullAsync),
        Ask("audit-failure-detection/{page?}", LegacyReports.DetectionsAsync),
        Ask("audit-failure-detection/id/{id}", LegacyReports.DetectionsAsync),
        Ask("audit-failure-detection/alias/{alias}/{page?}", LegacyReports.DetectionsAsync),
        Ask("audit-recovery/{page?}", LegacyReports.RecoveriesAsync),
        Ask("audit-recovery/id/{id}", LegacyReports.RecoveriesAsync),
        Ask("audit-recovery/uid/{uid}", LegacyReports.RecoveriesAsync),
        Ask("audit-recovery/cluster/{clusterName}/{page?}", LegacyReports.RecoveriesAsync),
        Ask("audit-recovery/alias/{alias}/{page?}", LegacyReports.RecoveriesAsync),
        Ask("audit-recovery-steps/{uid}", LegacyReports.StepsAsync),
        Ask("active-cluster-recovery/{clusterName}", LegacyReports.ActiveAsync),
        Ask("recently-active-cluster-recovery/{clusterName}", LegacyReports.RecentlyActiveAsync),
        Ask($"recently-active-instance-recovery/{Key}", LegacyReports.RecentlyActiveAsync),
        Ask("blocked-recoveries", LegacyReports.BlockedAsync),
        Ask("blocked-recoveries/cluster/{clusterName}", LegacyReports.BlockedAsync),
        Ask("audit/{page?}", LegacyReports.AuditAsync),
        Ask($"audit/instance/{Key}/{{page?}}", LegacyReports.AuditAsync),
        Ask("automated-recovery-filters", LegacyProcess.FiltersAsync),
        Ask("check-global-recoveries", LegacyActs.CheckAsync),
    ];

    private static ImmutableArray<LegacyRoute> Declaring { get; } =
    [
        Act($"discover/{Key}", LegacyActs.DiscoverAsync),
        Act($"async-discover/{Key}", LegacyActs.DiscoverLaterAsync),
        Operate($"refresh/{Key}", LegacyActs.RefreshAsync),
        Act($"forget/{Key}", LegacyActs.ForgetAsync),
        Act("forget-cluster/{clusterHint}", LegacyActs.ForgetClusterAsync),
        Operate($"begin-downtime/{Key}/{{owner}}/{{reason}}/{{duration?}}", LegacyActs.BeginDowntimeAsync),
        Operate($"end-downtime/{Key}", LegacyActs.EndDowntimeAsync),
        Operate($"register-candidate/{Key}/{{promotionRule}}", LegacyActs.SetRuleAsync),
        Operate("set-cluster-alias/{clusterName}", LegacyActs.SetAliasAsync),
        Act("enable-global-recoveries", LegacyActs.EnableAsync),
        Act("disable-global-recoveries", LegacyActs.DisableAsync),
        Act("ack-recovery/cluster/{clusterHint}", LegacyAcknowledging.OfClusterAsync),
        Act("ack-recovery/cluster/alias/{alias}", LegacyAcknowledging.OfClusterAsync),
        Act($"ack-recovery/instance/{Key}", LegacyAcknowledging.OfServerAsync),
        Act("ack-recovery/{recoveryId}", LegacyAcknowledging.OneAsync),
        Act("ack-recovery/uid/{uid}", LegacyAcknowledging.OneAsync),
        Act("ack-all-recoveries", LegacyAcknowledging.AllAsync),
    ];

    private static ImmutableArray<LegacyRoute> Planning { get; } =
    [
        Operate($"relocate/{Below}", LegacyPlans.RelocateAsync),
        Operate($"relocate-below/{Below}", LegacyPlans.RelocateAsync),
        Operate($"move-below-gtid/{Below}", LegacyPlans.RelocateAsync),
        Operate($"move-below/{Below}", LegacyPlans.MoveBelowAsync),
        Operate($"move-up/{Key}", LegacyPlans.MoveUpAsync),
        Operate($"repoint/{Below}", LegacyPlans.RepointAsync),
        .. Replacing("recover", LegacyPlans.RecoverAsync),
        .. Replacing("recover-lite", LegacyPlans.RecoverAsync),
        .. OfCluster("graceful-master-takeover", LegacyPlans.TakeOverAsync),
        .. OfCluster("graceful-master-takeover-auto", LegacyPlans.TakeOverAsync),
        Act("force-master-failover/{clusterHint}", LegacyPlans.FailOverAsync),
        Act($"force-master-failover/{Key}", LegacyPlans.FailOverAsync),
        Act($"force-master-takeover/{{clusterHint}}/{Designated}", LegacyPlans.FailOverAsync),
        Act($"force-master-takeover/{Key}/{Designated}", LegacyPlans.FailOverAsync),
    ];

    private static LegacyRoute[] Replacing(string name, Func<LegacyCall, Task<LegacyAnswer>> answer) =>
        [Act($"{name}/{Key}", answer), Act($"{name}/{Key}/{{candidateHost}}/{{candidatePort}}", answer)];

    private static LegacyRoute[] OfCluster(string name, Func<LegacyCall, Task<LegacyAnswer>> answer) =>
    [
        Act($"{name}/{{clusterHint}}", answer), Act($"{name}/{Key}", answer),
        Act($"{name}/{{clusterHint}}/{Designated}", answer), Act($"{name}/{Key}/{Designated}", answer),
    ];

    // Load balancers have no password.
    private static ImmutableArray<LegacyRoute> OfProcess { get; } =
    [
        .. from name in (string[])["health", "status", "lb-check"]
           select new LegacyRoute(name, Role.None, LegacyProcess.HealthAsync),
        .. from name in (string[])["_ping", "leader-check/{code?}", "routed-leader-check/{code?}"]
           select new LegacyRoute(name, Role.None, LegacyProcess.AliveAsync),
        Ask("headers", LegacyProcess.HeadersAsync),
        .. from name in (string[])["raft-state", "raft-leader", "raft-health", "raft-status", "raft-peers"]
           select Ask(name, LegacyProcess.NoRaftAsync),
        .. from name in (string[])
            [
                "raft-add-peer/{addr}", "raft-remove-peer/{addr}", "raft-yield/{node}", "raft-yield-hint/{hint}",
                "raft-snapshot", "raft-follower-health-report/{token}/{raftBind}/{raftAdvertise}",
            ]
           select Act(name, LegacyProcess.NoRaftAsync),
    ];

    /// <summary>Every row, without synonyms.</summary>
    public static ImmutableArray<LegacyRoute> All { get; } =
        
    [
        .. Reading, .. Reporting, .. Declaring, .. Planning, .. LegacyMoves.All, .. LegacyChanges.All, .. OfProcess,
        .. LegacyTags.All, .. LegacyPools.All, .. LegacyMaintenance.All,
        .. LegacyRefusals.All,
    ];

    /// <summary>Whether a path is one of orchestrator's, known or not: below <c>/api</c>, and of no version.</summary>
    public static bool IsAsked(PathString path) =>
        path.StartsWithSegments(Root, out var rest)
        && !rest.StartsWithSegments("/v2") && !rest.StartsWithSegments("/v3");

    /// <summary>Whether a path asks for health, which load balancers do.</summary>
    public static bool IsHealth(PathString path) =>
        OfProcess.Any(r => r.Needs == Role.None && path.StartsWithSegments($"{Root}/{r.Path.Split('/')[0]}"));

    /// <summary>Every route with its synonyms. HEAD asks, and what acts is not asked by it.</summary>
    public static void MapLegacy(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Root);
        foreach (var route in All)
            foreach (var path in Paths(route))
                group.MapMethods(path, route.Needs.Acts() ? Acting : Asking,
                    (ApiContext api, HttpContext http, CancellationToken cancel) =>
                        AnswerAsync(route, new LegacyCall(api, http, cancel)))
                    .WithMetadata(new Needs(route.Needs)).ExcludeFromDescription();
    }

    // A client reads the reason from the answer; an empty one is no answer to it.
    private static async Task<LegacyAnswer> AnswerAsync(LegacyRoute route, LegacyCall call)
    {
        try
        {
            return await route.Answer(call);
        }
        catch (Exception e) when (!call.Cancel.IsCancellationRequested)
        {
            call.Api.Log.NotAnswered(route.Path, e);
            return LegacyAnswer.Error($"it could not be answered, and the log says why: {e.GetType().Name}");
        }
    }

    private static IEnumerable<string> Paths(LegacyRoute route)
    {
        yield return route.Path;
        var (name, rest) = (route.Path.Split('/')[0], route.Path[route.Path.Split('/')[0].Length..]);
        if (LegacyRefusals.Synonyms.TryGetValue(name, out var other)) yield return other + rest;
    }
}
