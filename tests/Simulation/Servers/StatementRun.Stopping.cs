using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <content>Stopping replication, and waiting for stops that have not ended.</content>
public sealed partial class StatementRun
{
    // A channel does one thing at a time.
    private void WhenStopped(Action then)
    {
        if (isOver) return;
        if (server.Replica.StopsUnderWay == 0) then();
        else server.After(Ticks.Of(0.01), () => WhenStopped(then));
    }

    private void StopReceiver(Action then)
    {
        isStopping = true;
        server.Replica.WhenSpace(() => StopReceiverNow(then));
    }

    private void StopReceiverNow(Action then)
    {
        var replica = server.Replica;
        if (replica.Receiver == ReplicationThread.Stopped)
        {
            then();
            return;
        }
        replica.StopsUnderWay++;
        server.After(replica.IsSilentSource && server.Flavour.StopsLate ? Ticks.Of(2) : Ticks.Of(0.003), () =>
        {
            replica.StopReceiver();
            replica.StopsUnderWay--;
            then();
        });
    }

    private void Stopped()
    {
        isStopping = false;
        Next();
    }

    // An applier that waits for a client's lock stops only when it gets it.
    private void StopApplier()
    {
        server.Replica.StopsUnderWay++;
        StopApplierWhenFree();
    }

    private void StopApplierWhenFree()
    {
        if (server.Replica.IsApplierStuck)
        {
            server.After(Ticks.Of(0.1), StopApplierWhenFree);
            return;
        }
        server.Replica.StopApplier();
        server.Replica.StopsUnderWay--;
        Stopped();
    }
}
