using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>Questions about clusters and servers.</summary>
internal static class LegacyReads
{
    public static async Task<LegacyAnswer> ClustersAsync(LegacyCall call) => LegacyAnswer.List(
        await call.ClustersAsync(), (json, v) => json.WriteStringValue(LegacyInstance.ClusterNameOf(v.Topology)));

    public static async Task<LegacyAnswer> ClusterInfosAsync(LegacyCall call) =>
        LegacyAnswer.List(await call.ClustersAsync(), (json, v) => LegacyCluster.Write(json, v, call.Api));

    public static Task<LegacyAnswer> ClusterInfoAsync(LegacyCall call) => OfClusterAsync(
        call, v => LegacyAnswer.Raw(json => LegacyCluster.Write(json, v, call.Api)));

    public static Task<LegacyAnswer> ClusterAsync(LegacyCall call) =>
        OfClusterAsync(call, v => Instances(call, LegacyCall.Servers([v])));

    /// <summary>Replicas that a schema change may look at for lag.</summary>
    public static Task<LegacyAnswer> ClusterReplicasAsync(LegacyCall call) => OfClusterAsync(
        call, v => Instances(call, LegacyCall.Servers([v]).Where(s => s.Member.LastKnown is { IsReplica: true })));

    public static Task<LegacyAnswer> PrimaryAsync(LegacyCall call) => OfClusterAsync(
        call, v => v.Topology.Primary is { } primary
            ? LegacyAnswer.Raw(json => LegacyInstance.Write(json, new LegacyServer(primary, v), call.Api))
            : LegacyAnswer.Error($"Unable to deduce master of cluster {v.Topology.Cluster}: no single server is"));

    /// <summary>The writable primaries.</summary>
    public static async Task<LegacyAnswer> PrimariesAsync(LegacyCall call)
    {
        var all = await call.ClustersAsync();
        return InstancesOrNull(call, LegacyCall.Servers(all).Where(s =>
            s.Topology.Primary?.Key == s.Key && s.Member.LastKnown is { ReadOnly: false }));
    }

    public static async Task<LegacyAnswer> AllInstancesAsync(LegacyCall call) =>
        Instances(call, LegacyCall.Servers(await call.ClustersAsync()));

    public static Task<LegacyAnswer> InstanceAsync(LegacyCall call) => OfServerAsync(
        call, s => LegacyAnswer.Raw(json => LegacyInstance.Write(json, s, call.Api)));

    public static Task<LegacyAnswer> InstanceReplicasAsync(LegacyCall call) => OfServerAsync(
        call, s => Instances(call, s.Topology.ReplicasOf(s.Key).Select(r => new LegacyServer(r, s.View))));

    /// <summary>The channels of a server, which the fork's API knows (ProxySQL/orchestrator).</summary>
    public static Task<LegacyAnswer> InstanceChannelsAsync(LegacyCall call) => OfServerAsync(
        call, s => LegacyAnswer.List(LegacyChannel.Of(s), (json, c) => c.Write(json)));

    /// <summary>What holds a text in its address, its version or the name of its cluster.</summary>
    public static async Task<LegacyAnswer> SearchAsync(LegacyCall call)
    {
        var text = call.Has("searchString") ? call.Text("searchString") : call.Query("s");
        bool Has(string said) => said.Contains(text, StringComparison.OrdinalIgnoreCase);
        return Instances(call, LegacyCall.Servers(await call.ClustersAsync()).Where(s =>
            Has(s.Key.ToString()) || Has(LegacyInstance.ClusterNameOf(s.Topology)) || Has(s.Topology.Alias)
            || Has(s.Member.LastKnown?.Version.Text ?? "")));
    }

    public static async Task<LegacyAnswer> ProblemsAsync(LegacyCall call)
    {
        if (!call.Has("clusterName")) return OfAll(call, await call.ClustersAsync());
        var (view, wrong) = await call.ClusterAsync("clusterName");
        return view is null ? wrong! : OfAll(call, [view]);
    }

    private static LegacyAnswer OfAll(LegacyCall call, IEnumerable<ClusterView> views) => InstancesOrNull(
        call,
        LegacyCall.Servers(views).Where(s => LegacyInstance.ProblemsOf(s, call.Api).Any()));

    public static async Task<LegacyAnswer> DowntimedAsync(LegacyCall call)
    {
        if (!call.Has("clusterHint")) return await DowntimedAsync(call, await call.ClustersAsync());
        var (view, wrong) = await call.ClusterAsync();
        return view is null ? wrong! : await DowntimedAsync(call, [view]);
    }

