using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Servers.Flavours;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>
/// Replicas of MariaDB with local tables that are written in a domain of their own, as the manual has it (decision 0029):
/// nothing is wrong with them. Manual: "Global Transaction ID", gtid_domain_id.
/// </summary>
internal sealed class LocalTables(World world)
{
    private readonly Random64 random = world.Fork(60);

    /// <param name="main">When the main event of the history is.</param>
    public void Schedule(long main)
    {
        if (world.Servers[0].Flavour is not MariaDbFlavour || !random.Chance(0.25)) return;
        var first = 1 + random.Below(world.Servers.Length - 1);
        ModelServer[] with = random.Chance(0.4) ? world.Servers[1..] : [world.Servers[first]];
        foreach (var server in with)
            for (var times = 1 + random.Below(4); times > 0; times--)
                world.Queue.At(Math.Max(Ticks.Of(0.5), main + random.Between(-Ticks.Of(4), Ticks.Of(4))), () => Write(server));
    }

    private void Write(ModelServer server)
    {
        if (!server.IsRunning || server.IsDiskFull || server.Source.HasPending) return;
        world.Play?.Say(server.Name, "is written to in its own domain");
        var one = world.NewTransaction(server, Author.LocalTables);
        server.Log(one);
        server.Executed.Add(one);
    }
}
