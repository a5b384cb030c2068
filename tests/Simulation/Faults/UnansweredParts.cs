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
        var which = random.Part();
        if (which is >= 0.15 and < 0.2) SilenceWitness(main);
        if (which >= 0.15) return;
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

    // Nobody reaches the primary but one replica that hears it, and that one does not tell.
    private void SilenceWitness(long main)
    {
        var (primary, at) = (world.Servers[0], Math.Max(Ticks.Of(2), main - Ticks.Of(2)));
        var witness = world.Servers[1 + random.Below(world.Servers.Length - 1)];
        int[] others = [.. world.Servers.Where(s => s != primary && s != witness).Select(s => s.Place), .. world.Processes.Select(p => p.Place)];
        var until = at + random.Between(Ticks.Of(6), Ticks.Of(10));
        world.Queue.At(at, () => witness.Refuse(Refused[0]));
        world.Queue.At(until, () => witness.Refuse(InstanceParts.None));
        foreach (var other in others)
        {
            world.Queue.At(at + Ticks.Second, () => world.Network.CutBothWays(primary.Place, other));
            world.Queue.At(until, () => world.Network.HealBothWays(primary.Place, other));
        }
    }
}
