using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>The watchers of one process, one for each shard, seen as one. Other processes may be watching some of the shards.</summary>
public sealed class WatchShards(IEnumerable<WatchClusters> watchers)
{
    public ImmutableArray<WatchClusters> Watchers { get; } = [.. watchers];

    /// <summary>Clusters watched by this process, as they are now.</summary>
    public ImmutableArray<Topology> Topologies =>
        [.. Watchers.SelectMany(w => w.Topologies).OrderBy(t => t.Cluster.Value, StringComparer.Ordinal)];

    /// <summary>Whether this process watches the whole fleet.</summary>
    public bool IsWatching => Watchers.All(w => w.IsWatching);

    /// <summary>Reads the store again at once: something was discovered or declared.</summary>
    public void Refresh()
    {
        foreach (var watcher in Watchers) watcher.Refresh();
    }

    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(Watchers.Select(w => w.RunAsync(cancel)));
}
