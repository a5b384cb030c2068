using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Watches the stored clusters of one shard for as long as this process has the right to: takes up changes others made,
/// writes news, follows servers that are mentioned and not known yet. While another process has that right, a process
/// with a named vantage point watches all the same and tells what it finds; when the right is free it takes it, and
/// acts on what it has in memory.
/// </summary>
public sealed class WatchClusters(
    ITopologyStore store, IRecoveryStore recoveries, IInstanceProbe probe, ISessionKeeper sessions,
    IClusterLease leases, ISettingsStore settings, DiscoverInstances discover, DetectFailures verdicts,
    WatchPolicy policy, Shard shard, string holder, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(5),
        RereadInterval = TimeSpan.FromMinutes(5), TakeInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ClusterId, (ClusterWatch Watch, CancellationTokenSource Stop, Task Run)> watches = new();
    private readonly Wakeup refreshNow = new(time);
    private readonly MentionedServers mentioned = new(discover,
        new DiscoveryLease(leases, holder, policy.LeaseLength, time), probe, policy.ProbeTimeout, time, logger);
    private volatile WatchLease? right;
    private volatile bool isLoaded;

    /// <summary>Clusters watched by this process, as they are now.</summary>
    public ImmutableArray<Topology> Topologies =>
        [.. watches.Values.Select(w => w.Watch.Cluster.Topology).OrderBy(t => t.Cluster.Value, StringComparer.Ordinal)];

    /// <summary>Which part of the fleet this watches when it may.</summary>
    public Shard Shard => shard;

    public WatchState State =>
        right is not { } held || !isLoaded ? WatchState.StandingBy
        : held.MayAct ? WatchState.Watching
        : held.IsObserver ? WatchState.Observing : WatchState.FromMemory;

    /// <summary>Whether this process watches the shard and knows its clusters, be it from memory.</summary>
    public bool IsWatching => State != WatchState.StandingBy;

    /// <summary>A cluster as this process knows it; null when it does not watch it.</summary>
    public LiveCluster? Watched(ClusterId cluster) => watches.TryGetValue(cluster, out var w) ? w.Watch.Cluster : null;

    /// <summary>Reads the store again at once: something was discovered or declared.</summary>
    public void Refresh() => refreshNow.Give();

    /// <summary>Stands by and watches in turn until cancelled; then gives the shard up, so that another process takes
    /// it at once.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        mentioned.Found += Refresh;
        var standingBy = false;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using var taken = await TakeAsync(cancel) ?? await TakeSeatAsync(cancel);
                if (taken is not null)
                {
                    standingBy = false;
                    using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, taken.Lost);
                    await WatchAsync(taken, both.Token);
                    if (taken.Lost.IsCancellationRequested) logger.WatchLeaseLost();
                }
                else if (!standingBy)
                {
                    standingBy = true;
                    logger.StandingBy(shard.Name, holder);
                }
            }
            catch (Exception e)
            {
                // A store that does not answer is given up by cancelling, too.
                if (!cancel.IsCancellationRequested) logger.Retrying("watch", e);
            }
            await Task.Delay(TakeInterval, time, cancel).Ended();
        }
    }

    private bool IsLookedAt => watches.Values.All(w => w.Watch.Cluster.IsLookedAt);

    private bool MayAct() => right is { MayAct: true };

    private Task<WatchLease?> TakeAsync(CancellationToken cancel) =>
        WatchLease.TryTakeAsync(leases, settings, shard, holder, policy.LeaseLength, time, cancel);

    private async Task<WatchLease?> TakeSeatAsync(CancellationToken cancel) => policy.Quorum.Own.Length == 0
        ? null
        : await WatchLease.TryObserveAsync(
            leases, settings, shard, policy.Quorum.Own, holder, policy.ObserverLength, time, cancel);

    private async Task WatchAsync(WatchLease taken, CancellationToken cancel)
    {
        var awake = new StallAwareClock(time);
        var sightings = new SaveSightings(store, recoveries, settings, shard, policy, holder, time, logger);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        right = taken;
        Task[] running = [awake.RunAsync(stop.Token), RefreshLoopAsync(awake, stop.Token),
            sightings.RunAsync(Clusters, MayAct, stop.Token), .. InCompany(taken, stop.Token)];
        try
        {
            await await Task.WhenAny(running);
        }
        catch (OperationCanceledException)
        {
            // The right is lost or the process ends.
        }
        finally
        {
            isLoaded = false;
            right = null;
            await stop.CancelAsync();
            await Task.WhenAll([.. running, .. watches.Keys.Select(StopAsync)]).Ended();
        }
    }

    private IEnumerable<Task> InCompany(WatchLease taken, CancellationToken cancel)
    {
        if (policy.Quorum.Own.Length == 0) yield break;
        var testimony = new VantageReporter(settings, verdicts, shard, policy.Quorum.Own, time, logger);
        // Saying nothing of a primary is a word too: none is said before the first look at everybody.
        var hasLooked = false;
        yield return testimony.RunAsync(MaySpeak, cancel);
        if (!taken.IsObserver) yield break;
        logger.Observing(shard.Name, policy.Quorum.Own, holder);
        yield return RiseAsync(taken, cancel);

        bool MaySpeak() => State is WatchState.Watching or WatchState.Observing && (hasLooked |= IsLookedAt);
    }

    // Who observes knows the servers already: when the right to act is free, acting begins with what is in memory.
    private async Task RiseAsync(WatchLease seat, CancellationToken cancel)
    {
        WatchLease? risen = null;
        while (risen is null)
        {
            await Task.Delay(TakeInterval, time, cancel);
            await OrTryAgain("taking the shard", async () => risen = await TakeAsync(cancel), cancel);
        }
        try
        {
            foreach (var watched in watches.Values) watched.Watch.Cluster.ForgetStored();
            right = risen;
            logger.Watching(shard.Name, watches.Count, watches.Values.Sum(w => w.Watch.Cluster.Keys.Length), holder);
            // The place is free for another process at this vantage point.
            await seat.DisposeAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, risen.Lost).WaitAsync(cancel).Ended();
            if (risen.Lost.IsCancellationRequested) logger.WatchLeaseLost();
        }
        finally
        {
            right = null;
            await risen.DisposeAsync();
        }
    }

    private IReadOnlyCollection<LiveCluster>? Clusters() =>
        isLoaded ? [.. watches.Values.Select(w => w.Watch.Cluster)] : null;

    // The whole table is read when its mark says that it changed, and rarely otherwise.
    private async Task RefreshLoopAsync(StallAwareClock awake, CancellationToken cancel)
    {
        string? known = null;
        var readAt = DateTimeOffset.MinValue;
        while (true)
        {
            await OrTryAgain("read the clusters", async () =>
            {
                var mark = await store.ReadMarkAsync(cancel);
                if (mark == known && time.GetUtcNow() - readAt < RereadInterval) return;
                await ReadAsync(awake, cancel);
                (known, readAt) = (mark, time.GetUtcNow());
            }, cancel);
            await refreshNow.WaitAsync(RefreshInterval, cancel);
        }
    }

    private async Task ReadAsync(StallAwareClock awake, CancellationToken cancel)
    {
        var isFirst = !isLoaded;
        var beat = isLoaded ? null : await settings.ReadBeatAsync(shard.Name, cancel);
        var stored = SharedServers.Marked(await store.ReadAllAsync(cancel)).Where(c => shard.Holds(c.Id))
            .Select(c => c with { Members = [.. c.Members.Select(m => LiveCluster.SeenUntil(m, beat?.At))] }).ToArray();
        if (isFirst || stored.Length != watches.Count)
            logger.Watching(shard.Name, stored.Length, stored.Sum(c => c.Members.Length), holder);
        foreach (var cluster in stored) StartOrRefresh(cluster, awake, cancel);
        // A look at it tells where it belongs.
        var sharing = stored.SelectMany(c => c.Members.Where(m => m.AlsoIn is not null).Select(m => (c.Id, m.Key)));
        foreach (var (id, shared) in sharing) Follow(id, shared, cancel);
        foreach (var gone in watches.Keys.Except(stored.Select(c => c.Id))) await StopAsync(gone);
        isLoaded = true;
    }

    private void StartOrRefresh(StoredCluster stored, StallAwareClock awake, CancellationToken cancel)
    {
        if (watches.TryGetValue(stored.Id, out var known) && !known.Run.IsCompleted)
        {
            var before = known.Watch.Cluster.Keys;
            known.Watch.Cluster.Refresh(stored);
            mentioned.Forget(before.Except(known.Watch.Cluster.Keys));
            return;
        }
        if (known.Run?.Exception?.InnerException is { } why) logger.Retrying($"watch cluster {stored.Id}", why);
        known.Stop?.Dispose();
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // Spreads the first probes otherwise in every process and cluster.
        var chance = StableHash.Of($"{holder}/{stored.Id}");
        var live = new LiveCluster(stored, time, awake);
        var watch = new ClusterWatch(live, probe, sessions, verdicts, MayAct, policy, chance, time, logger);
        watch.Mentioned += key => Follow(stored.Id, key, stop.Token);
        watches[stored.Id] = (watch, stop, watch.RunAsync(stop.Token));
    }

    // Who only observes adds nothing: the watcher follows what it hears itself.
    private void Follow(ClusterId id, InstanceKey key, CancellationToken cancel)
    {
        if (MayAct() && Watched(id) is { } cluster)
            _ = OrTryAgain($"follow {key}", () => mentioned.FollowAsync(cluster.Topology, key, cancel), cancel);
    }

    private async Task StopAsync(ClusterId id)
    {
        if (!watches.TryRemove(id, out var watch)) return;
        await watch.Stop.CancelAsync();
        await watch.Run.Ended();
        watch.Stop.Dispose();
        foreach (var key in watch.Watch.Cluster.Keys) probe.Forget(key);
    }

    private async Task OrTryAgain(string what, Func<Task> act, CancellationToken cancel)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.Retrying(what, e);
        }
    }
}
