using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Clients;

/// <summary>
/// A client that writes to the server it believes to be the primary, one write after the other, and looks for another
/// one that follows nobody and is writable when it is refused or hears nothing.
/// </summary>
public sealed class WritingClient
{
    private static readonly long Patience = Ticks.Of(1), LookPatience = Ticks.Of(0.25);

    private readonly World world;
    private readonly int index;
    private readonly Random64 random;
    private int writer;

    public WritingClient(World world, int index)
    {
        (this.world, this.index, random) = (world, index, world.Fork(20 + index));
        world.Queue.At(random.Between(0, Ticks.Of(0.4)), Write);
    }

    public int Place => 16 + index;

    /// <summary>When a write of this client was last acknowledged.</summary>
    public long LastAcknowledged { get; private set; }

    private void Write()
    {
        var isOver = false;
        void Over(Action next, long after)
        {
            if (isOver) return;
            isOver = true;
            world.Queue.At(world.Now + after, next);
        }
        var server = world.Servers[writer];
        void Back(Action hear) => world.Network.Send(server.Place, Place, hear);
        world.Network.Send(Place, server.Place, () => server.Arrive(
            () => server.Source.Write(Author.Client, (one, byRule) => Back(() =>
            {
                if (one is not null && !isOver) Acknowledged(server, one, byRule);
                if (one is null) Over(Search, Ticks.Of(0.01));
                else Over(Write, random.Between(Ticks.Of(0.15), Ticks.Of(0.6)));
            })),
            () => Back(() => Over(Search, Ticks.Of(0.01)))));
        world.Queue.At(world.Now + Patience, () => Over(Search, 0));
    }

    private void Acknowledged(ModelServer server, Transaction one, bool byRule)
    {
        LastAcknowledged = world.Now;
        world.Judge.Acknowledged(server, one, byRule);
    }

    private void Search()
    {
        var isFound = false;
        foreach (var server in world.Servers)
            world.Network.Send(Place, server.Place, () => server.Arrive(() =>
            {
                if (!server.AcceptsWrites || server.Admission.IsOffline || server.Replica.Source is not null) return;
                world.Network.Send(server.Place, Place, () =>
                {
                    if (isFound) return;
                    (isFound, writer) = (true, server.Index);
                });
            }, static () => { }));
        world.Queue.At(world.Now + LookPatience, () =>
        {
            if (isFound) Write();
            else Search();
        });
    }
}
