using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

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

    /// <summary>Between two looks whether the cluster is free for a failover.</summary>
    private static readonly TimeSpan LookFirst = TimeSpan.FromMilliseconds(50), LookMost = TimeSpan.FromSeconds(1);

    // Clusters that a failover is begun for or waits for: one for each, however often it is found meanwhile.
    private readonly ConcurrentDictionary<ClusterId, bool> failing = new();

    // The same for servers that are to be closed.
    private readonly ConcurrentDictionary<(ClusterId Cluster, InstanceKey Server), bool> closing = new();

    // When the last one of each was over.
    private readonly ConcurrentDictionary<ClusterId, long> over = new();

    // Each with the life it began in.
    private readonly ConcurrentDictionary<string, Begun> begun = new();
    private readonly ConcurrentDictionary<ClusterId, bool> takenUp = new();
    private readonly SharedLife callers = new();

    /// <summary>Recoveries begun here that are not over.</summary>
    internal int UnderWay => begun.Count;

    /// <summary>Raised when a recovery that was begun here is over or given away.</summary>
    public event Action? Ended;

    /// <summary>
    /// A failure found by this very process: its recovery begins at once, and its message comes too late. It stops when
    /// the last caller of <see cref="RunAsync"/> has ended; after that nothing begins.
    /// </summary>
    public void Begin(Failure failure, Topology topology)
    {
        var (life, foundAt) = (callers.Token, time.GetTimestamp());
        var running = OrAgainAsync(
            $"run recovery {failure.Id}", () => RunFoundAsync(failure, topology, foundAt, life), life);
        begun[failure.Id] = new Begun(running, life);
        _ = ForgetAsync(failure.Id, running);
    }

    /// <summary>
    /// Takes up unfinished recoveries again and again until cancelled; what it took up stops with it and is taken up
    /// elsewhere. Several callers may run it side by side: what was begun here stops with the last of them. A cluster
    /// whose lease is held is looked at again when that lease can have run out: its holder may have died a moment ago.
    /// A living holder renews it, and is asked about again after that time or after the pause, whichever is shorter.
    /// </summary>
    /// <param name="pause">Between two looks for unfinished recoveries.</param>
    public async Task RunAsync(TimeSpan pause, CancellationToken cancel)
    {
        var own = new List<Task>();
        callers.Join();
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                await OrAgainAsync(
                    "look for unfinished recoveries", () => TakeUpEachAsync(own, pause, cancel), cancel);
                await Task.Delay(pause, time, cancel);
            }
        }
        finally
        {
            // They stop at their next await and give their leases back, so that others need not wait for the leases to
            // run out.
            var life = await callers.LeaveAsync();
            var shared = begun.Values.Where(b => b.Life == life).Select(b => b.Run);
            await Task.WhenAll([.. own, .. shared]).Ended();
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

    // However it ended, and even if it has already.
    private async Task ForgetAsync(string id, Task running)
    {
        await running.Ended();
        begun.TryRemove(id, out var _);
        Ended?.Invoke();
    }

    /// <summary>What <see cref="Begin"/> begins, for one who waits for it. Throws what a port threw.</summary>
    internal async Task RunFoundAsync(Failure failure, Topology topology, long foundAt, CancellationToken life)
    {
        // Whoever found it goes on.
        await Task.Yield();
        life.ThrowIfCancellationRequested();
        var run = failure.Kind switch
        {
            { IsFailover: true } => FailOverAsync(failure, topology, foundAt, life),
            { OnlyCloses: true } => CloseAsync(failure, topology, life),
            _ => recover.RunFoundAsync(failure, topology, life),
        };
        await run;
    }

    // Whoever has the cluster makes way, or has it for a moment only: a failover begins as soon as it is free.
    // What was found before the end of another failover of the cluster was seen before what that one changed.
    private async Task FailOverAsync(Failure failure, Topology topology, long foundAt, CancellationToken life)
    {
        if (!failing.TryAdd(failure.Cluster, true)) return;
        try
        {
            if (over.TryGetValue(failure.Cluster, out var at) && at >= foundAt) return;
            await FailOverWhenFreeAsync(failure, topology, life);
            over[failure.Cluster] = time.GetTimestamp();
        }
        finally
        {
            failing.TryRemove(failure.Cluster, out var _);
        }
    }

    private async Task FailOverWhenFreeAsync(Failure failure, Topology topology, CancellationToken life)
    {
        if (failure.Supersedes is { } running) await recover.Superseding.TellAsync(failure, running, life);
        var result = failure.Supersedes is null
            ? await recover.RunFoundAsync(failure, topology, life)
            : await recover.RunAsync(failure, life);
        for (var pause = LookFirst; await IsWaitedForAsync(failure, result, life); pause = Longer(pause))
        {
            await Task.Delay(pause, time, life);
            result = await recover.RunAsync(failure, life);
        }
    }

    // A recovery that has ended keeps the lease until its last statement is over, which may hang for seconds. A second
    // writer does not wait until it is found again. What another recovery does meanwhile is left to that one.
    private async Task CloseAsync(Failure failure, Topology topology, CancellationToken life)
    {
        var server = (failure.Cluster, failure.Subject);
        if (!closing.TryAdd(server, true)) return;
        try
        {
            var result = await recover.RunFoundAsync(failure, topology, life);
            for (var pause = LookFirst; await IsKeptByNobodyAsync(failure, result, life); pause = Longer(pause))
            {
                await Task.Delay(pause, time, life);
                result = await recover.RunAsync(failure, life);
            }
        }
        finally
        {
            closing.TryRemove(server, out var _);
        }
    }

    private async Task<bool> IsKeptByNobodyAsync(Failure failure, RunResult result, CancellationToken life) =>
        result.End == RunStatus.Busy && await store.ReadActiveAsync(failure.Cluster, life) is null;

    private async Task<bool> IsWaitedForAsync(Failure failure, RunResult result, CancellationToken life)
    {
        if (result.End is not (RunStatus.Busy or RunStatus.NothingToDo)) return false;
        var active = await store.ReadActiveAsync(failure.Cluster, life);
        return active is null ? result.End == RunStatus.Busy : active.Kind.YieldsToFailover;
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 1.5 < LookMost ? pause * 1.5 : LookMost;

    // Each by itself: a recovery that takes minutes keeps no other one waiting.
    private async Task TakeUpEachAsync(List<Task> own, TimeSpan pause, CancellationToken cancel)
    {
        var again = pause < watch.LeaseLength + Margin ? pause : watch.LeaseLength + Margin;
        own.RemoveAll(t => t.IsCompleted);
        foreach (var cluster in await ReadUnfinishedAsync(cancel))
            if (takenUp.TryAdd(cluster, true)) own.Add(TakeUpOneAsync(cluster, again, cancel));
    }

    private async Task TakeUpOneAsync(ClusterId cluster, TimeSpan again, CancellationToken cancel)
    {
        try
        {
            await ResumingAsync(cluster, () => ResumeWhenFreeAsync(cluster, again, cancel), cancel);
        }
        finally
        {
            takenUp.TryRemove(cluster, out var _);
        }
    }

    // One that practises takes its record away itself, or the next one that does.
    private async Task<IEnumerable<ClusterId>> ReadUnfinishedAsync(CancellationToken cancel) =>
        (await store.ReadActiveClustersAsync(cancel)).Where(c => c != PracticeCluster.Id);

    private async Task ResumeWhenFreeAsync(ClusterId cluster, TimeSpan again, CancellationToken cancel)
    {
        while ((await recover.ResumeAsync(cluster, cancel)).End == RunStatus.Busy)
            await Task.Delay(again, time, cancel);
    }

    private Task ResumingAsync(ClusterId cluster, Func<Task> resume, CancellationToken cancel) =>
        OrAgainAsync($"resume the recovery of cluster {cluster}", resume, cancel);

    private async Task OrAgainAsync(string what, Func<Task> act, CancellationToken cancel)
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

    private sealed record Begun(Task Run, CancellationToken Life);
}
