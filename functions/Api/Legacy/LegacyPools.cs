using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Watching;
using static OrchestratorFunctions.Api.Legacy.LegacyRoute;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>Pools of servers by orchestrator's names.</summary>
internal static class LegacyPools
{
    private const string OfCluster = "{clusterName}/{pool?}";

    public static ImmutableArray<LegacyRoute> All { get; } =
    [
        Operate("submit-pool-instances/{pool}", SubmitAsync),
        Ask($"cluster-pool-instances/{OfCluster}", PoolsAsync),
        Ask($"heuristic-cluster-pool-instances/{OfCluster}", InstancesAsync),
        Ask($"heuristic-cluster-pool-lag/{OfCluster}", LagAsync),
    ];

    /// <summary>A list that is empty gives the pool up; one that was left out is a mistake.</summary>
    private static async Task<LegacyAnswer> SubmitAsync(LegacyCall call)
    {
        if (!call.Http.Request.Query.ContainsKey("instances"))
            return LegacyAnswer.Error(
                "instances: expected servers with commas between, or nothing to give the pool up");
        var (pool, told) = (call.Text("pool"), call.Query("instances"));
        var answer = told.Trim(' ', ',').Length > 0
            ? await LegacyActs.RunAsync(call, "pool", ("pool", pool), ("servers", await KnownAsync(call, told)))
            : (await call.Api.Verbs.Pools.ListAsync(call.Cancel)).Any(p => p.Pool == pool)
                ? await LegacyActs.RunAsync(call, "pool", ("pool", pool), ("remove", "true"))
                : LegacyActs.IsSoAlready(call, $"there is no pool {pool}");
        return answer.IsOk ? LegacyAnswer.Ok(answer.Message!, json => json.WriteStringValue(pool)) : answer;
    }

    // A part of a host name is enough where it means one server.
    private static async Task<string> KnownAsync(LegacyCall call, string told)
    {
        var all = await call.ClustersAsync();
        return string.Join(',', told.Split(',', StringSplitOptions.TrimEntries).Select(text =>
            InstanceKey.TryParse(text, out var key, out _) && LegacyCall.Find(all, key) is { } server
                ? server.Key.ToString()
                : text));
    }

    private static async Task<LegacyAnswer> PoolsAsync(LegacyCall call)
    {
        var (view, wrong) = await call.ClusterAsync("clusterName");
        if (view is null) return wrong!;
        var pools = await OfAsync(call, view);
        return LegacyAnswer.Ok(
            $"Cluster pool instances for {LegacyInstance.ClusterNameOf(view.Topology)}", json =>
            {
                json.WriteStartObject();
                foreach (var pool in pools) json.WriteKeys(pool.Pool, pool.Servers);
                json.WriteEndObject();
            });
    }

    private static async Task<LegacyAnswer> InstancesAsync(LegacyCall call)
    {
        var (servers, wrong) = await SeenAsync(call);
        return servers is null ? wrong! : LegacyAnswer.Ok("Heuristic pool cluster instances", json =>
        {
            json.WriteStartArray();
            foreach (var server in servers) LegacyInstance.Write(json, server, call.Api);
            json.WriteEndArray();
        });
    }

    private static async Task<LegacyAnswer> LagAsync(LegacyCall call)
    {
        var (servers, wrong) = await SeenAsync(call);
        if (servers is null) return wrong!;
        if (servers.Length == 0) return LegacyAnswer.Error("no server that is seen is in that pool");
        var lag = servers.SelectMany(s => s.Member.Current!.Links).Max(l => l.LagSeconds) ?? 0;
        return LegacyAnswer.Ok("Heuristic pool cluster lag", json => json.WriteNumberValue(lag));
    }

    /// <summary>Those of the pool, or of any, that answered when they were looked at.</summary>
    private static async Task<(LegacyServer[]? Servers, LegacyAnswer? Wrong)> SeenAsync(LegacyCall call)
    {
        var (view, wrong) = await call.ClusterAsync("clusterName");
        if (view is null) return (null, wrong);
        var pooled = (await OfAsync(call, view)).SelectMany(p => p.Servers).ToHashSet();
        return ([.. LegacyCall.Servers([view]).Where(s => s.Member.IsSeen && pooled.Contains(s.Key))], null);
    }

    /// <summary>
    /// The pool of the path, or all, with their servers in one cluster; none that has no server there.
    /// </summary>
    private static async Task<PoolEntry[]> OfAsync(LegacyCall call, ClusterView view)
    {
        var asked = call.Text("pool");
        return
        [
            .. from pool in await call.Api.Verbs.Pools.ListAsync(call.Cancel)
               where asked.Length == 0 || pool.Pool == asked
               let here = pool.Servers.Where(s => view.Topology[s]?.Key == s).ToImmutableArray()
               where here.Length > 0
               select pool with { Servers = here },
        ];
    }
}
