using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Simulation.Servers;

/// <content>What becomes of the relay log: when the source is changed, when replication starts, when the server does.</content>
public sealed partial class ReplicaSide
{
    /// <summary>A change of the address or RESET REPLICA clears the relay log, applied or not.</summary>
    public void ClearRelayLog()
    {
        LoseRelayLog();
        (ReceiverError, ApplierError) = (0, 0);
    }

    /// <summary>A statement has the server delete it; nobody is blamed for one of a person.</summary>
    public void LoseRelayLog()
    {
        foreach (var one in relay)
            if (isByHand) one.IsLostByHand = true;
            else ThrownAway.Add((one, World.Now));
        relay.Clear();
        Received.Clear();
    }

    public void Forget()
    {
        ClearRelayLog();
        (Source, Address, HasConnected, AloneSince) = (null, null, false, World.Now);
        ReceiverStoppedByHandAt = long.MaxValue;
        server.NoteFlags();
    }

    public void Start()
    {
        // The relay log is not synced with each event (sync_relay_log=10000): a power cut tears its end off.
        var torn = isPowerLost ? Math.Min(relay.Count, random.Below(4)) : 0;
        isPowerLost = false;
        // relay_log_recovery throws away what is not applied and asks the source again.
        var kept = server.Flavour.KeepsRelayLogAtStart ? relay.Count - torn : 0;
        if (kept < relay.Count)
        {
            foreach (var one in relay.Skip(kept)) LostByRestart.Add(one);
            var left = relay.Take(kept).ToArray();
            relay.Clear();
            relay.AddRange(left);
            Received.Clear();
            foreach (var one in left) Received.Add(one);
        }
        if (Source is null) return;
        (Receiver, Applier) = (ReplicationThread.Stopped, ReplicationThread.Stopped);
        NoteStart();
        // skip_replica_start is off: a restart starts what STOP REPLICA had stopped.
        (Receiver, ReceiverError) = (ReplicationThread.Connecting, 0);
        (ReceiverStoppedByHandAt, TurnedAwaySince) = (long.MaxValue, long.MaxValue);
        Connect();
        StartApplier();
    }
}
