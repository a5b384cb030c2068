namespace OrchestratorFunctions.Simulation.Time;

/// <summary>Lengths of simulated time in ticks of 100 ns.</summary>
public static class Ticks
{
    public const long Millisecond = TimeSpan.TicksPerMillisecond;
    public const long Second = TimeSpan.TicksPerSecond;

    public static long Of(double seconds) => (long)(seconds * Second);
}