    // As declared by now: who watches takes a declaration over a moment later.
    private static async Task<LegacyAnswer> DowntimedAsync(LegacyCall call, IEnumerable<ClusterView> views)
    {
        var declared = await call.Api.Verbs.Downtime.ListAsync(call.Cancel);
        Downtime? Of(ClusterId cluster, InstanceKey? server) => declared
            .Where(d => d.Cluster == cluster && d.Server == server)
            .Select(d => new Downtime(d.Owner, d.Reason, d.Until)).FirstOrDefault();
        return Instances(
            call,
            from server in LegacyCall.Servers(views)
            let cluster = server.Topology.Cluster
            let downtime = Of(cluster, server.Key) ?? Of(cluster, null)
            where downtime is not null
            select server with { Member = server.Member with { Downtime = downtime } });
    }

    public static async Task<LegacyAnswer> KeysAsync(LegacyCall call) => LegacyAnswer.ListOrNull(
        LegacyCall.Servers(await call.ClustersAsync()), (json, s) => json.WriteKeyValue(s.Key));

    /// <summary>What was declared of servers, without those of whom nothing was.</summary>
    public static async Task<LegacyAnswer> PromotionRulesAsync(LegacyCall call) => LegacyAnswer.ListOrNull(
        LegacyCall.Servers(await call.ClustersAsync()).Where(s => s.Member.PromotionRule != PromotionRule.Neutral),
        (json, s) =>
        {
            json.WriteStartObject();
            json.WriteString("Hostname", s.Key.Host);
            json.WriteNumber("Port", s.Key.Port);
            json.WriteString("PromotionRule", PromotionRules.NameOf(s.Member.PromotionRule));
            json.WriteString("LastSuggestedString", "");
            json.WriteTime("PromotionRuleExpiry", s.Member.PromotionRuleUntil);
            json.WriteEndObject();
        });

    public static Task<LegacyAnswer> TopologyAsync(LegacyCall call) =>
        DrawnAsync(call, t => TopologyText.Draw(t, withFaults: false));

    public static Task<LegacyAnswer> TabulatedAsync(LegacyCall call) =>
        DrawnAsync(call, t => TopologyText.Tabulate(t, withFaults: false));

    public static async Task<LegacyAnswer> TaggedTopologyAsync(LegacyCall call)
    {
        var tags = await LegacyTags.ReadAsync(call);
        string After(InstanceKey key) =>
            $" [{string.Join(',', tags.GetValueOrDefault(key, Tag.None).Select(t => new Tag(t.Key, t.Value)))}]";
        return await DrawnAsync(call, t => TopologyText.Draw(t, withFaults: false, After));
    }

    private static Task<LegacyAnswer> DrawnAsync(LegacyCall call, Func<Topology, string> draw) => OfClusterAsync(
        call, v => LegacyAnswer.Ok(
            $"Topology for cluster {LegacyInstance.ClusterNameOf(v.Topology)}",
            json => json.WriteStringValue(draw(v.Topology))));

    /// <summary>Whether a server can replicate from another one: the message says <c>true</c>, or why not.</summary>
    public static async Task<LegacyAnswer> CanReplicateAsync(LegacyCall call)
    {
        var (replica, wrong) = await call.ServerAsync();
        if (replica is null) return wrong!;
        var (source, notThere) = await call.ServerAsync("belowHost", "belowPort");
        if (source is null) return notThere!;
        return WhyNot(replica, source) is { } because
            ? LegacyAnswer.Error(because, json => json.WriteKeyValue(source.Key))
            : LegacyAnswer.Ok("true", json => json.WriteKeyValue(source.Key));
    }

    private static string? WhyNot(LegacyServer replica, LegacyServer source)
    {
        if (replica.Key == source.Key) return $"{replica.Key} cannot replicate from itself";
        if (replica.Topology.Cluster != source.Topology.Cluster) return $"{source.Key} belongs to another cluster";
        var refusal = CanFollow.WhyNot(replica.Topology, replica.Member, source.Member).FirstOrDefault();
        return refusal is null ? null : $"{replica.Key} {refusal.Says}";
    }

    /// <summary>Answers about the cluster of the path.</summary>
    public static async Task<LegacyAnswer> OfClusterAsync(LegacyCall call, Func<ClusterView, LegacyAnswer> answer)
    {
        var hint = call.Http.Request.RouteValues.ContainsKey("alias") ? "alias" : "clusterHint";
        var (view, wrong) = await call.ClusterAsync(hint);
        return view is null ? wrong! : answer(view);
    }

    /// <summary>Answers about the server of the path.</summary>
    public static async Task<LegacyAnswer> OfServerAsync(LegacyCall call, Func<LegacyServer, LegacyAnswer> answer)
    {
        var (server, wrong) = await call.ServerAsync();
        return server is null ? wrong! : answer(server);
    }

    private static LegacyAnswer Instances(LegacyCall call, IEnumerable<LegacyServer> servers) =>
        LegacyAnswer.List(servers, (json, s) => LegacyInstance.Write(json, s, call.Api));

    private static LegacyAnswer InstancesOrNull(LegacyCall call, IEnumerable<LegacyServer> servers) =>
        LegacyAnswer.ListOrNull(servers, (json, s) => LegacyInstance.Write(json, s, call.Api));
}
