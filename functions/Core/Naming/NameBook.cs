using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Naming;

/// <summary>
/// Finds what a person means by a name: a cluster by its id, its alias or a server of it, a server by any of its names,
/// all in any case. A name that means nothing, or two things, is refused with what would be right. Pure.
/// </summary>
public sealed class NameBook(ImmutableArray<NamedCluster> clusters)
{
    /// <summary>More names than this are not listed in a refusal.</summary>
    private const int ListedMost = 10;

    public ImmutableArray<NamedCluster> Clusters => clusters;

    /// <summary>The cluster of that id or alias, or with a server of that name.</summary>
    public (NamedCluster? Cluster, Refusal? Refusal) Cluster(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = text.Trim();
        var named = ByItsName(name);
        if (named.Length == 0) named = [.. ServersOf(name).Select(s => s.Cluster).DistinctBy(c => c.Id)];
        return named.Length == 1 ? (named[0], null) : (null, WhyNotOne(name, named));
    }

    /// <summary>The server of that name.</summary>
    /// <param name="within">Only a server of this cluster is meant; null for any.</param>
    public (Named? Server, Refusal? Refusal) Server(string text, ClusterId? within = null)
    {
        // A server may be known by a name that no person would give it: a replica's source is called anything.
        var key = InstanceKey.Stored(text);
        var all = key is null ? [] : ServersOf(key);
        if (all.Length == 0 && !InstanceKey.TryParse(text, out key, out var problem)) return (null, new(problem));
        if (clusters.IsEmpty) return (null, NothingKnown);
        return Among(all, key!, within);
    }

    private (Named? Server, Refusal? Refusal) Among(Named[] all, InstanceKey key, ClusterId? within)
    {
        var fits = within is null ? all : [.. all.Where(s => s.Cluster.Id == within)];
        if (fits is [var only]) return (only, null);
        if (fits.Length > 1) return (null, WhyNotOne($"server '{key}'", [.. fits.Select(s => s.Name)]));
        if (all is [var other, ..]) return (null, new($"server '{key}' belongs to cluster {other.Cluster.Name}"));
        return (null, WhyNoServer(key, within));
    }

    /// <summary>The cluster of that id or alias, else the server of that name.</summary>
    public (Named? Named, Refusal? Refusal) Either(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = text.Trim();
        var named = ByItsName(name);
        if (named is [var cluster]) return (new Named(cluster, null), null);
        if (named.Length > 1) return (null, WhyNotOne(name, named));
        return ServersOf(name).Length > 0 || name.Contains(':', StringComparison.Ordinal)
            ? Server(name)
            : (null, WhyNotOne(name, named));
    }

    private static Refusal NothingKnown { get; } = new("no cluster is known yet", "discover HOST:PORT");

    private NamedCluster[] ByItsName(string name)
    {
        bool Is(string other) => other.Length > 0 && other.Equals(name, StringComparison.OrdinalIgnoreCase);
        var byId = clusters.Where(c => Is(c.Id.Value)).ToArray();
        return byId.Length > 0 ? byId : [.. clusters.Where(c => Is(c.Alias))];
    }

    private Named[] ServersOf(string name) => InstanceKey.Stored(name) is { } key ? ServersOf(key) : [];

    // Its key names a server before any other name of another one does.
    private Named[] ServersOf(InstanceKey key)
    {
        var byKey = Where(s => s.Key == key);
        return byKey.Length > 0 ? byKey : Where(s => s.OtherNames.Contains(key));
    }

    private Named[] Where(Func<NamedServer, bool> fits) =>
        [.. clusters.SelectMany(c => c.Servers.Where(fits).Select(s => new Named(c, s.Key)))];

    private Refusal WhyNotOne(string name, NamedCluster[] named)
    {
        if (clusters.IsEmpty) return NothingKnown;
        if (named.Length > 1)
        {
            var ids = string.Join(", ", named.Select(c => c.Id));
            return new($"cluster '{name}': names {named.Length} clusters ({ids})", "the id of one of them");
        }
        string[] known = [.. clusters.Select(c => c.Name)];
        var servers = clusters.SelectMany(c => c.Servers).Select(s => s.Key.ToString());
        var near = Nearest.Question(name, [.. known, .. servers]);
        return new($"cluster '{name}': no cluster has this id, alias or member{near}", $"one of {List(known)}");
    }

    private static Refusal WhyNotOne(string what, string[] keys) =>
        new($"{what}: is a name of {keys.Length} servers ({List(keys)})", "the host:port of one of them");

    private Refusal WhyNoServer(InstanceKey key, ClusterId? within)
    {
        var among = clusters.Where(c => within is null || c.Id == within).ToArray();
        string[] known = [.. among.SelectMany(c => c.Servers).Select(s => s.Key.ToString())];
        var near = Nearest.Question(key.ToString(), known);
        var where = within is null ? "no known server" : $"no server of cluster {among[0].Name}";
        return new($"server '{key}': {where} has this name{near}", known.Length > 0 ? $"one of {List(known)}" : "");
    }

    private static string List(string[] names) => names.Length <= ListedMost
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(ListedMost))} and {names.Length - ListedMost} more";
}
