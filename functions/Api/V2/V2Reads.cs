using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Api.Legacy;
using OrchestratorFunctions.Api.V3;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.V2;

/// <summary>
/// Questions about clusters, servers and the process itself. What they tell is what <c>/api</c> tells.
/// </summary>
internal static class V2Reads
{
    /// <summary>The code of an answer that says that not all is well.</summary>
    public const string Unhealthy = "UNHEALTHY";

    public static async Task<V2Answer> ClustersAsync(LegacyCall call) =>
        V2Answer.List(await call.ClustersAsync(), (json, v) => LegacyCluster.Write(json, v, call.Api));

    public static Task<V2Answer> ClusterAsync(LegacyCall call) =>
        OfClusterAsync(call, v => V2Answer.Ok(json => LegacyCluster.Write(json, v, call.Api)));

    public static Task<V2Answer> ClusterInstancesAsync(LegacyCall call) => OfClusterAsync(
        call, v => V2Answer.List(LegacyCall.Servers([v]), (json, s) => LegacyInstance.Write(json, s, call.Api)));

    public static Task<V2Answer> TopologyAsync(LegacyCall call) => OfClusterAsync(call, v => V2Answer.Ok(json =>
    {
        json.WriteStartObject();
        json.WriteString("clusterName", LegacyInstance.ClusterNameOf(v.Topology));
        json.WriteString("topology", TopologyText.Draw(v.Topology, withFaults: false));
        json.WriteEndObject();
    }));

    public static Task<V2Answer> InstanceAsync(LegacyCall call) =>
        OfServerAsync(call, s => V2Answer.Ok(json => LegacyInstance.Write(json, s, call.Api)));

    public static Task<V2Answer> ChannelsAsync(LegacyCall call) =>
        OfServerAsync(call, s => V2Answer.List(LegacyChannel.Of(s), (json, c) => c.Write(json)));

    /// <summary>Whether the fleet is watched and could be recovered, as our own health tells it.</summary>
    public static async Task<V2Answer> StatusAsync(LegacyCall call)
    {
        var health = await Health.LookAsync(call.Api, call.Http, call.Cancel);
        return health.Healthy
            ? V2Answer.Ok(json => LegacyProcess.Write(json, health))
            : V2Answer.Error(
                StatusCodes.Status500InternalServerError, Unhealthy,
                health.Problem is { } problem
                    ? $"Application node is unhealthy: {problem}"
                    : "Application node is unhealthy");
    }

    /// <summary>As the fork answers where it has none to ask.</summary>
    public static Task<V2Answer> ProxySqlAsync(LegacyCall call) => Task.FromResult(V2Answer.Error(
        StatusCodes.Status503ServiceUnavailable, "PROXYSQL_NOT_CONFIGURED", "no ProxySQL is asked here yet"));

    private static async Task<V2Answer> OfClusterAsync(LegacyCall call, Func<ClusterView, V2Answer> answer)
    {
        var (view, wrong) = await call.ClusterAsync("name");
        return view is null ? V2Answer.NotFound($"Cluster not found: {wrong!.Message}") : answer(view);
    }

    private static async Task<V2Answer> OfServerAsync(LegacyCall call, Func<LegacyServer, V2Answer> answer)
    {
        if (call.KeyOf("host", "port", out var wrong) is not { } key)
            return V2Answer.Error(
                StatusCodes.Status400BadRequest, "INVALID_INSTANCE", $"Invalid instance key: {wrong!.Message}");
        return LegacyCall.Find(await call.ClustersAsync(), key) is { } server
            ? answer(server)
            : V2Answer.NotFound($"Instance not found: {key}");
    }
}
