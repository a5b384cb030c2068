using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Judging;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>Which faults a history has, and when: one main event, and others around it.</summary>
public static class FaultSchedule
{
    public static void Of(World world)
    {
        var random = world.Random;
        var main = random.Between(Ticks.Of(3), Ticks.Of(7));
        var menu = new FaultMenu(world);
        world.Queue.At(main, menu.Main);
        new UnansweredParts(world).Schedule(main);
        new Admissions(world).Schedule(main);
        new StoppedThreads(world).Schedule(main);
        new LateWitnesses(world).Schedule(main);
        new LocalTables(world).Schedule(main);
        new ChangedAddresses(world).Schedule(main);
        var others = 1 + random.Below(5);
        for (var i = 0; i < others; i++)
        {
            // Near the main event, where a recovery is under way, or anywhere.
            var at = random.Chance(0.6) ? main + random.Between(-Ticks.Of(1.5), Ticks.Of(4)) : random.Between(Ticks.Of(2), Ticks.Of(16));
            if (world.Mode == HistoryMode.Liveness) at = Math.Min(at, LivenessRules.FaultsEnd - Ticks.Second);
            world.Queue.At(at, menu.Other);
        }
    }
}
