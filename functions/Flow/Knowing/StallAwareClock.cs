namespace OrchestratorFunctions.Flow.Knowing;

/// <summary>Counts the time this process really ran (<see cref="AwakeTime"/>).</summary>
public sealed class StallAwareClock(TimeProvider time)
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Beat = AwakeTime.Beat;

    private readonly Lock gate = new();
    private readonly long began = time.GetTimestamp();
    private AwakeTime awake;

    /// <summary>Time spent awake so far.</summary>
    public TimeSpan Now
    {
        get
        {
            lock (gate)
            {
                awake = awake.At(time.GetElapsedTime(began));
                return awake.Awake;
            }
        }
    }

    /// <summary>Looks at the time until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        // A look is done where the timer rings: handing it on to somebody who waits would cost as much again.
        await using var timer = time.CreateTimer(_ => _ = Now, null, Beat, Beat);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
    }
}
