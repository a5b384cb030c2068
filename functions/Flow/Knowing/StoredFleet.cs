using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Knowing;

/// <summary>
/// All stored clusters, for readers: read once for many questions. What operators declared and which clusters there are
/// is as stored at this moment (<see cref="ITopologyStore.ReadMarkAsync"/>); what was seen of servers may be older, by
/// as much as the question bears. Safe to share between threads.
/// </summary>
public sealed class StoredFleet(ITopologyStore store, TimeProvider time)
{
    /// <summary>How old sightings may be in an answer about all clusters.</summary>
    public static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How old the names of servers may be that others gave them; it also bounds how long a mark is relied on.
    /// </summary>
    public static readonly TimeSpan NamedWithin = TimeSpan.FromSeconds(30);

    private readonly Lock entry = new();
    private Reading? last;

    /// <summary>All clusters; a server that two of them hold is marked.</summary>
    public async Task<ImmutableArray<StoredCluster>> ReadAllAsync(CancellationToken cancel) =>
        (await ReadAsync(SeenWithin, cancel)).Clusters;

    /// <summary>
    /// The stored cluster that a name means, as it is stored at this moment; null when none is, or several are.
    /// </summary>
    public async Task<(StoredCluster? Cluster, NameBook Names)> FindAsync(string name, CancellationToken cancel)
    {
        // Mostly it means what it meant: the cluster is read while it is asked whether it does.
        var guess = last is { Fleet: { IsCompletedSuccessfully: true } kept } ? kept.Result.Meant(name) : null;
        var early = guess is { } id ? store.ReadAsync(id, cancel) : null;
        var all = await ReadAsync(NamedWithin, cancel);
        var reading = all.Meant(name) is { } meant && meant == guess ? early : null;
        if (await ReadAsync(name, all, reading, cancel) is { } found) return (found, all.Names);
        // A server may have that name since then.
        all = await ReadAsync(SeenWithin, cancel);
        return (await ReadAsync(name, all, null, cancel), all.Names);
    }

    private async Task<StoredCluster?> ReadAsync(
        string name, Fleet all, Task<StoredCluster?>? reading, CancellationToken cancel)
    {
        if (all.Meant(name) is not { } id) return null;
        var cluster = await (reading ?? store.ReadAsync(id, cancel));
        return cluster is not null && Has(cluster, name) ? all.Marked(cluster) : null;
    }

    // A name of a server may have moved to another one since the names were read.
    private static bool Has(StoredCluster cluster, string name) =>
        new NameBook([FleetNames.Of(cluster)]).Cluster(name).Cluster is not null;

    private async Task<Fleet> ReadAsync(TimeSpan age, CancellationToken cancel)
    {
        var mark = await store.ReadMarkAsync(cancel);
        // Who reads for all is not stopped when the first who asked goes away.
        return await ReadingOf(mark, age).Fleet.WaitAsync(cancel);
    }

    private Reading ReadingOf(string mark, TimeSpan age)
    {
        lock (entry)
        {
            if (last is { Fleet.IsFaulted: false } kept && kept.Mark == mark && time.GetElapsedTime(kept.Began) <= age)
                return kept;
            // It began before the reading, so what changes meanwhile is read once more.
            return last = new Reading(mark, time.GetTimestamp(), ReadAsync());
        }
    }

    private async Task<Fleet> ReadAsync() =>
        new(SharedServers.Marked(await store.ReadAllAsync(CancellationToken.None)));

    private sealed record Reading(string Mark, long Began, Task<Fleet> Fleet);

    private sealed class Fleet(ImmutableArray<StoredCluster> clusters)
    {
        private readonly Lazy<NameBook> names = new(() => new NameBook([.. clusters.Select(FleetNames.Of)]));

        private readonly ImmutableDictionary<ClusterId, StoredCluster> shared = clusters
            .Where(c => c.Members.Any(m => m.AlsoIn is not null)).ToImmutableDictionary(c => c.Id);

        public ImmutableArray<StoredCluster> Clusters => clusters;

        public NameBook Names => names.Value;

        public ClusterId? Meant(string name) => Names.Cluster(name).Cluster?.Id;

        public StoredCluster Marked(StoredCluster cluster) => !shared.TryGetValue(cluster.Id, out var known) ? cluster :
            cluster with
            {
                Members =
                [
                    .. cluster.Members.Select(m => m with
                    {
                        AlsoIn = known.Members.FirstOrDefault(k => k.Key == m.Key)?.AlsoIn,
                    }),
                ],
            };
    }
}
