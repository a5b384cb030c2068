using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Takes failures from the queue and runs their recoveries, one per cluster at a time and clusters side by side.
/// </summary>
public sealed class ReceiveFailures(IFailureQueue queue, RecoverCluster recover, TimeProvider time, ILogger logger)
{
    /// <summary>Between two looks at an empty queue when nobody in this process says that there is something.</summary>
    // A failure that is found here is poked; a message of a process that died is found again by whoever watches next.
    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(15), AgainPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A message comes back after this long when its receiver died; the recovery itself is protected by its lease.
    /// </summary>
    private static readonly TimeSpan HiddenFor = TimeSpan.FromSeconds(30);

    private readonly Wakeup poked = new(time);

    /// <summary>There may be something in the queue: look at once.</summary>
    public void Wake() => poked.Give();

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var received =
                    await OrNothing("receive failures", () => queue.ReceiveAsync(HiddenFor, cancel), cancel);
                if (received is not null) _ = HandleAsync(received, cancel);
                else await poked.WaitAsync(IdlePause, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The process ends; what was begun is taken up by the next one.
        }
    }

    private Task<bool> HandleAsync(ReceivedFailure received, CancellationToken cancel) =>
        OrNothing($"run recovery {received.Failure.Id}", async () =>
    {
        // A message delivered twice is told by the store, which refuses a second recovery of the same id.
        var result = IsPractice(received.Failure)
            ? new RunResult(RunStatus.NothingToDo)
            : await recover.RunAsync(received.Failure, cancel);
        if (result is { End: RunStatus.NothingToDo, Recovery: null }) logger.Dropped(received.Failure.Id);
        if (result.End is RunStatus.Ended or RunStatus.NothingToDo or RunStatus.AwaitsApproval)
        {
            await queue.CompleteAsync(received, cancel);
            return true;
        }
        // Somebody else has the cluster. A message that came back at once would use up its deliveries within
        // milliseconds.
        await Task.Delay(AgainPause, time, cancel);
        await queue.AbandonAsync(received, cancel);
        return true;
    }, cancel);

    // Left behind by a process that died while it practised.
    private static bool IsPractice(Failure failure) => failure.Cluster == PracticeCluster.Id;

    private async Task<T?> OrNothing<T>(string what, Func<Task<T>> act, CancellationToken cancel)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.Retrying(what, e);
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancel);
            return default;
        }
    }
}
