using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>
/// A server as a source: dump threads, heartbeats, commits that wait for acknowledgements. Manual: "Semisynchronous
/// Replication" (wait point AFTER_SYNC, wait_for_replica_count, timeout, wait_no_replica=ON).
/// </summary>
public sealed class SourceSide(ModelServer server)
{
    private readonly List<PendingCommit> pending = [];
    private readonly List<Action> stuck = [], held = [];
    private readonly List<Stream> streams = [];
    private readonly List<Action> onDrained = [];
    private long lastLeft = -1;

    public bool IsSemiSync { get; private set; }

    /// <summary>It waits for acknowledgements now; not after it fell back.</summary>
    public bool IsActive { get; private set; }

    public int WaitFor { get; private set; } = 1;
    public long TimeoutMilliseconds { get; private set; } = 10_000;

    /// <summary>Rpl_semi_sync_source_clients: dump threads of acknowledging replicas, dead ones too until they notice.</summary>
    public int Clients => streams.Count(s => s.IsSemiSync && !s.IsBroken);

    /// <summary>Whom it sends its binary log to (SHOW REPLICAS).</summary>
    public IEnumerable<ModelServer> Replicas => streams.Where(s => !s.IsBroken).Select(s => s.Replica);

    /// <summary>No acknowledging replica was lost since.</summary>
    public bool NobodyLeftSince(long instant) => lastLeft < instant;

    public bool HasPending => pending.Count > 0;

    private World World => server.World;

    /// <summary>Somebody commits. Told: null was refused, true by the rule, false without it.</summary>
    public void Write(Author by, Action<Transaction?, bool> answer, EventNames? events = null)
    {
        if (server.IsBeingClosed)
        {
            held.Add(() => Write(by, answer, events));
            return;
        }
        if (!server.Flavour.LetsWrite(by) || server.Admission.IsOffline)
        {
            answer(null, false);
            return;
        }
        if (server.IsDiskFull)
        {
            stuck.Add(() => Write(by, answer, events));
            return;
        }
        var one = World.NewTransaction(server, by, events);
        Commit(one, byRule => answer(one, byRule));
    }

    /// <summary>Commits a transaction of a client or of the applier.</summary>
    public void Commit(Transaction one, Action<bool> done)
    {
        server.Log(one);
        if (!IsSemiSync || !IsActive)
        {
            server.Executed.Add(one);
            done(false);
            return;
        }
        var commit = new PendingCommit(one, server.BinaryLog.Count, done);
        pending.Add(commit);
        if (TimeoutMilliseconds < 1_000_000)
            server.After(TimeoutMilliseconds * Ticks.Millisecond, () =>
            {
                if (pending.Contains(commit)) FallBack();
            });
        Release();
    }

    public void SetSemiSync(bool asSource, int waitFor, long timeout)
    {
        (WaitFor, TimeoutMilliseconds) = (server.Flavour.CountsAcknowledgements ? waitFor : 1, timeout);
        if (asSource == IsSemiSync) return;
        IsSemiSync = asSource;
        IsActive = asSource;
        // Switching it off lets through what waits (seen on 9.7.4; the fence leaves it on for that reason).
        if (!asSource) FallBack();
    }

    /// <summary>Clients in a commit are cut off (offline_mode): it goes on waiting, and nobody is told.</summary>
    public void DropClients()
    {
        foreach (var commit in pending) commit.IsClientGone = true;
    }

    /// <summary>Becoming read-only waits for commits that began before (global read lock).</summary>
    public void WhenDrained(Action then)
    {
        if (pending.Count == 0 && stuck.Count == 0) then();
        else onDrained.Add(then);
    }

    /// <summary>New writes wait while the server is being closed, for what becomes of that.</summary>
    public void LetHeldGoOn()
    {
        if (server.IsBeingClosed) return;
        var all = held.ToArray();
        held.Clear();
        foreach (var one in all) one();
    }

    public void Connect(Stream stream)
    {
        // A second dump thread of the same server_uuid ends the first (manual, "server_uuid").
        foreach (var old in streams.Where(s => s.Replica == stream.Replica)) old.IsBroken = true;
        streams.RemoveAll(s => s.IsBroken);
        streams.Add(stream);
        // What the replica has already is not acknowledged by connecting: the next transaction it gets does that.
        stream.LastSent = World.Now;
        Beat(stream);
        Send(stream);
    }

