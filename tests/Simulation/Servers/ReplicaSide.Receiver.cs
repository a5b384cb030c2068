using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Servers.Flavours;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <content>The receiver connects, notices silence and connects again.</content>
public sealed partial class ReplicaSide
{
    private static readonly long Retry = Ticks.Second; // SOURCE_CONNECT_RETRY=1

    /// <summary>Since when every try to log in was refused; long.MaxValue where the last one was not.</summary>
    public long TurnedAwaySince { get; private set; } = long.MaxValue;

    /// <summary>Its source has a dump thread for it.</summary>
    public bool IsConnected => stream is { IsBroken: false };

    private void Drop(bool tellSource)
    {
        attempt++;
        if (stream is not { } old) return;
        stream = null;
        if (tellSource) World.Network.Send(server.Place, old.Source.Place, () => old.Source.Source.Disconnect(old));
    }

    private void Reconnect(int error)
    {
        Drop(tellSource: true);
        if (Receiver == ReplicationThread.Stopped) return;
        (Receiver, ReceiverError, TurnedAwaySince) = (ReplicationThread.Connecting, error, long.MaxValue);
        Connect();
    }

    private void Connect()
    {
        if (Address is not { } address || Receiver != ReplicationThread.Connecting) return;
        var mine = ++attempt;
        var life = server.Life;
        var isSemiSync = Acknowledges;
        var has = server.Flavour.Announce();
        bool IsStale() => mine != attempt || life != server.Life || Receiver != ReplicationThread.Connecting;
        void Answer(int from, Action then) => World.Network.Send(from, server.Place, () => server.Arrive(() =>
        {
            if (!IsStale()) then();
        }, static () => { }));
        World.Addresses.Ask(
            server.Place, address, source => Accept(source, has, isSemiSync, then => Answer(source.Place, then)),
            from => Answer(from, () => (ReceiverError, TurnedAwaySince) = (2003, long.MaxValue)));
        server.After(Retry, () =>
        {
            if (!IsStale()) Connect();
        });
    }

    private void Accept(ModelServer source, IHoldings has, bool isSemiSync, Action<Action> answer)
    {
        // It tries again and again.
        if (source.Admission.LoginError is var refused and not 0)
        {
            answer(() => (ReceiverError, TurnedAwaySince) = (refused, Math.Min(TurnedAwaySince, World.Now)));
            return;
        }
        var error = source == server ? server.Flavour.FollowsItself : source.Flavour.WhyNot(server, has);
        if (error != 0)
        {
            answer(() => (Receiver, ReceiverError) = (ReplicationThread.Stopped, error));
            return;
        }
        var fresh = new Stream(source, server, has, isSemiSync);
        answer(() =>
        {
            (stream, Source) = (fresh, source);
            (Receiver, ReceiverError, lastHeard, HasConnected) = (ReplicationThread.Running, 0, World.Now, true);
            (RunsSince, TurnedAwaySince) = (World.Now, long.MaxValue);
            Heard++;
            WatchSilence(fresh);
            source.Arrive(() => source.Source.Connect(fresh), static () => { });
        });
    }

    // replica_net_timeout: the receiver says that it runs until then, and the error stays empty at first.
    private void WatchSilence(Stream of) => server.After(server.Shape.NetTimeout, () =>
    {
        if (of != stream) return;
        if (World.Now - lastHeard >= server.Shape.NetTimeout) Reconnect(0);
        else WatchSilence(of);
    });
}
