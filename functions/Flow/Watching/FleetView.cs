using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// The clusters for readers: live from the watcher when it runs in this process, else as stored, where a member without a stored
/// failure counts as seen when it was last seen.
/// </summary>
public sealed class FleetView(ITopologyStore store, TimeProvider time, WatchClusters? watcher = null)
{
    public async Task<ImmutableArray<Topology>> ReadAsync(CancellationToken cancel)
    {
        if (watcher is { IsWatching: true }) return watcher.Topologies;
        var now = time.GetUtcNow();
        return [.. (await store.ReadAllAsync(cancel)).Select(c => StoredPicture.Of(c, now))];
    }

    /// <summary>The cluster of that id, alias or member; null when none or several fit.</summary>
    public async Task<Topology?> FindAsync(string hint, CancellationToken cancel)
    {
        var all = await ReadAsync(cancel);
        var fits = all.Where(t => t.Cluster.Value == hint || (t.Alias.Length > 0 && t.Alias.Equals(hint, StringComparison.OrdinalIgnoreCase))).ToArray();
        if (fits.Length == 0 && InstanceKey.TryParse(hint, out var key, out _)) fits = [.. all.Where(t => t[key] is not null)];
        return fits.Length == 1 ? fits[0] : null;
    }
}
