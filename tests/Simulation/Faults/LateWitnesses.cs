using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Judging;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>
/// Nobody reaches the primary but replicas that notice late. They are connected and hear nothing, because nobody writes:
/// silence of theirs is no sign of death. It has a source of chance of its own: histories without it stay as they were.
/// </summary>
internal sealed class LateWitnesses(World world)
{
    private readonly Random64 random = world.Fork(8);

    /// <param name="main">When the main event of the history is.</param>
    public void Schedule(long main)
    {
        var (primary, isLate) = (world.Servers[0], world.Servers.Any(s => s.Shape.NoticesLate));
        if (!isLate || !random.Chance(0.5)) return;
        int[] others =
        [
            .. world.Servers.Where(s => s != primary && !s.Shape.NoticesLate).Select(s => s.Place),
            .. world.Processes.Select(p => p.Place), .. world.Clients.Select(c => c.Place),
        ];
        var at = Math.Max(Ticks.Of(2), main - Ticks.Of(2));
        var until = at + random.Between(Ticks.Of(6), Ticks.Of(12));
        if (world.Mode == HistoryMode.Liveness) until = Math.Min(until, LivenessRules.FaultsEnd);
        foreach (var other in others)
        {
            world.Queue.At(at, () => world.Network.CutBothWays(primary.Place, other));
            world.Queue.At(until, () => world.Network.HealBothWays(primary.Place, other));
        }
    }
}
