namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>
/// The thread and the clock of one process. While the process is stopped nothing of it runs, and what was to run runs
/// when it goes on. A process that was killed does nothing any more: it does not even give its leases back.
/// </summary>
internal sealed class Life(Turns turns) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Call, object? State)> kept = [];
    private bool isStopped, isDead;

    public TimeProvider Clock => field ??= new LifeClock(turns, this);

    public bool IsRunning => !isStopped && !isDead;

    public void Stop() => isStopped = true;

    public void Kill() => isDead = true;

    public void Continue()
    {
        isStopped = false;
        while (kept.TryDequeue(out var work)) Post(work.Call, work.State);
    }

    /// <summary>Runs something as this process does it.</summary>
    public void Run(SendOrPostCallback call, object? state)
    {
        if (isDead) return;
        if (isStopped)
        {
            kept.Enqueue((call, state));
            return;
        }
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            call(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => turns.Post(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => this;

    private sealed class LifeClock(Turns turns, Life life) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => turns.Now;

        public override long GetTimestamp() => turns.Passed.Ticks;

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new PlayedTimer(turns, life, callback, state, dueTime, period);
    }
}
