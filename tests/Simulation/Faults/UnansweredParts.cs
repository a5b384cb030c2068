using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Judging;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>
/// Questions that a server refuses for a while, as it does when what runs long is killed (1317) or a privilege is missing.
/// It has a source of chance of its own: histories without it stay as they were.
/// </summary>
internal sealed class UnansweredParts(World world)
{
    private static readonly InstanceParts[] Refused =
    [
        InstanceParts.Replication | InstanceParts.Silence, InstanceParts.Replication | InstanceParts.Silence,
        InstanceParts.Silence, InstanceParts.SemiSync, InstanceParts.SemiSync | InstanceParts.Uptime,
    ];

    private readonly Random64 random = world.Fork(3);

    /// <param name="main">When the main event of the history is.</param>
    public void Schedule(long main)
    {
        if (!random.Chance(0.15)) return;
        var servers = 1 + random.Below(2);
        for (var i = 0; i < servers; i++)
        {
            var at = Math.Max(Ticks.Of(1), main + random.Between(-Ticks.Of(3), Ticks.Of(4)));
            var until = at + random.Between(Ticks.Of(0.3), Ticks.Of(10));
            if (world.Mode == HistoryMode.Liveness) until = Math.Min(until, LivenessRules.FaultsEnd);
            var (server, parts) = (world.Servers[random.Below(world.Servers.Length)], random.Of(Refused));
            world.Queue.At(at, () => server.Refuse(parts));
            world.Queue.At(until, () => server.Refuse(InstanceParts.None));
        }
    }
}
