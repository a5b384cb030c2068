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
        if (watchers is { IsWatching: true } && Live() is var all && all.All(v => LiveCluster.ShowsLooks(v.Topology)))
            return InOrder(all);
        var reading = store.ReadAllAsync(cancel);
        var beats = await ReadBeatsAsync(cancel);
        var now = time.GetUtcNow();
        var stored = SharedServers.Marked(await reading).Select(c => new ClusterView(
            StoredTopology.Of(c, now, beats[Shard.IndexOf(c.Id, beats.Length)]), c.Downtime));
        var live = Live().Where(v => LiveCluster.ShowsLooks(v.Topology)).ToArray();
        var others = stored.Where(t => !live.Any(l => l.Topology.Cluster == t.Topology.Cluster));
        return InOrder(others.Concat(live));
    }

    /// <summary>
    /// The cluster that a name means: its id, its alias or any name of a server of it. Names that only the store knows
    /// are looked for there.
    /// </summary>
    public async Task<(ClusterView? View, Refusal? Refusal)> FindAsync(string name, CancellationToken cancel)
    {
        var all = await ReadAllAsync(cancel);
        var (found, refusal) = new NameBook([.. all.Select(v => NamedCluster.Of(v.Topology))]).Cluster(name);
        if (found is null && await ReadNamesAsync(cancel) is { } names) (found, refusal) = names.Cluster(name);
        var view = all.FirstOrDefault(v => v.Topology.Cluster == found?.Id);
        if (view is not null) return (view, null);
        return (null, refusal ?? new Refusal($"cluster {found?.Id} is not known here yet", "try again"));
    }

    // Null while the store is away: what is watched from memory is known all the same.
    private async Task<NameBook?> ReadNamesAsync(CancellationToken cancel)
    {
        try
        {
            return await new FleetNames(store).ReadAsync(cancel);
        }
        catch (Exception) when (!cancel.IsCancellationRequested && FromMemory.Length > 0)
        {
            return null;
        }
    }

    private ClusterView[] Live() => [.. Watchers.Where(w => w.IsWatching).SelectMany(w => w.Topologies
        .Select(t => new ClusterView(t, w.Watched(t.Cluster)?.Downtime)))];

    private static ImmutableArray<ClusterView> InOrder(IEnumerable<ClusterView> views) =>
        [.. views.OrderBy(v => v.Topology.Cluster.Value, StringComparer.Ordinal)];

    private async Task<DateTimeOffset?[]> ReadBeatsAsync(CancellationToken cancel)
    {
        var shards = await settings.ReadShardsAsync(cancel) ?? 1;
        return await Task.WhenAll(
            Enumerable.Range(0, shards).Select(async i => (await settings.ReadBeatAsync(Shard.NameOf(i), cancel))?.At));
    }
}
