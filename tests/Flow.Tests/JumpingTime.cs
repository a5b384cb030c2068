namespace OrchestratorFunctions.Flow.Tests;

/// <summary>A clock whose wall time can be set, as a person or a time service does; its monotonic time and its timers go on as before.</summary>
internal sealed class JumpingTime(TimeProvider time) : TimeProvider
{
    /// <summary>How far the wall clock was set.</summary>
    public TimeSpan By { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + By;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
