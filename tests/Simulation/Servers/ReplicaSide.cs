using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>
/// A server as a replica: one link with a receiver that connects, retries and writes the relay log, and an applier that
/// executes it. Manual: "Replication Threads", "Relay Log", CHANGE REPLICATION SOURCE TO, relay_log_recovery.
/// </summary>
public sealed partial class ReplicaSide(ModelServer server)
{
    private readonly List<Transaction> relay = [];
    private readonly List<Action> stalled = [];
    private readonly List<Action> onSpace = [];
    private readonly Random64 random = server.World.Fork(30 + server.Index);
    private Stream? stream;
    private bool isApplying, isPowerLost;
    private int attempt;
    private long lastHeard;

    /// <summary>
    /// The server it is connected to, was connected to last, or was pointed to; null when it follows nobody. Which one
    /// that is decides who listens at the address when it connects.
    /// </summary>
    public ModelServer? Source { get; private set; }

    /// <summary>Where it connects to; null when it follows nobody.</summary>
    public InstanceKey? Address { get; private set; }

    /// <summary>Since when it follows nobody, where that began in this history.</summary>
    public long AloneSince { get; private set; }

    public ReplicationThread Receiver { get; private set; }
    public ReplicationThread Applier { get; private set; }
    public int ReceiverError { get; private set; }
    public int ApplierError { get; set; }

    /// <summary>Retrieved_Gtid_Set: what the relay log got since it was last cleared.</summary>
    public TransactionSet Received { get; } = new();

    /// <summary>rpl_semi_sync_replica_enabled.</summary>
    public bool Acknowledges { get; private set; }

    /// <summary>How long ago anything arrived (performance_schema.replication_connection_status).</summary>
    public TimeSpan HeardAgo => TimeSpan.FromTicks(World.Now - lastHeard);

    /// <summary>Something arrived from its source lately: it runs in truth, and does not only say so.</summary>
    public bool IsHearing => World.Now - lastHeard < Ticks.Of(1.5);

    /// <summary>Since when something has arrived again and again, without a pause.</summary>
    public long HearsSince { get; private set; }

    /// <summary>Since when the receiver has been connected.</summary>
    public long RunsSince { get; private set; }

    /// <summary>
    /// From whom its receiver was stopped last, when, and whether it heard that source then. Nobody points it elsewhere
    /// without stopping it first.
    /// </summary>
    public (ModelServer? Source, long At, bool WasHearing) StoppedFrom { get; private set; }

    /// <summary>STOP REPLICA statements that have not ended, killed ones too: others of the channel wait for them.</summary>
    public int StopsUnderWay { get; set; }

    /// <summary>It has been connected to this source: it knows its server_uuid.</summary>
    public bool HasConnected { get; private set; }

    /// <summary>Moves with every event and every heartbeat.</summary>
    public int Heard { get; private set; }

    /// <summary>The applier waits for a lock that a client holds: it executes nothing, and stopping it hangs.</summary>
    public bool IsApplierStuck { get; private set; }

    /// <summary>Received, acknowledged maybe, and not executed.</summary>
    public IReadOnlyList<Transaction> Unapplied => relay;

    /// <summary>When each transaction arrived here first.</summary>
    public Dictionary<Transaction, long> ArrivedAt { get; } = [];

    /// <summary>What statements threw away unapplied, and when.</summary>
    public List<(Transaction Transaction, long At)> ThrownAway { get; } = [];

    /// <summary>What a restart lost of the relay log, acknowledged maybe.</summary>
    public TransactionSet LostByRestart { get; } = new();

    public bool IsSilentSource => Address is { } at && World.Addresses.IsSilent(server.Place, at);

    private World World => server.World;

    public void SetSource(ModelServer source, InstanceKey address)
    {
        (Source, Address, HasConnected) = (source, address, HasConnected && Source == source);
        server.NoteFlags();
    }

    public void Follow(ModelServer source)
    {
        (Source, Address, HasConnected) = (source, source.Address, true);
        StartReceiver();
        StartApplier();
    }

    public void StartReceiver()
    {
        if (Source is null || Receiver != ReplicationThread.Stopped) return;
        NoteStart();
        (Receiver, ReceiverError) = (ReplicationThread.Connecting, 0);
        (ReceiverStoppedByHandAt, TurnedAwaySince) = (long.MaxValue, long.MaxValue);
        Connect();
    }

    public void StartApplier()
    {
        if (Source is null) return;
        NoteStart();
        (Applier, ApplierError, ApplierStoppedByHandAt) = (ReplicationThread.Running, 0, long.MaxValue);
        Apply();
    }

    private void NoteStart()
    {
        if (Receiver == ReplicationThread.Stopped && Applier == ReplicationThread.Stopped) server.Flavour.BothStoodStill();
    }

    public void StopReceiver()
    {
        if (Receiver != ReplicationThread.Stopped) StoppedFrom = (Source, World.Now, IsHearing);
        Receiver = ReplicationThread.Stopped;
        Drop(tellSource: true);
    }

    public void StopApplier()
    {
        if (Applier == ReplicationThread.Running) StopApplierOfPerson();
        Applier = ReplicationThread.Stopped;
    }

    public void SetAcknowledging(bool on) => Acknowledges = on;

    public void Stick(bool isStuck)
    {
        IsApplierStuck = isStuck;
        if (!isStuck) Apply();
    }

    /// <summary>An event arrived: it is written to the relay log, acknowledged when asked for, and applied.</summary>
    public void Receive(Stream from, Transaction one, int end)
    {
        if (from != stream || Receiver != ReplicationThread.Running) return;
        if (server.IsDiskFull)
        {
            stalled.Add(() => Receive(from, one, end));
            return;
        }
        Hear(from);
        ArrivedAt.TryAdd(one, World.Now);
        if (server.Flavour.Receives(one)) relay.Add(one);
        Received.Add(one);
        if (from.IsSemiSync)
            World.Network.Send(server.Place, from.Source.Place, () => from.Source.Arrive(() => from.Source.Source.Acknowledge(from, end), static () => { }));
        Apply();
    }

    public void Hear(Stream from)
    {
        if (from != stream || server.IsDiskFull) return;
        if (!IsHearing) HearsSince = World.Now;
        lastHeard = World.Now;
        Heard++;
    }

    /// <summary>The connection was reset.</summary>
    public void Broken(Stream from)
    {
        if (from != stream || !server.IsUp) return;
        Reconnect(2013);
    }

    public void SpaceIsBack()
    {
        var all = stalled.Concat(onSpace).ToArray();
        stalled.Clear();
        onSpace.Clear();
        foreach (var one in all) one();
        Apply();
    }

    /// <summary>A stopping receiver waits for its write to end ("Waiting for someone to free space").</summary>
    public void WhenSpace(Action then)
    {
        if (server.IsDiskFull && Receiver != ReplicationThread.Stopped) onSpace.Add(then);
        else then();
    }

    public void Die(bool withHost)
    {
        isPowerLost |= withHost;
        isApplying = false;
        StopsUnderWay = 0;
        IsApplierStuck = false;
        stalled.Clear();
        onSpace.Clear();
        Drop(tellSource: !withHost);
    }
}
