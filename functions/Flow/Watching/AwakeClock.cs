namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Counts the time this process really ran. A watcher that was stopped for ten seconds has not watched anything be silent
/// for ten seconds; evidence of silence is therefore measured on this clock.
/// </summary>
public sealed class AwakeClock(TimeProvider time)
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private readonly Lock gate = new();
    private long lastLook = time.GetTimestamp();
    private TimeSpan awake;

    /// <summary>Time spent awake so far.</summary>
    public TimeSpan Now
    {
        get
        {
            lock (gate)
            {
                Look();
                return awake;
            }
        }
    }

    /// <summary>Looks at the time until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Beat, time);
        while (await timer.WaitForNextTickAsync(cancel)) _ = Now;
    }

    // Between two looks at most two beats count: more means that nobody ran to look.
    private void Look()
    {
        var now = time.GetTimestamp();
        var passed = time.GetElapsedTime(lastLook, now);
        awake += passed < 2 * Beat ? passed : 2 * Beat;
        lastLook = now;
    }
}
