using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Practising;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Recoveries this process runs without a message: those of failures it found itself, which begin at once, and those it
/// finds unfinished.
/// </summary>
public sealed class RunRecoveries(
    IRecoveryStore store, RecoverCluster recover, WatchPolicy watch, TimeProvider time, ILogger logger)
{
    /// <summary>
    /// A lease is looked at again this long after it can have run out: the clocks of two processes differ a little.
    /// </summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, Task> begun = new();
    private readonly ConcurrentDictionary<ClusterId, Task> takenUp = new();
    private CancellationToken stopping;

    /// <summary>Recoveries begun here that are not over.</summary>
    internal int UnderWay => begun.Count;

    /// <summary>Raised when a recovery that was begun here is over or given away.</summary>
    public event Action? Ended;

    /// <summary>
    /// A failure found by this very process: its recovery begins at once, and its message comes too late.
    /// </summary>
    public void Begin(Failure failure, Topology topology)
    {
        var running = begun[failure.Id] = Task.Run(() => OrAgainAsync($"recovery {failure.Id}", () => recover.RunFoundAsync(failure, topology, stopping), stopping), stopping);
        // However it ended, and even if it has already.
        _ = running.ContinueWith(_ =>
        {
            begun.TryRemove(failure.Id, out var _);
            Ended?.Invoke();
        }, TaskScheduler.Default);
    }

    /// <summary>
    /// Takes up unfinished recoveries again and again until cancelled; what was begun here stops with it and is taken
    /// up elsewhere. A cluster whose lease is held is looked at again when that lease can have run out: its holder may
    /// have died a moment ago. A living holder renews it, and is asked about once a lease length.
    /// </summary>
    /// <param name="pause">Between two looks for unfinished recoveries.</param>
    public async Task RunAsync(TimeSpan pause, CancellationToken cancel)
    {
        stopping = cancel;
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                await OrAgainAsync("looking for unfinished recoveries", () => TakeUpEachAsync(pause, cancel), cancel);
                await Task.Delay(pause, time, cancel);
            }
        }
        finally
        {
            // They stop at their next await and give their leases back, so that others need not wait for the leases to
            // run out.
            await Task.WhenAll([.. begun.Values, .. takenUp.Values]).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Takes up, once, every recovery whose process died: found by its row, and kept from others by its lease until
    /// that has run out.
    /// </summary>
    public async Task TakeUpAsync(CancellationToken cancel)
    {
        var clusters = await ReadUnfinishedAsync(cancel);
        await Task.WhenAll(clusters.Select(c => ResumingAsync(c, () => recover.ResumeAsync(c, cancel), cancel)));
    }

    // Each by itself: a recovery that takes minutes keeps no other one waiting.
    private async Task TakeUpEachAsync(TimeSpan pause, CancellationToken cancel)
    {
        var again = pause < watch.LeaseLength + Margin ? pause : watch.LeaseLength + Margin;
        foreach (var cluster in await ReadUnfinishedAsync(cancel))
        {
            var over = new TaskCompletionSource();
            if (!takenUp.TryAdd(cluster, over.Task)) continue;
            _ = ResumingAsync(cluster, () => ResumeWhenFreeAsync(cluster, again, cancel), cancel).ContinueWith(_ =>
            {
                takenUp.TryRemove(cluster, out var _);
                over.SetResult();
            }, TaskScheduler.Default);
        }
    }

    // One that practises takes its record away itself, or the next one that does.
    private async Task<IEnumerable<ClusterId>> ReadUnfinishedAsync(CancellationToken cancel) =>
        (await store.ReadActiveClustersAsync(cancel)).Where(c => c != PracticeFailover.Cluster);

    private async Task ResumeWhenFreeAsync(ClusterId cluster, TimeSpan again, CancellationToken cancel)
    {
        while ((await recover.ResumeAsync(cluster, cancel)).End == RunEnd.Busy) await Task.Delay(again, time, cancel);
    }

    private Task ResumingAsync(ClusterId cluster, Func<Task> resume, CancellationToken cancel) =>
        OrAgainAsync($"resuming the recovery of cluster {cluster}", resume, cancel);

    private async Task OrAgainAsync(string what, Func<Task> act, CancellationToken cancel)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.TriedAgain(what, e);
        }
    }
}
