using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Writes what a watcher sees: news of members soon, and its sign of life now and then. The sign of life vouches for
/// all that was no news, so it is given only when every member was looked at and every news of one is written.
/// </summary>
internal sealed class SaveSightings(
    ITopologyStore store, IRecoveryStore recoveries, ISettingsStore settings, Shard shard, WatchPolicy policy,
    string holder, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1), BeatInterval = TimeSpan.FromSeconds(30);

    /// <param name="clusters">What is watched now; null before that is known.</param>
    /// <param name="mayAct">Whether this process has the right to write now.</param>
    public async Task RunAsync(
        Func<IReadOnlyCollection<LiveCluster>?> clusters, Func<bool> mayAct, CancellationToken cancel)
    {
        DateTimeOffset? beat = null;
        while (true)
        {
            await Task.Delay(SaveInterval, time, cancel);
            // Another process may be writing, or the store is away.
            if (!mayAct() || clusters() is not { } watched) continue;
            var seen = time.GetUtcNow();
            var isSaved = true;
            foreach (var cluster in watched) isSaved &= await SaveAsync(cluster, cancel);
            var isDue = beat is null || seen - beat >= BeatInterval;
            if (isSaved && watched.All(c => c.IsLookedAt) && isDue && await BeatAsync(seen, cancel)) beat = seen;
        }
    }

    private async Task<bool> BeatAsync(DateTimeOffset seen, CancellationToken cancel)
    {
        try
        {
            await settings.BeatAsync(shard.Name, holder, seen, cancel);
            Telemetry.Beat(shard.Name);
            if (policy.Quorum.AsksOthers) await CountVantagesAsync(cancel);
            return true;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.Retrying("write the watcher's sign of life", e);
            return false;
        }
    }

    // Somebody should know before a primary dies that nothing would be done.
    private async Task CountVantagesAsync(CancellationToken cancel)
    {
        var reports = await settings.ReadReportsAsync(shard.Name, cancel);
        if (policy.Quorum.WhyNone(reports, time.GetUtcNow(), watchesHere: true) is not { } refusal) return;
        Telemetry.VantageMissing(shard.Name);
        logger.VantagesMissing(shard.Name, refusal.Says);
    }

    private async Task<bool> SaveAsync(LiveCluster cluster, CancellationToken cancel)
    {
        await SettleAsync(cluster, cancel);
        var news = cluster.TakeNews(policy.PositionSaveInterval);
        if (news.Length == 0) return true;
        try
        {
            await store.UpdateSightingsAsync(cluster.Id, news, cancel);
            return true;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            cluster.Untake(news);
            logger.Retrying($"save sightings of cluster {cluster.Id}", e);
            return false;
        }
    }

    // While a recovery runs, it writes the ledger itself.
    private async Task SettleAsync(LiveCluster cluster, CancellationToken cancel)
    {
        var (topology, looked) = cluster.ForSettling;
        if (topology.Ledger.Running.Length > 0 || !LiveCluster.ShowsLooks(topology)) return;
        var settled = Settlement.Of(topology.Ledger, topology, time.GetUtcNow(), looked.Contains);
        if (ReferenceEquals(settled, topology.Ledger)) return;
        try
        {
            var stored = await recoveries.ReadLedgerAsync(cluster.Id, cancel);
            cluster.Keep(stored);
            // What a later ledger says may have been done after these looks.
            if (stored.Version != topology.Ledger.Version || stored.Problem.Length > 0) return;
            settled = stored with { Entries = settled.Entries, Version = stored.Version + 1 };
            if (!await recoveries.SettleAsync(cluster.Id, settled, cancel)) return;
            foreach (var paid in stored.Entries.Except(settled.Entries)) logger.Paid(cluster.Id.Value, paid.Says);
            await store.NoteLedgerAsync(cluster.Id, !settled.SaysNothing, cancel);
            cluster.Keep(await recoveries.ReadLedgerAsync(cluster.Id, cancel));
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.Retrying($"settle the ledger of cluster {cluster.Id}", e);
        }
    }
}
