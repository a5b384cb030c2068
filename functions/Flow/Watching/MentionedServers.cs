using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Follows what members of watched clusters mention and nobody knows yet: a replica that joined, a server that answers
/// at another address. One is asked about once a minute at most: it may be a name that leads nowhere. One that an
/// operator let go while this process watched it is not followed before it replicates again: a source names a replica
/// for a while after it has left. What comes of it is logged when it is another thing than the time before. Safe for
/// concurrent use.
/// </summary>
internal sealed class MentionedServers(
    DiscoverInstances discover, DiscoveryLease right, IInstanceProbe probe, TimeSpan timeout, TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<InstanceKey, DateTimeOffset> asked = new();
    private readonly ConcurrentDictionary<InstanceKey, bool> forgotten = new();
    private readonly ConcurrentDictionary<InstanceKey, string> said = new();

    /// <summary>Something was stored.</summary>
    public event Action? Found;

    /// <summary>An operator let them go.</summary>
    public void Forget(IEnumerable<InstanceKey> gone)
    {
        foreach (var key in gone) forgotten[key] = true;
    }

    public async Task FollowAsync(Topology topology, InstanceKey key, CancellationToken cancel)
    {
        if (!IsTime(key) || !await MayFollowAsync(topology, key, cancel)) return;
        // Two that store side by side what one server mentions and what another one does would give it to two clusters.
        await using var lease = await right.TakeAsync(cancel);
        if (lease is null)
        {
            asked.TryRemove(key, out _);
            return;
        }
        var discovery = await discover.FollowAsync(key, topology, cancel);
        Say(topology.Cluster, key, string.Join("; ", [.. discovery.Refusals, .. discovery.Warnings]));
        if (discovery.Clusters.IsEmpty) return;
        forgotten.TryRemove(key, out _);
        Found?.Invoke();
    }

    // If it is time, the minute begins.
    private bool IsTime(InstanceKey key)
    {
        var now = time.GetUtcNow();
        if (asked.TryGetValue(key, out var at) && now - at < AskAgain) return false;
        asked[key] = now;
        return true;
    }

    private void Say(ClusterId cluster, InstanceKey key, string says)
    {
        if (said.GetValueOrDefault(key, "") == says) return;
        said[key] = says;
        if (says.Length > 0) logger.Mentioned(cluster.Value, key.ToString(), says);
    }

    // One that was let go is looked at for that.
    private async Task<bool> MayFollowAsync(Topology topology, InstanceKey key, CancellationToken cancel) =>
        !forgotten.ContainsKey(key)
        || ((await probe.ProbeAsync(key, timeout, cancel)).Sighted is { } seen && Replicates(topology, key, seen));

    private static bool Replicates(Topology topology, InstanceKey key, Instance seen)
    {
        bool IsFromIt(ReplicationLink link) => link.Source == key
            || (link.SourceUuid is { } uuid && uuid.Equals(seen.ServerUuid, StringComparison.OrdinalIgnoreCase));
        return seen.Links.Any(l => IsReceiving(l) && topology.SourceOf(l) is not null)
            || topology.Members.Any(m => m.Current is { } now && now.Links.Any(l => IsReceiving(l) && IsFromIt(l)));
    }

    private static bool IsReceiving(ReplicationLink link) => link.Receiver == ReplicationThread.Running;
}
