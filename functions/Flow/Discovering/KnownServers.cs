using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>Whether there is anything to watch, and which seeds belong to no cluster yet.</summary>
/// <param name="HasCluster">Whether any cluster is known.</param>
/// <param name="MissingSeeds">Servers of Discovery:Seeds that were not found yet.</param>
public sealed record FleetKnowledge(bool HasCluster, ImmutableArray<InstanceKey> MissingSeeds)
{
    public bool IsComplete => HasCluster && MissingSeeds.IsEmpty;
}

/// <summary>
/// Knows which of the seeds are found: stored as a member of a cluster, by key or by another name of it. Once all are
/// found and there is a cluster this process remembers it and reads nothing more. Safe for concurrent use.
/// </summary>
/// <param name="watched">The clusters this process watches; null unless it watches the whole fleet.</param>
public sealed class KnownServers(
    ITopologyStore store, ImmutableArray<InstanceKey> seeds, Func<IReadOnlyCollection<Topology>?> watched,
    TimeProvider time)
{
    /// <summary>The mark of the store may lag behind a change whose process died.</summary>
    private static readonly TimeSpan RereadInterval = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private volatile FleetKnowledge? complete;
    private volatile Reading? last;
    private Task<Reading>? reading;

    /// <summary>
    /// What is known now. Where this process watches the fleet, what it does not watch yet is not known yet.
    /// </summary>
    public async Task<FleetKnowledge> LookAsync(CancellationToken cancel)
    {
        if (complete is { } known) return known;
        var live = watched();
        var now = live is null ? null : Of(live, null);
        if (now is not { IsComplete: true })
        {
            var read = await SharedReading().WaitAsync(cancel);
            now = live is null ? new(read.HasCluster, Without(read.Known.ContainsKey)) : Of(live, read);
        }
        if (now.IsComplete) complete = now;
        return now;
    }

    /// <summary>Seeds that no stored cluster has as a member, read from the store now.</summary>
    public async Task<ImmutableArray<InstanceKey>> ReadMissingAsync(CancellationToken cancel)
    {
        if (seeds.IsEmpty) return [];
        var known = Known(await store.ReadAllAsync(cancel));
        return Without(known.ContainsKey);
    }

    private FleetKnowledge Of(IReadOnlyCollection<Topology> live, Reading? reading)
    {
        var stored = reading?.Known ?? ImmutableDictionary<InstanceKey, ClusterId>.Empty;
        bool IsWatched(InstanceKey seed) =>
            live.Any(t => t[seed] is not null || t.Cluster == stored.GetValueOrDefault(seed));
        return new(live.Count > 0, Without(IsWatched));
    }

    private ImmutableArray<InstanceKey> Without(Func<InstanceKey, bool> isKnown) => [.. seeds.Where(s => !isKnown(s))];

    // A caller that does not wait for long, as health does, must not end the reading of a large table: the next caller
    // finds it done.
    private Task<Reading> SharedReading()
    {
        lock (gate) return reading is { IsCompleted: false } ? reading : reading = ReadAsync(CancellationToken.None);
    }

    // The table is read when its mark says that it changed, and rarely otherwise.
    private async Task<Reading> ReadAsync(CancellationToken cancel)
    {
        var mark = await store.ReadMarkAsync(cancel);
        var now = time.GetUtcNow();
        if (last is { } before && before.Mark == mark && now - before.At < RereadInterval) return before;
        var stored = await store.ReadAllAsync(cancel);
        return last = new Reading(mark, now, stored.Length > 0, Known(stored));
    }

    private ImmutableDictionary<InstanceKey, ClusterId> Known(ImmutableArray<StoredCluster> stored) => seeds
        .Select(s => (Seed: s, Cluster: stored.FirstOrDefault(c => c.Members.Any(m => m.IsNamed(s)))))
        .Where(s => s.Cluster is not null).ToImmutableDictionary(s => s.Seed, s => s.Cluster!.Id);

    /// <summary>What the store said at an instant.</summary>
    private sealed record Reading(
        string Mark, DateTimeOffset At, bool HasCluster, ImmutableDictionary<InstanceKey, ClusterId> Known);
}
