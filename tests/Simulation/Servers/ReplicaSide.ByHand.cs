using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <content>What a person stopped, to keep something out or to look at it, and nobody has started since.</content>
public sealed partial class ReplicaSide
{
    private long applierStartedByHandAt = -Ticks.Of(3600);
    private bool isByHand;

    /// <summary>long.MaxValue where nobody did, or it was started since.</summary>
    public long ApplierStoppedByHandAt { get; private set; } = long.MaxValue;

    /// <summary>The same of the receiver.</summary>
    public long ReceiverStoppedByHandAt { get; private set; } = long.MaxValue;

    /// <summary>STOP REPLICA SQL_THREAD by a person.</summary>
    public void StopApplierByHand()
    {
        if (!server.IsRunning || Source is null || Applier != ReplicationThread.Running) return;
        World.Play?.Say(server.Name, "has its applier stopped by hand");
        StopApplier();
        ApplierStoppedByHandAt = World.Now;
    }

    /// <summary>STOP REPLICA IO_THREAD by a person.</summary>
    public void StopReceiverByHand()
    {
        if (!server.IsRunning || Source is null || Receiver == ReplicationThread.Stopped) return;
        World.Play?.Say(server.Name, "has its receiver stopped by hand");
        StopReceiver();
        ReceiverStoppedByHandAt = World.Now;
    }

    public void StartApplierByHand()
    {
        if (ApplierStoppedByHandAt == long.MaxValue || !server.IsRunning) return;
        World.Play?.Say(server.Name, "has its applier started by hand");
        ByHand(StartApplier);
        applierStartedByHandAt = World.Now;
    }

    // Who stops it a moment later has not seen that the person wants it to run again: it is left as it was before.
    private void StopApplierOfPerson()
    {
        if (World.Now - applierStartedByHandAt < Ticks.Of(3)) ApplierStoppedByHandAt = World.Now;
    }

    /// <summary>It is opened: what a person stopped on the replica that it was is no wish any more.</summary>
    public void BecomePrimary() => ApplierStoppedByHandAt = Source is null ? long.MaxValue : ApplierStoppedByHandAt;

    public void StartReceiverByHand()
    {
        if (ReceiverStoppedByHandAt == long.MaxValue || !server.IsRunning) return;
        World.Play?.Say(server.Name, "has its receiver started by hand");
        ByHand(StartReceiver);
    }

    private void ByHand(Action act)
    {
        isByHand = true;
        act();
        isByHand = false;
    }

    /// <summary>STOP REPLICA, CHANGE REPLICATION SOURCE TO where that server listens, START REPLICA by a person.</summary>
    public void PointByHand(ModelServer source)
    {
        World.Play?.Say(server.Name, $"is pointed by hand to {source.Name} at {source.Address}");
        StopReceiver();
        StopApplier();
        ByHand(ClearRelayLog);
        SetSource(source, source.Address);
        StartReceiver();
        StartApplier();
    }

    /// <summary>STOP REPLICA and RESET REPLICA ALL by a person.</summary>
    public void ForgetByHand()
    {
        StopReceiver();
        StopApplier();
        if (Source is not null) Forget();
        ApplierStoppedByHandAt = long.MaxValue;
    }
}
