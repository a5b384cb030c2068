namespace OrchestratorFunctions.MySql.Tests;

/// <summary>The computer's clock as a process sees it that is stopped for a while and goes on.</summary>
internal sealed class PausedTime : TimeProvider
{
    private long skipped;

    public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref skipped);

    public TimeSpan Now => GetElapsedTime(0);

    /// <summary>As if the process had been stopped for so long, in the middle of whatever it does.</summary>
    public void Pause(TimeSpan time) => Interlocked.Add(ref skipped, (long)(time.TotalSeconds * TimestampFrequency));
}
