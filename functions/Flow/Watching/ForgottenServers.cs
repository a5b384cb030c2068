using System.Collections.Concurrent;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Servers that an operator let go while this process watched them. A source names a replica for a while after it has
/// left; the operator's word stands until the server replicates again. Safe for concurrent use.
/// </summary>
internal sealed class ForgottenServers(IInstanceProbe probe, TimeSpan timeout)
{
    private readonly ConcurrentDictionary<InstanceKey, bool> keys = new();

    public void Add(IEnumerable<InstanceKey> gone)
    {
        foreach (var key in gone) keys[key] = true;
    }

    public void Remove(InstanceKey key) => keys.TryRemove(key, out _);

    /// <summary>Whether a server that was mentioned may be followed. One that was let go is looked at for that.</summary>
    public async Task<bool> MayFollowAsync(Topology topology, InstanceKey key, CancellationToken cancel) =>
        !keys.ContainsKey(key)
        || ((await probe.ProbeAsync(key, timeout, cancel)).Sighted is { } seen && Replicates(topology, key, seen));

    private static bool Replicates(Topology topology, InstanceKey key, Instance seen)
    {
        bool IsFromIt(ReplicationLink link) => link.Source == key
            || (link.SourceUuid is { } uuid && uuid.Equals(seen.ServerUuid, StringComparison.OrdinalIgnoreCase));
        return seen.Links.Any(l => IsReceiving(l) && topology.SourceOf(l) is not null)
            || topology.Members.Any(m => m.Now is { } now && now.Links.Any(l => IsReceiving(l) && IsFromIt(l)));
    }

    private static bool IsReceiving(ReplicationLink link) => link.Receiver == ReplicationThread.Running;
}