    public void Disconnect(Stream stream)
    {
        (stream.IsBroken, lastLeft) = (true, World.Now);
        streams.Remove(stream);
    }

    public void Acknowledge(Stream stream, int end)
    {
        if (stream.IsBroken || end <= stream.Acknowledged) return;
        stream.Acknowledged = end;
        // It waits again as soon as replicas have caught up with its log.
        if (IsSemiSync && !IsActive && Count(server.BinaryLog.Count) >= WaitFor) IsActive = true;
        Release();
    }

    public void Pump()
    {
        foreach (var stream in streams) Send(stream);
    }

    public void SpaceIsBack()
    {
        var all = stuck.ToArray();
        stuck.Clear();
        foreach (var one in all) one();
        Drain();
    }

    public void Die(bool withHost)
    {
        pending.Clear();
        stuck.Clear();
        held.Clear();
        onDrained.Clear();
        // The kernel resets the connections of a dead process; nobody does when the machine is gone.
        DropReplicas(isTold: !withHost);
    }

    /// <summary>Ends the connections of replicas.</summary>
    /// <param name="isTold">They are reset, so that the replicas notice.</param>
    public void DropReplicas(bool isTold)
    {
        lastLeft = World.Now;
        foreach (var stream in streams.ToArray())
        {
            stream.IsBroken = true;
            if (isTold) World.Network.Send(server.Place, stream.Replica.Place, () => stream.Replica.Replica.Broken(stream));
        }
        streams.Clear();
    }

    public void Start() => IsActive = IsSemiSync;

    private int Count(int end) => streams.Count(s => s.IsSemiSync && !s.IsBroken && s.Acknowledged >= end);

    private void Release()
    {
        while (pending.Count > 0 && Count(pending[0].End) >= WaitFor) Finish(byRule: true);
        Drain();
    }

    private void FallBack()
    {
        IsActive = false;
        while (pending.Count > 0) Finish(byRule: false);
        Drain();
    }

    private void Finish(bool byRule)
    {
        var commit = pending[0];
        pending.RemoveAt(0);
        server.Executed.Add(commit.Transaction);
        if (!commit.IsClientGone) commit.Done(byRule);
    }

    private void Drain()
    {
        if (onDrained.Count == 0 || pending.Count > 0 || stuck.Count > 0) return;
        var all = onDrained.ToArray();
        onDrained.Clear();
        foreach (var one in all) one();
    }

    // Over a cut link nothing is taken from the log: TCP would repeat it, in order, when the link is whole again.
    private void Send(Stream stream)
    {
        if (server.IsPaused || World.Network.IsCut(server.Place, stream.Replica.Place)) return;
        while (stream.Next < server.BinaryLog.Count)
        {
            var one = server.BinaryLog[stream.Next++];
            if (stream.Has.Has(one)) continue;
            var end = stream.Next;
            Deliver(stream, () => stream.Replica.Replica.Receive(stream, one, end));
        }
    }

    private void Deliver(Stream stream, Action arrive)
    {
        stream.LastSent = World.Now;
        var delay = World.Network.Delay(server.Place, stream.Replica.Place);
        stream.LastArrival = Math.Max(stream.LastArrival + 1, World.Now + delay);
        World.Queue.At(stream.LastArrival, () => stream.Replica.Arrive(arrive, static () => { }));
    }

    // Heartbeats are sent while nothing else is (SOURCE_HEARTBEAT_PERIOD); what a cut link kept back is repeated sooner.
    private void Beat(Stream stream) => server.After(Ticks.Second, () =>
    {
        if (stream.IsBroken) return;
        Send(stream);
        var period = stream.Replica.Shape.Heartbeat;
        var isDue = period > 0 && World.Now - stream.LastSent >= period;
        if (isDue && !World.Network.IsCut(server.Place, stream.Replica.Place))
            Deliver(stream, () => stream.Replica.Replica.Hear(stream));
        Beat(stream);
    });
}
