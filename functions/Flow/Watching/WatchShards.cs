using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// The watchers of one process, one for each shard, seen as one. Other processes may be watching some of the shards.
/// </summary>
public sealed class WatchShards(IEnumerable<WatchClusters> watchers, TimeProvider time)
{
    private static readonly TimeSpan TakeInMost = TimeSpan.FromSeconds(3), TakeInPause = TimeSpan.FromMilliseconds(20);

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

    /// <summary>
    /// The same, and waits a moment until the watchers of this process have taken in some clusters, so that a caller
    /// that has just discovered a cluster finds it.
    /// </summary>
    public async Task TakeInAsync(IReadOnlyCollection<ClusterId> clusters, CancellationToken cancel)
    {
        Refresh();
        var began = time.GetTimestamp();
        while (clusters.Any(IsMissing) && time.GetElapsedTime(began) < TakeInMost)
            await Task.Delay(TakeInPause, time, cancel);
    }

    /// <summary>Takes over what is owed in a cluster, from the recovery of this process that stored it.</summary>
    public void Keep(ClusterId cluster, Ledger ledger)
    {
        foreach (var watcher in Watchers) watcher.Watched(cluster)?.Keep(ledger);
    }

    /// <summary>Takes in what a recovery of this process saw.</summary>
    public void Take(ClusterId cluster, InstanceKey key, ProbeOutcome outcome)
    {
        foreach (var watcher in Watchers) watcher.Watched(cluster)?.Take(key, outcome);
    }

    private bool IsMissing(ClusterId cluster) =>
        Watchers.Any(w => w.IsWatching && w.Shard.Holds(cluster) && w.Topologies.All(t => t.Cluster != cluster));

    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(Watchers.Select(w => w.RunAsync(cancel)));
}
