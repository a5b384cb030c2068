namespace OrchestratorFunctions.Flow.Watching;

/// <summary>Counts the time this process really ran (<see cref="AwakeTime"/>).</summary>
public sealed class AwakeClock(TimeProvider time)
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
        using var timer = new PeriodicTimer(Beat, time);
        while (await timer.WaitForNextTickAsync(cancel)) _ = Now;
    }
}
