using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// A session that sleeps inside a server (MySql/Sessions/SessionKeeper): when the server's process dies, its kernel ends
/// the connection. One whose server does not answer any more is given up after some while.
/// </summary>
public sealed class HeldSession(ModelProcess process, InstanceKey key, Action<string> ended)
{
    private static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(3), Nap = TimeSpan.FromSeconds(20);

    private readonly int life = process.Life;
    private ModelServer? met;
    private bool isOver;
    private int answers;

    public void Begin() => Ask(OpenWithin, server => server.OnReset.Add(() => Back(server, () => End("the held session broke"))));

    // The server is asked, and must have answered when the time is over.
    private void Ask(TimeSpan within, Action<ModelServer> served)
    {
        var (asked, serverLife) = (++answers, 0);
        process.World.Addresses.Ask(
            process.Place, key,
            server =>
            {
                (met, serverLife) = (met ?? server, server.Life);
                served(server);
                Back(server, () => answers++);
            },
            place => Back(place, () => End("no session")));
        process.After(within, () =>
        {
            if (answers == asked) End("no answer on the held session");
            else process.After(Nap, () => Look(serverLife));
        });
    }

    private void Look(int serverLife)
    {
        if (isOver) return;
        Ask(Nap, server =>
        {
            if (server != met || server.Life != serverLife) Back(server, () => End("the held session broke"));
        });
    }

    // What the kernel sends is repeated until it is heard.
    private void Back(ModelServer from, Action hear) => Back(from.Place, hear);

    private void Back(int place, Action hear) =>
        process.World.Network.Send(place, process.Place, () => process.Hear(life, hear), isRepeated: true);

    private void End(string because)
    {
        if (isOver) return;
        isOver = true;
        ended(because);
    }
}
