using System.Collections.Concurrent;

namespace OrchestratorFunctions.Core.Tests.Simulation;

/// <summary>
/// Runs a simulation over many seeds on all cores and fails with the smallest seed that failed. <c>SIMULATION_FACTOR=20</c> runs that many times more.
/// </summary>
internal static class Seeds
{
    private static readonly int Factor = int.TryParse(Environment.GetEnvironmentVariable("SIMULATION_FACTOR"), out var factor) ? factor : 1;

    public static void Each(int first, int count, Action<int> simulate)
    {
        var failures = new ConcurrentDictionary<int, SimulationException>();
        Parallel.For(first, first + (count * Factor), (seed, loop) =>
        {
            try
            {
                simulate(seed);
            }
            catch (SimulationException e)
            {
                failures[seed] = e;
                loop.Break();
            }
        });
        if (!failures.IsEmpty) throw new SimulationException(failures.MinBy(f => f.Key).Value.Message);
    }
}

/// <summary>An invariant that did not hold.</summary>
public sealed class SimulationException(string message) : Exception(message);
