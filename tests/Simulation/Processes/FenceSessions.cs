using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// Sessions held open to every server (MySql/Sessions/FenceSession): a fence sent on one waits in the server's socket
/// for up to an hour, and ends with the process that sent it.
/// </summary>
public sealed class FenceSessions(ModelProcess process)
{
    private readonly bool[] pending = new bool[8];
    private bool isDead;

    public bool IsPending(ModelServer server) => pending[server.Index];

    /// <summary>Told: true when it is fenced, false when it is refused; nothing while it waits.</summary>
    public void Send(ModelServer server, Action<bool> then)
    {
        var (life, at, sentAt) = (process.Life, server.Index, process.World.Now);
        pending[at] = true;
        var isOver = false;
        void End(bool isDone) => process.Hear(life, () =>
        {
            if (isOver) return;
            (isOver, pending[at]) = (true, false);
            then(isDone);
        });
        void Back(bool isDone) => process.World.Network.Send(server.Place, process.Place, () => End(isDone));
        process.World.Network.Send(process.Place, server.Place, () =>
        {
            if (isDead || sentAt < server.SessionsEndedAt) return;
            server.Arrive(
                () =>
                {
                    if (isDead || sentAt < server.SessionsEndedAt) return;
                    var run = new StatementRun(server, [new Statement.Close(CutsClientsOff: true)], error => Back(error.Length == 0)) { IsOurs = true };
                    server.OnReset.Add(() => Back(false));
                    run.Begin();
                },
                () => Back(false));
        }, isRepeated: true);
    }

    public void Withdrawn(ModelServer server) => pending[server.Index] = false;

    public void Die() => isDead = true;
}
