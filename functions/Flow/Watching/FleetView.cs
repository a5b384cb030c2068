using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// The clusters for readers: live where a watcher of this process watches them and has looked at every member, else as
/// stored, so that nobody reads a problem into a server that was not looked at yet. A stored member without a failure
/// was seen, the last time when the watcher of its shard gave its last sign of life: a server that does not change is
/// not written again.
/// </summary>
public sealed class FleetView(ITopologyStore store, ISettingsStore settings, TimeProvider time, WatchShards? watchers = null)
{
    /// <summary>Shards this process watches without the right to act, because the store is away.</summary>
    public ImmutableArray<Shard> FromMemory => [.. Watchers.Where(w => w.State == WatchState.FromMemory).Select(w => w.Shard)];

    private IEnumerable<WatchClusters> Watchers => watchers?.Watchers ?? [];

    public async Task<ImmutableArray<Topology>> ReadAsync(CancellationToken cancel)
    {
        if (watchers is { IsWatching: true, Topologies: var all } && all.All(LiveCluster.ShowsLooks)) return all;
        var reading = store.ReadAllAsync(cancel);
        var beats = await ReadBeatsAsync(cancel);
        var stored = (await reading).Select(c => StoredPicture.Of(c, time.GetUtcNow(), beats[Shard.IndexOf(c.Id, beats.Length)]));
        var watched = Watchers.Where(w => w.IsWatching).SelectMany(w => w.Topologies);
        var live = watched.Where(LiveCluster.ShowsLooks).ToArray();
        var others = stored.Where(t => !live.Any(l => l.Cluster == t.Cluster));
        return [.. others.Concat(live).OrderBy(t => t.Cluster.Value, StringComparer.Ordinal)];
    }

    /// <summary>The cluster of that id, alias or member; null when none or several fit.</summary>
    public async Task<Topology?> FindAsync(string hint, CancellationToken cancel)
    {
        var all = await ReadAsync(cancel);
        var fits = all.Where(t => t.Cluster.Value == hint || (t.Alias.Length > 0 && t.Alias.Equals(hint, StringComparison.OrdinalIgnoreCase))).ToArray();
        if (fits.Length == 0 && InstanceKey.TryParse(hint, out var key, out _)) fits = [.. all.Where(t => t[key] is not null)];
        return fits.Length == 1 ? fits[0] : null;
    }

    private async Task<DateTimeOffset?[]> ReadBeatsAsync(CancellationToken cancel)
    {
        var shards = await settings.ReadShardsAsync(cancel) ?? 1;
        return await Task.WhenAll(Enumerable.Range(0, shards).Select(async i => (await settings.ReadBeatAsync(Shard.NameOf(i), cancel))?.At));
    }
}
