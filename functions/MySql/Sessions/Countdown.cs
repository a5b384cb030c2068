namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>What is left of a time limit, by a clock that only goes forward.</summary>
internal sealed class Countdown(TimeProvider time, TimeSpan limit)
{
    private readonly long began = time.GetTimestamp();

    public TimeSpan Elapsed => time.GetElapsedTime(began);

    /// <summary>Throws <see cref="TimeoutException"/> when nothing is left.</summary>
    public TimeSpan Left => limit - Elapsed is var left && left > TimeSpan.Zero ? left : throw new TimeoutException();
}
