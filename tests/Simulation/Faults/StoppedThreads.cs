using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Judging;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>
/// A person stops the applier of a replica to keep something out that its relay log has already, or its receiver, some
/// while before the main event, and starts it later or never. It has a source of chance of its own: histories without it
/// stay as they were.
/// </summary>
internal sealed class StoppedThreads(World world)
{
    private readonly Random64 random = world.Fork(6);

    /// <param name="main">When the main event of the history is.</param>
    public void Schedule(long main)
    {
        if (!random.Chance(0.05)) return;
        var replica = world.Servers[1 + random.Below(world.Servers.Length - 1)].Replica;
        var at = Math.Max(Ticks.Of(0.3), main - random.Between(Ticks.Of(3.2), Ticks.Of(7)));
        var isApplier = random.Chance(0.75);
        world.Queue.At(at, isApplier ? replica.StopApplierByHand : replica.StopReceiverByHand);
        if (!random.Chance(0.3)) return;
        var until = main + random.Between(Ticks.Of(3), Ticks.Of(15));
        if (world.Mode == HistoryMode.Liveness) until = Math.Min(until, LivenessRules.FaultsEnd);
        world.Queue.At(until, isApplier ? replica.StartApplierByHand : replica.StartReceiverByHand);
    }
}
