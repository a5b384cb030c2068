using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Simulation.Faults;
using OrchestratorFunctions.Simulation.Judging;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Histories;

/// <summary>One history from its seed to its end. The same seed is the same history, to the last event.</summary>
public static class History
{
    private static readonly long SafetyLength = Ticks.Of(32);

    /// <param name="flavor">Whose servers it has; null to let the seed choose.</param>
    /// <param name="movesServers">Some server changes its address, whatever the seed says.</param>
    /// <param name="changesServers">Operators change single servers and move several.</param>
    public static HistoryResult Run(
        ulong seed, HistoryMode mode, bool isPlayed = false, ServerFlavor? flavor = null, bool movesServers = false,
        bool changesServers = false)
    {
        var world = new World(seed, mode, isPlayed, flavor: flavor, movesServers: movesServers, changesServers: changesServers);
        FaultSchedule.Of(world);
        bool IsOver() => world.Judge.Violation is not null;
        try
        {
            if (mode == HistoryMode.Safety) world.Queue.RunUntil(SafetyLength, IsOver);
            else LivenessRules.Run(world, IsOver);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What decides never throws, whatever it is told.
            world.Judge.Report("exception", $"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n')[0].Trim()}");
        }
        return new HistoryResult(
            seed, world.Judge.Violation, world.Judge.Known, world.Queue.Happened, world.Judgements,
            world.Judge.OverlapTicks, [.. world.Store.Recoveries], world.Play?.ToString() ?? "");
    }
}
