namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Watching for a host that lends its time in windows, as a timer does. The windows of one process share one watcher. A
/// window returns when its length has passed; the watcher goes on until the next window, at most for a grace. Without
/// one it ends and gives up its lease, so that another instance takes over. A host that is being drained ends it at
/// once.
/// </summary>
/// <param name="watch">Watches until cancelled, then gives up its lease.</param>
/// <param name="grace">Less than the length of a lease: a process that is put to sleep between windows must not hold
/// one for longer.</param>
public sealed class WatchWindows(
    Func<CancellationToken, Task> watch, TimeSpan grace, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private CancellationTokenSource stop = new();
    private ITimer? over;
    private Task running = Task.CompletedTask;
    private DateTimeOffset until;

    /// <summary>Holds a window open. Throws what the watcher threw when it failed.</summary>
    public async Task RunAsync(TimeSpan length, CancellationToken drained)
    {
        var end = time.GetUtcNow() + length;
        while (!drained.IsCancellationRequested && end - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            var watching = WatchFor(left);
            try
            {
                await watching.WaitAsync(left, time, drained);
            }
            catch (TimeoutException) when (!watching.IsCompleted)
            {
                // The window is over, or nearly; the watcher is not.
            }
            catch (OperationCanceledException) when (drained.IsCancellationRequested)
            {
                // Below.
            }
        }
        if (drained.IsCancellationRequested) await StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        // Waits for one that rings just now: what it cancels must not be gone.
        if (over is not null) await over.DisposeAsync();
        stop.Dispose();
    }

    private Task WatchFor(TimeSpan length)
    {
        lock (gate)
        {
            var end = time.GetUtcNow() + length + grace;
            if (running.IsCompleted || stop.IsCancellationRequested)
            {
                stop = new CancellationTokenSource();
                until = end;
                over?.Dispose();
                over = EndAfter(stop, length + grace);
                running = AfterAsync(running, stop.Token);
            }
            else if (end > until)
            {
                over?.Change(length + grace, Timeout.InfiniteTimeSpan);
                until = end;
            }
            return running;
        }
    }

    private ITimer EndAfter(CancellationTokenSource ended, TimeSpan pause) =>
        time.CreateTimer(_ => ended.Cancel(), null, pause, Timeout.InfiniteTimeSpan);

    // The one before gives up its lease first: one watcher watches at a time.
    private async Task AfterAsync(Task before, CancellationToken cancel)
    {
        await before.Ended();
        if (!cancel.IsCancellationRequested) await watch(cancel);
    }

    private async Task StopAsync()
    {
        Task ending;
        lock (gate)
        {
            stop.Cancel();
            ending = running;
        }
        await ending.Ended();
    }
}
