using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Writes what a watcher sees: news of members soon, and its sign of life now and then. The sign of life vouches for all that was no news,
/// so it is given only when every member was looked at and every news of one is written.
/// </summary>
internal sealed class Sightings(
    ITopologyStore store, ISettingsStore settings, Shard shard, WatchPolicy policy, string holder, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1), BeatInterval = TimeSpan.FromSeconds(30);

    /// <param name="clusters">What is watched now; null before that is known.</param>
    /// <param name="mayAct">Whether this process has the right to write now.</param>
    public async Task RunAsync(Func<IReadOnlyCollection<LiveCluster>?> clusters, Func<bool> mayAct, CancellationToken cancel)
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
            if (isSaved && watched.All(c => c.IsLookedAt) && (beat is null || seen - beat >= BeatInterval) && await BeatAsync(seen, cancel)) beat = seen;
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
            logger.TriedAgain("the watcher's heartbeat", e);
            return false;
        }
    }

    // Somebody should know before a primary dies that nothing would be done.
    private async Task CountVantagesAsync(CancellationToken cancel)
    {
        if (policy.Quorum.WhyNone(await settings.ReadReportsAsync(shard.Name, cancel), time.GetUtcNow(), watchesHere: true) is not { } refusal) return;
        Telemetry.VantageMissing(shard.Name);
        logger.VantagesMissing(shard.Name, refusal.Says);
    }

    private async Task<bool> SaveAsync(LiveCluster cluster, CancellationToken cancel)
    {
        var topology = cluster.Topology;
        // One that is told to follow and cannot connect is none yet, and may be told to follow nobody again.
        foreach (var back in topology.Members.Where(m => m.IsFormerPrimary && m.Now is { } now && now.Links.Any(l => l.Receiver == ReplicationThread.Running && topology.SourceOf(l) is not null)))
        {
            try
            {
                await store.SetFormerPrimaryAsync(cluster.Id, back.Key, false, cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                logger.TriedAgain("clearing a former primary", e);
            }
            cluster.SetFormerPrimary(back.Key, false);
        }
        var news = cluster.TakeNews(policy.PositionSaveInterval);
        if (news.Length == 0) return true;
        try
        {
            await store.SaveSightingsAsync(cluster.Id, news, cancel);
            return true;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            cluster.Untake(news);
            logger.TriedAgain($"saving sightings of cluster {cluster.Id}", e);
            return false;
        }
    }
}
