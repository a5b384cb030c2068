using System.Collections.Concurrent;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Which of the servers that are mentioned are followed. One is asked about once a minute at most: it may be a name
/// that leads nowhere. One that an operator let go while this process watched it is not followed before it replicates again:
/// a source names a replica for a while after it has left. Safe for concurrent use.
/// </summary>
internal sealed class MentionedServers(IInstanceProbe probe, TimeSpan timeout, TimeProvider time)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<InstanceKey, DateTimeOffset> asked = new();
    private readonly ConcurrentDictionary<InstanceKey, bool> forgotten = new();

    /// <summary>An operator let them go.</summary>
    public void Forget(IEnumerable<InstanceKey> gone)
    {
        foreach (var key in gone) forgotten[key] = true;
    }

    /// <summary>It is a member of a cluster now.</summary>
    public void Found(InstanceKey key) => forgotten.TryRemove(key, out _);

    /// <summary>Whether it is time to ask about the server; if so, the minute begins.</summary>
    public bool IsTime(InstanceKey key)
    {
        var now = time.GetUtcNow();
        if (asked.TryGetValue(key, out var at) && now - at < AskAgain) return false;
        asked[key] = now;
        return true;
    }

    /// <summary>Whether the server may be followed. One that was let go is looked at for that.</summary>
    public async Task<bool> MayFollowAsync(Topology topology, InstanceKey key, CancellationToken cancel) =>
        !forgotten.ContainsKey(key)
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
