using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Servers.Flavours;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>What can go wrong on one server, besides its death.</summary>
internal sealed class ServerFaults(World world)
{
    public void Lag(ModelServer server)
    {
        var before = server.ApplyTakes;
        server.ApplyTakes = world.Random.Between(Ticks.Of(0.3), Ticks.Of(2));
        world.Play?.Say(server.Name, "applies slowly");
        world.Later(2, 10, () => server.ApplyTakes = before);
    }

    public void Stick(ModelServer server)
    {
        if (world.Random.Chance(0.4))
        {
            server.Replica.StopApplierByHand();
            if (world.Mode == Histories.HistoryMode.Liveness || world.Random.Chance(0.5)) world.Later(1, 8, server.Replica.StartApplierByHand);
            return;
        }
        world.Play?.Say(server.Name, "has an applier that waits for a lock");
        server.Replica.Stick(true);
        world.Later(0.5, 10, () => server.Replica.Stick(false));
    }

    public void WriteErrant(ModelServer server)
    {
        if (!server.IsRunning || server.IsDiskFull || server.Source.HasPending) return;
        world.Play?.Say(server.Name, "is written to by hand");
        var one = world.NewTransaction(server, Author.Person);
        server.Log(one);
        server.Executed.Add(one);
    }

    public void FillDisk(ModelServer server)
    {
        // What MariaDB does without space is not among the model's rules.
        if (server.Flavour is MariaDbFlavour) return;
        server.FillDisk(true);
        if (world.Random.Chance(0.7)) world.Later(1, 12, () => server.FillDisk(false));
    }
}
