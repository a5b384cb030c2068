using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// The clusters for readers: live where a watcher of this process watches them and has looked at every member, else as
/// stored, so that nobody reads a problem into a server that was not looked at yet. A stored member without a failure
/// was seen, the last time when the watcher of its shard gave its last sign of life: a server that does not change is
/// not written again.
/// </summary>
public sealed class FleetView(
    ITopologyStore store, ISettingsStore settings, TimeProvider time, WatchShards? watchers = null)
{
    private readonly StoredFleet stored = new(store, time);
    private readonly ShardBeats beats = new(settings, time);
    private readonly LiveNames names = new(time);

    /// <summary>Shards this process watches without the right to act, because the store is away.</summary>
    public ImmutableArray<Shard> FromMemory =>
        [.. Watchers.Where(w => w.State == WatchState.FromMemory).Select(w => w.Shard)];

    /// <summary>The shards this process may watch, and how far it is with each; none where it never watches.</summary>
    public IEnumerable<(Shard Shard, WatchState State)> Shards => Watchers.Select(w => (w.Shard, w.State));

    private IEnumerable<WatchClusters> Watchers => watchers?.Watchers ?? [];

    public async Task<ImmutableArray<Topology>> ReadAsync(CancellationToken cancel) =>
        [.. (await ReadAllAsync(cancel)).Select(v => v.Topology)];

    /// <summary>The clusters, ordered by id.</summary>
    public async Task<ImmutableArray<ClusterView>> ReadAllAsync(CancellationToken cancel)
    {
        if (AllLive() is { } all) return InOrder(all);
        var reading = stored.ReadAllAsync(cancel);
        var signs = await beats.ReadAsync(cancel);
        var now = time.GetUtcNow();
        var live = LiveById();
        var others = (await reading).Where(c => !live.ContainsKey(c.Id)).Select(c => ViewOf(c, signs, now));
        return InOrder(others.Concat(live.Values));
    }

    /// <summary>
    /// The cluster that a name means: its id, its alias or any name of a server of it. Names that only the store knows
    /// are looked for there.
    /// </summary>
    public async Task<(ClusterView? View, Refusal? Refusal)> FindAsync(string name, CancellationToken cancel)
    {
        if (AllLive() is { } all && names.Find(name, all) is { } only) return (only, null);
        try
        {
            return await FindStoredAsync(name, cancel);
        }
        // While the store is away what is watched from memory is known all the same.
        catch (Exception) when (!cancel.IsCancellationRequested && FromMemory.Length > 0)
        {
            var live = Live();
            var known = names.Find(name, live);
            return (known, known is null ? LiveNames.BookOf(live).Cluster(name).Refusal : null);
        }
    }

    private async Task<(ClusterView? View, Refusal? Refusal)> FindStoredAsync(string name, CancellationToken cancel)
    {
        var signs = beats.ReadAsync(cancel);
        var (cluster, book) = await stored.FindAsync(name, cancel);
        var (found, refusal) = book.Cluster(name);
        if (found is not null && LiveById().TryGetValue(found.Id, out var live)) return (live, null);
        if (cluster is not null) return (ViewOf(cluster, await signs, time.GetUtcNow()), null);
        // What a server calls itself since a moment ago is stored a moment later.
        if (found is null && names.Find(name, [.. LiveById().Values]) is { } seen) return (seen, null);
        return (null, refusal ?? new Refusal($"cluster {found!.Id} is not known here yet", "try again"));
    }

    private static ClusterView ViewOf(StoredCluster cluster, DateTimeOffset?[] signs, DateTimeOffset now) => new(
        StoredTopology.Of(cluster, now, signs[Shard.IndexOf(cluster.Id, signs.Length)]), cluster.Downtime);

    // Null where the store has to be asked as well.
    private ClusterView[]? AllLive() =>
        watchers is { IsWatching: true } && Live() is var all && all.All(v => LiveCluster.ShowsLooks(v.Topology))
            ? all
            : null;

    private Dictionary<ClusterId, ClusterView> LiveById() =>
        Live().Where(v => LiveCluster.ShowsLooks(v.Topology)).ToDictionary(v => v.Topology.Cluster);

    private ClusterView[] Live() => [.. Watchers.Where(w => w.IsWatching).SelectMany(w => w.Topologies
        .Select(t => new ClusterView(t, w.Watched(t.Cluster)?.Downtime)))];

    private static ImmutableArray<ClusterView> InOrder(IEnumerable<ClusterView> views) =>
        [.. views.OrderBy(v => v.Topology.Cluster.Value, StringComparer.Ordinal)];
}
