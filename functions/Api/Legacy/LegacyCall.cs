using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// One request by orchestrator's API, and how it names clusters and servers: by <c>host/port</c>, and clusters by a
/// hint (orchestrator, <c>go/http/api.go</c>, <c>figureClusterName</c>).
/// </summary>
internal sealed record LegacyCall(ApiContext Api, HttpContext Http, CancellationToken Cancel)
{
    /// <summary>A part of the path; empty when it was left out.</summary>
    public string Text(string name) => Http.Request.RouteValues[name] as string ?? "";

    public bool Has(string name) => Text(name).Length > 0;

    /// <summary>An argument in the query; empty when it was left out.</summary>
    public string Query(string name) => Http.Request.Query[name].ToString();

    /// <summary>Whether a switch in the query says true.</summary>
    public bool IsTrue(string name) => bool.TryParse(Query(name), out var isTrue) && isTrue;

    public Task<ImmutableArray<ClusterView>> ClustersAsync() => Api.Fleet.ReadAllAsync(Cancel);

    /// <summary>The server of <c>/{host}/{port}</c>, or of two other parts of the path.</summary>
    /// <param name="isExact">A part of its name is not enough.</param>
    public async Task<(LegacyServer? Server, LegacyAnswer? Wrong)> ServerAsync(
        string host = "host", string port = "port", bool isExact = false)
    {
        if (KeyOf(host, port, out var wrong) is not { } key) return (null, wrong);
        return await FindAsync(key, isExact) is { } found
            ? (found, null)
            : (null, LegacyAnswer.Error($"Cannot read instance: {key}", json => json.WriteKeyValue(key)));
    }

    /// <summary>
    /// The same server as its cluster is at this moment: what is known of it may be some seconds old where somebody
    /// else watches.
    /// </summary>
    public async Task<LegacyServer> LookAtAsync(LegacyServer server)
    {
        var topology = await Api.Plans.ReadAsync(server.Topology.Cluster, Cancel);
        return topology?[server.Key] is { } member
            ? new LegacyServer(member, server.View with { Topology = topology })
            : server;
    }

    /// <summary>
    /// The cluster of a hint: its name, its alias, a server of it or a part of a server's host name; or of
    /// <c>/{host}/{port}</c>.
    /// </summary>
    /// <param name="isExact">A part of a name is not enough.</param>
    public async Task<(ClusterView? View, LegacyAnswer? Wrong)> ClusterAsync(
        string hint = "clusterHint", bool isExact = false)
    {
        if (Http.Request.RouteValues.ContainsKey("host"))
        {
            var (server, wrong) = await ServerAsync();
            return (server?.View, wrong);
        }
        return await FindClusterAsync(Text(hint), isExact);
    }

    /// <summary>The cluster of a hint that stands elsewhere than in the path.</summary>
    public async Task<(ClusterView? View, LegacyAnswer? Wrong)> FindClusterAsync(string text, bool isExact = false)
    {
        var (view, refusal) = await Api.Fleet.FindAsync(text, Cancel);
        if (view is null && !isExact && InstanceKey.TryParse(text, out var key, out _))
            view = Find(await ClustersAsync(), key)?.View;
        return view is null ? (null, LegacyAnswer.Error(refusal!.Says)) : (view, null);
    }

    /// <summary>The address that two parts of the path name; null after the answer that says what is wrong.</summary>
    public InstanceKey? KeyOf(string host, string port, out LegacyAnswer? wrong)
    {
        var name = Text(host);
        var text = name.Contains(':', StringComparison.Ordinal) ? $"[{name}]:{Text(port)}" : $"{name}:{Text(port)}";
        wrong = InstanceKey.TryParse(text, out var key, out var problem) ? null : LegacyAnswer.Error(problem);
        return key;
    }

    /// <summary>
    /// The key by which a server that may be forgotten by now is known, as it stands in records.
    /// </summary>
    public async Task<(InstanceKey? Key, LegacyAnswer? Wrong)> KnownKeyAsync() =>
        KeyOf("host", "port", out var wrong) is { } key
            ? ((await FindAsync(key))?.Key ?? key, null)
            : (null, wrong);

    // By a name that one cluster has, without a look at all of them.
    private async Task<LegacyServer?> FindAsync(InstanceKey key, bool isExact = false)
    {
        var (view, _) = await Api.Fleet.FindAsync(key.ToString(), Cancel);
        return (view is null ? null : Find([view], key, isExact: true)) ?? Find(await ClustersAsync(), key, isExact);
    }

    /// <summary>
    /// By any of its names; else the one server of that port in whose host name the text stands. Part of an address is
    /// no name.
    /// </summary>
    /// <param name="isExact">A part of its name is not enough.</param>
    public static LegacyServer? Find(ImmutableArray<ClusterView> all, InstanceKey key, bool isExact = false)
    {
        var exact = Servers(all).Where(s => s.Key == key).ToArray();
        if (exact.Length == 0) exact = [.. Servers(all).Where(s => s.Topology[key]?.Key == s.Key)];
        if (exact.Length > 0 || isExact || IsAddress(key.Host)) return exact.Length == 1 ? exact[0] : null;
        var like = Servers(all).Where(s =>
            s.Key.Port == key.Port && s.Key.Host.Contains(key.Host, StringComparison.OrdinalIgnoreCase)).ToArray();
        return like.Length == 1 ? like[0] : null;
    }

    public static IEnumerable<LegacyServer> Servers(IEnumerable<ClusterView> all) =>
        all.SelectMany(v => v.Topology.Members.Select(m => new LegacyServer(m, v)));

    private static bool IsAddress(string host) =>
        IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetwork;
}
