namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>
/// The time and the only thread of a play. Timers ring one at a time, each at its exact instant, and what follows from
/// one is over before the next one rings. So the same play takes the same course every time.
/// </summary>
internal sealed class Turns(DateTimeOffset start)
{
    private static readonly TimeSpan PoolPatience = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly List<PlayedTimer> timers = [];
    private readonly Queue<(Life Of, SendOrPostCallback Call, object? State)> posted = [];
    private long numbers;

    /// <summary>Simulated time since the play began.</summary>
    public TimeSpan Passed { get; private set; }

    public DateTimeOffset Now => start + Passed;

    /// <summary>Called after everything that happened.</summary>
    public Action Happened { get; set; } = () => { };

    public void Post(Life of, SendOrPostCallback call, object? state)
    {
        lock (gate) posted.Enqueue((of, call, state));
    }

    /// <returns>A number by which timers of the same instant ring in the order in which they were set.</returns>
    public long Set(PlayedTimer timer)
    {
        lock (gate)
        {
            if (!timers.Contains(timer)) timers.Add(timer);
            return ++numbers;
        }
    }

    public void Remove(PlayedTimer timer)
    {
        lock (gate) timers.Remove(timer);
    }

    /// <summary>Runs what can be run without time passing.</summary>
    public void Settle()
    {
        AwaitPool();
        while (Take() is { } next)
        {
            next.Of.Run(next.Call, next.State);
            AwaitPool();
            Happened();
        }
        Happened();
    }

    /// <summary>Lets time pass, until something holds.</summary>
    /// <returns>Whether it holds.</returns>
    public bool Run(TimeSpan length, Func<bool> holds)
    {
        var end = Passed + length;
        Settle();
        while (!holds())
        {
            if (Due(end) is not { } timer)
            {
                Passed = end;
                return false;
            }
            if (timer.At > Passed) Passed = timer.At;
            timer.Ring();
            Settle();
        }
        return true;
    }

    /// <summary>Time passes and nothing runs meanwhile, as on a machine that stands still.</summary>
    public void Stall(TimeSpan length)
    {
        Passed += length;
        Run(TimeSpan.Zero, () => false);
    }

    private (Life Of, SendOrPostCallback Call, object? State)? Take()
    {
        lock (gate) return posted.TryDequeue(out var next) ? next : null;
    }

    private PlayedTimer? Due(TimeSpan end)
    {
        lock (gate) return timers.Where(t => t.At <= end && t.Of.IsRunning).MinBy(t => (t.At, t.Number));
    }

    // Cancelling goes by way of the pool. Plays run alone, so a pool without work has nothing left to bring.
    private static void AwaitPool()
    {
        if (!IsPoolAtWork) return;
        var since = TimeProvider.System.GetTimestamp();
        for (var spin = new SpinWait(); IsPoolAtWork; spin.SpinOnce(sleep1Threshold: -1))
            if (TimeProvider.System.GetElapsedTime(since) > PoolPatience)
                throw new TimeoutException("the thread pool does not come to rest: does anything run beside the play?");
    }

    private static bool IsPoolAtWork
    {
        get
        {
            if (ThreadPool.PendingWorkItemCount > 0) return true;
            ThreadPool.GetMaxThreads(out var all, out _);
            ThreadPool.GetAvailableThreads(out var free, out _);
            return all - free > (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
        }
    }
}
