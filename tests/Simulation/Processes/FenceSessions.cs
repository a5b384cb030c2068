using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// Sessions held open to every address (MySql/Sessions/FenceSession): a fence sent on one waits in the server's socket
/// for up to an hour, and ends with the process that sent it. It is not sent to another server than the one it is meant
/// for, which a session tells when it is opened.
/// </summary>
public sealed class FenceSessions(ModelProcess process)
{
    private readonly bool[] pending = new bool[Addresses.Most];
    private bool isDead;

    private Addresses Addresses => process.World.Addresses;

    public bool IsPending(InstanceKey key) => pending[Addresses.NumberOf(key)];

    /// <summary>Told: true when it is fenced, false when it is refused; nothing while it waits.</summary>
    /// <param name="meant">What tells that server from all others (ServerIdentity.LastingOf); empty when it is not known.</param>
    /// <param name="begins">It takes effect at that server.</param>
    public void Send(InstanceKey key, string meant, Action<ModelServer> begins, Action<bool> then)
    {
        var (life, at, sentAt) = (process.Life, Addresses.NumberOf(key), process.World.Now);
        pending[at] = true;
        var isOver = false;
        void End(bool isDone) => process.Hear(life, () =>
        {
            if (isOver) return;
            (isOver, pending[at]) = (true, false);
            then(isDone);
        });
        void Back(int place, bool isDone) => process.World.Network.Send(place, process.Place, () => End(isDone));
        Addresses.Ask(
            process.Place, key,
            server =>
            {
                if (isDead || sentAt < server.SessionsEndedAt) return;
                if (meant.Length > 0 && meant != Sighting.IdentityOf(server))
                {
                    Back(server.Place, false);
                    return;
                }
                begins(server);
                var run = new StatementRun(server, [new Statement.Close(CutsClientsOff: true)], error => Back(server.Place, error.Length == 0)) { IsOurs = true };
                server.OnReset.Add(() => Back(server.Place, false));
                run.Begin();
            },
            place => Back(place, false), isRepeated: true, isThere: server => !isDead && sentAt >= server.SessionsEndedAt);
    }

    public void Withdrawn(InstanceKey key) => pending[Addresses.NumberOf(key)] = false;

    public void Die() => isDead = true;
}
