using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Api.V3;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Metrics;

/// <summary>What this process knows at one moment, for the gauges of one scrape.</summary>
/// <param name="Clusters">Null when storage could not be read and not all of them are watched here.</param>
/// <param name="Shards">Those that this process may watch, and how far it is with each.</param>
internal sealed record FleetSnapshot(
    DateTimeOffset At, IReadOnlyList<ClusterView>? Clusters, HealthAnswer Condition,
    IReadOnlyList<(Shard Shard, WatchState State)> Shards)
{
    /// <summary>
    /// Storage that does not answer is waited for as shortly as health waits: a scrape has a limit too.
    /// </summary>
    public static async Task<FleetSnapshot> ReadAsync(ApiContext api, CancellationToken cancel)
    {
        var health = Health.LookForAllAsync(api, cancel);
        var clusters = await Health.WithinPatienceAsync<IReadOnlyList<ClusterView>?>(
            api, async token => await api.Fleet.ReadAllAsync(token), _ => null, cancel);
        return new(api.Time.GetUtcNow(), clusters, await health, [.. api.Fleet.Shards]);
    }
}
