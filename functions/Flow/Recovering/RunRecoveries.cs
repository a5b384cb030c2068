using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Recoveries this process runs without a message: those of failures it found itself, which begin at once, and those it finds unfinished.
/// </summary>
public sealed class RunRecoveries(IRecoveryStore store, RecoverCluster recover, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<string, Task> begun = new();
    private CancellationToken stopping;

    /// <summary>Recoveries begun here that are not over.</summary>
    internal int UnderWay => begun.Count;

    /// <summary>Raised when a recovery that was begun here is over or given away.</summary>
    public event Action? Ended;

    /// <summary>A failure found by this very process: its recovery begins at once, and its message comes too late.</summary>
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

    /// <summary>Takes up unfinished recoveries again and again until cancelled; what was begun here stops with it and is taken up elsewhere.</summary>
    /// <param name="pause">Between two looks.</param>
    public async Task RunAsync(TimeSpan pause, CancellationToken cancel)
    {
        stopping = cancel;
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                await OrAgainAsync("looking for unfinished recoveries", () => TakeUpAsync(cancel), cancel);
                await Task.Delay(pause, time, cancel);
            }
        }
        finally
        {
            // They stop at their next await and give their leases back, so that others need not wait for the leases to run out.
            await Task.WhenAll(begun.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Takes up, once, every recovery whose process died: found by its row, and kept from others by its lease until that has run out.</summary>
    public async Task TakeUpAsync(CancellationToken cancel)
    {
        var clusters = await store.ReadActiveClustersAsync(cancel);
        await Task.WhenAll(clusters.Select(cluster => OrAgainAsync($"resuming the recovery of cluster {cluster}", () => recover.ResumeAsync(cluster, cancel), cancel)));
    }

    private async Task OrAgainAsync(string what, Func<Task> act, CancellationToken cancel)
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
