using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Watches every stored cluster for as long as this process holds the watch lease: takes up changes others made, writes news,
/// follows servers that are mentioned and not known yet.
/// </summary>
public sealed class WatchClusters(
    ITopologyStore store, IInstanceProbe probe, ISessionKeeper sessions, IClusterLease leases, ISettingsStore settings, DiscoverInstances discover,
    Verdicts verdicts, WatchPolicy policy, string holder, TimeProvider time, ILogger logger)
{
    /// <summary>The lease and heartbeat of the only shard there is so far.</summary>
    public const string Shard = "watch/0";

    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(5), BeatInterval = TimeSpan.FromSeconds(30), SaveInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ClusterId, (ClusterWatch Watch, CancellationTokenSource Stop, Task Run)> watches = new();
    private readonly ConcurrentDictionary<InstanceKey, DateTimeOffset> mentioned = new();
    private readonly Signal refreshNow = new(time);

    /// <summary>Clusters watched by this process, as they are now.</summary>
    public ImmutableArray<Topology> Topologies => [.. watches.Values.Select(w => w.Watch.Cluster.Topology).OrderBy(t => t.Cluster.Value, StringComparer.Ordinal)];

    /// <summary>Whether this process holds the watch lease and knows what to watch.</summary>
    public bool IsWatching { get; private set; }

    /// <summary>Reads the store again at once: something was discovered or declared.</summary>
    public void Refresh() => refreshNow.Give();

    public async Task RunAsync(CancellationToken cancel)
    {
        var standingBy = false;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using var guard = await LeaseGuard.TryTakeAsync(leases, Shard, holder, policy.LeaseLength, time, cancel);
                if (guard is not null)
                {
                    standingBy = false;
                    using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, guard.Lost);
                    await WatchAsync(both.Token);
                    if (guard.Lost.IsCancellationRequested) logger.WatchLeaseLost();
                }
                else if (!standingBy)
                {
                    standingBy = true;
                    logger.StandingBy(holder);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.TriedAgain("watching", e.Message);
            }
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancel).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task WatchAsync(CancellationToken cancel)
    {
        var awake = new AwakeClock(time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            var running = new[] { awake.RunAsync(stop.Token), RefreshLoopAsync(awake, stop.Token), SaveLoopAsync(stop.Token), BeatLoopAsync(stop.Token) };
            await await Task.WhenAny(running);
        }
        catch (OperationCanceledException)
        {
            // The lease is lost or the process ends.
        }
        finally
        {
            IsWatching = false;
            await stop.CancelAsync();
            foreach (var id in watches.Keys) await StopAsync(id);
        }
    }

    private async Task RefreshLoopAsync(AwakeClock awake, CancellationToken cancel)
    {
        var first = true;
        while (true)
        {
            await OrTryAgain("reading the clusters", async () =>
            {
                var stored = await store.ReadAllAsync(cancel);
                if (first) logger.Watching(stored.Length, stored.Sum(c => c.Members.Length), holder);
                first = false;
                foreach (var cluster in stored) StartOrRefresh(cluster, awake, cancel);
                foreach (var gone in watches.Keys.Except(stored.Select(c => c.Id))) await StopAsync(gone);
                IsWatching = true;
            }, cancel);
            await refreshNow.WaitAsync(RefreshInterval, cancel);
        }
    }

    private void StartOrRefresh(StoredCluster stored, AwakeClock awake, CancellationToken cancel)
    {
        if (watches.TryGetValue(stored.Id, out var known))
        {
            known.Watch.Cluster.Refresh(stored);
            return;
        }
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watch = new ClusterWatch(new LiveCluster(stored, time, awake), probe, sessions, verdicts, policy, awake, time, logger);
        watch.Mentioned += key => _ = FollowAsync(watch.Cluster, key, stop.Token);
        watches[stored.Id] = (watch, stop, watch.RunAsync(stop.Token));
    }

    private async Task StopAsync(ClusterId id)
    {
        if (!watches.TryRemove(id, out var watch)) return;
        await watch.Stop.CancelAsync();
        await watch.Run.ContinueWith(_ => { }, TaskScheduler.Default);
        watch.Stop.Dispose();
        foreach (var key in watch.Watch.Cluster.Keys) probe.Forget(key);
    }

    // A server that was mentioned is asked about once a minute at most: it may be a name that leads nowhere.
    private async Task FollowAsync(LiveCluster cluster, InstanceKey key, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (mentioned.TryGetValue(key, out var at) && now - at < TimeSpan.FromMinutes(1)) return;
        mentioned[key] = now;
        await OrTryAgain($"discovering {key}", async () =>
        {
            var found = await discover.RunAsync([key], cluster.Alias, cancel);
            if (found.Clusters.Length > 0) Refresh();
        }, cancel);
    }

    private async Task SaveLoopAsync(CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(SaveInterval, time, cancel);
            foreach (var (watch, _, _) in watches.Values) await SaveAsync(watch.Cluster, cancel);
        }
    }

    private async Task SaveAsync(LiveCluster cluster, CancellationToken cancel)
    {
        var topology = cluster.Topology;
        foreach (var back in topology.Members.Where(m => m.IsFormerPrimary && m.IsSeen && topology.SourcesOf(m).Any()))
        {
            await OrTryAgain("clearing a former primary", () => store.SetFormerPrimaryAsync(cluster.Id, back.Key, false, cancel), cancel);
            cluster.SetFormerPrimary(back.Key, false);
        }
        var news = cluster.TakeNews(policy.PositionSaveInterval);
        if (news.Length == 0) return;
        try
        {
            await store.SaveSightingsAsync(cluster.Id, news, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            cluster.Untake(news);
            logger.TriedAgain($"saving sightings of cluster {cluster.Id}", e.Message);
        }
    }

    private async Task BeatLoopAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (IsWatching) await OrTryAgain("the watcher's heartbeat", () => BeatAsync(cancel), cancel);
            await Task.Delay(IsWatching ? BeatInterval : SaveInterval, time, cancel);
        }
    }

    private async Task BeatAsync(CancellationToken cancel)
    {
        await settings.BeatAsync(Shard, holder, time.GetUtcNow(), cancel);
        Telemetry.Beat(Shard);
    }

    private async Task OrTryAgain(string what, Func<Task> act, CancellationToken cancel)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.TriedAgain(what, e.Message);
        }
    }
}
