using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Takes failures from the queue and runs their recoveries, one per cluster at a time and clusters side by side;
/// takes up recoveries whose process died.
/// </summary>
public sealed class ReceiveFailures(IFailureQueue queue, IRecoveryStore store, RecoverCluster recover, TimeProvider time, ILogger logger)
{
    /// <summary>Between two looks at an empty queue when nobody in this process says that there is something.</summary>
    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(5);

    /// <summary>A message comes back after this long when its receiver died; the recovery itself is protected by its lease.</summary>
    private static readonly TimeSpan HiddenFor = TimeSpan.FromSeconds(30);

    private readonly Signal poked = new(time);
    private CancellationToken stopping;

    /// <summary>A failure found by this very process: its recovery begins at once, and its message comes too late.</summary>
    public void Begin(Failure failure, Topology topology) => _ = Task.Run(() => OrNothing($"recovery {failure.Id}", async () =>
    {
        await recover.RunFoundAsync(failure, topology, stopping);
        poked.Give();
        return true;
    }, stopping), stopping);

    public async Task RunAsync(CancellationToken cancel)
    {
        stopping = cancel;
        try
        {
            await Task.WhenAll(ReceiveLoopAsync(cancel), ResumeLoopAsync(cancel));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The process ends; what was begun is taken up by the next one.
        }
    }

    private async Task ReceiveLoopAsync(CancellationToken cancel)
    {
        while (true)
        {
            var received = await OrNothing("receiving failures", () => queue.ReceiveAsync(HiddenFor, cancel), cancel);
            if (received is not null) _ = Task.Run(() => HandleAsync(received, cancel), cancel);
            else await poked.WaitAsync(IdlePause, cancel);
        }
    }

    private Task<bool> HandleAsync(ReceivedFailure received, CancellationToken cancel) => OrNothing($"recovery {received.Failure.Id}", async () =>
    {
        // A message delivered twice is told by the store, which refuses a second recovery of the same id.
        var result = await recover.RunAsync(received.Failure, cancel);
        if (result is { End: RunEnd.NothingToDo, Recovery: null }) logger.Dropped(received.Failure.Id);
        if (result.End is RunEnd.Ended or RunEnd.NothingToDo)
        {
            await queue.CompleteAsync(received, cancel);
            return true;
        }
        // Somebody else has the cluster. A message that came back at once would use up its deliveries within milliseconds.
        await Task.Delay(IdlePause, time, cancel);
        await queue.AbandonAsync(received, cancel);
        return true;
    }, cancel);

    // A recovery whose process died is found by its row; its lease keeps others away until it has run out.
    private async Task ResumeLoopAsync(CancellationToken cancel)
    {
        while (true)
        {
            foreach (var cluster in await OrNothing("looking for unfinished recoveries", () => Boxed(store.ReadActiveClustersAsync(cancel)), cancel) ?? [])
                await OrNothing($"resuming the recovery of cluster {cluster}", async () => (await recover.ResumeAsync(cluster, cancel)).End.ToString(), cancel);
            await Task.Delay(IdlePause, time, cancel);
        }

        static async Task<IReadOnlyList<ClusterId>> Boxed(Task<System.Collections.Immutable.ImmutableArray<ClusterId>> read) => await read;
    }

    private async Task<T?> OrNothing<T>(string what, Func<Task<T>> act, CancellationToken cancel)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.TriedAgain(what, e.Message);
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancel);
            return default;
        }
    }
}
