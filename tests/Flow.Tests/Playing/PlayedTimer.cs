namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>A timer that a process of a play has set.</summary>
internal sealed class PlayedTimer : ITimer
{
    private readonly Turns turns;
    private readonly TimerCallback callback;
    private readonly object? state;
    private TimeSpan period;

    public PlayedTimer(
        Turns turns, Life of, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        (this.turns, Of, this.callback, this.state) = (turns, of, callback, state);
        Change(dueTime, period);
    }

    public Life Of { get; }

    public TimeSpan At { get; private set; }

    public long Number { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        this.period = period;
        if (dueTime < TimeSpan.Zero)
        {
            turns.Remove(this);
            return true;
        }
        At = turns.Passed + dueTime;
        Number = turns.Set(this);
        return true;
    }

    public void Ring()
    {
        // One that stood still rings once for all the times it has missed.
        if (period > TimeSpan.Zero) Change(period, period);
        else turns.Remove(this);
        Of.Run(s => callback(s), state);
    }

    public void Dispose() => turns.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
