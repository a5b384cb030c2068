using OrchestratorFunctions.Simulation.Servers.Flavours;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>
/// Runs of the scheduled events that a server has enabled. Their definer has every privilege, so on MariaDB they write
/// while the server is read-only; elsewhere they write what clients write too, and are left out.
/// </summary>
internal sealed class EventRuns(ModelServer server)
{
    private readonly Random64 random = server.World.Fork(50 + server.Index);

    private World World => server.World;

    public void Begin()
    {
        if (server.Events is not null && server.Flavour is MariaDbFlavour) Later();
    }

    private void Later() => World.Queue.At(World.Now + random.Between(Ticks.Of(0.3), Ticks.Of(1.5)), () =>
    {
        Run();
        Later();
    });

    private void Run()
    {
        if (!server.IsRunning || server.Events is not { Running.IsEmpty: false }) return;
        server.Source.Write(Author.Event, (one, byRule) =>
        {
            if (one is not null && server.AcceptsWrites) World.Judge.Acknowledged(server, one, byRule);
        });
    }
}
