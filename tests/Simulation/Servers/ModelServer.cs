using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Servers.Flavours;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>
/// One server of a history: its life, its flags and its binary log. What it does as a source is in
/// <see cref="SourceSide"/>, as a replica in <see cref="ReplicaSide"/>, on command in <see cref="StatementRun"/>, what
/// MySQL and MariaDB do otherwise in <see cref="Flavours.Flavour"/>. It knows nothing of the product and of what a plan foretells.
/// </summary>
public sealed class ModelServer
{
    private readonly List<Action> waiting = [];

    public ModelServer(World world, int index, ServerShape shape)
    {
        (World, Index, Shape) = (world, index, shape);
        Address = Key = new InstanceKey($"db{index + 1}", InstanceKey.DefaultPort);
        Name = Key.Host;
        ApplyTakes = shape.ApplyTakes;
        (ReadOnly, AreFlagsSet, OpenSince) = (true, !shape.ReadOnlyAtStart, long.MaxValue);
        Flavour = Flavour.Of(this, world.Shape.Flavor);
        Source = new SourceSide(this);
        Replica = new ReplicaSide(this);
        Admission = new Admission(this);
    }

    public World World { get; }
    public int Index { get; }

    /// <summary>What the story calls it, wherever it listens.</summary>
    public string Name { get; }

    /// <summary>Where it listens, or will when it is started.</summary>
    public InstanceKey Address { get; set; }

    /// <summary>What the product calls it: the address by which it is stored (<see cref="Storing.ModelStore"/>).</summary>
    public InstanceKey Key { get; set; }

    /// <summary>Since when the product can know where it listens; long.MaxValue while it is stored by another address.</summary>
    public long FoundSince { get; set; } = long.MinValue;

    public ServerShape Shape { get; }
    public Flavour Flavour { get; }
    public SourceSide Source { get; }
    public ReplicaSide Replica { get; }
    public Admission Admission { get; }

    /// <summary>A channel from outside of the cluster; null where there is none.</summary>
    public OtherChannel? Other { get; set; }

    /// <summary>Where it stands in the network.</summary>
    public int Place => Index;

    public bool IsUp { get; private set; } = true;

    /// <summary>The whole machine is gone: nobody answers that nothing listens there.</summary>
    public bool IsHostDown { get; private set; }

    public bool IsPaused { get; private set; }
    public bool IsRunning => IsUp && !IsPaused;

    /// <summary>Grows with every start: sessions of an earlier one are broken.</summary>
    public int Life { get; private set; }

    /// <summary>When it was started; the first time before the history.</summary>
    public long StartedAt { get; private set; } = -Ticks.Of(3600);

    /// <summary>Since when it has been running without a standstill.</summary>
    public long RunningSince { get; private set; }

    /// <summary>How long the applier takes for one transaction, in ticks.</summary>
    public long ApplyTakes { get; set; }

    public bool ReadOnly { get; set; }
    public bool SuperReadOnly { get; set; }

    /// <summary>
    /// A statement has set one of the flags since the start ("The variables_info Table": DYNAMIC, until a restart).
    /// </summary>
    public bool AreFlagsSet { get; set; }

    /// <summary>Its scheduled events; null where nobody may see them.</summary>
    public ScheduledEvents? Events { get; set; }

    public bool IsDiskFull { get; private set; }

    /// <summary>Parts of a probe that it refuses to answer.</summary>
    public InstanceParts Unanswered { get; private set; }

    /// <summary>Since when it has told whom it follows; long.MaxValue while it refuses to.</summary>
    public long TellsLinksSince { get; private set; } = long.MinValue;

    /// <summary>Since when <see cref="AcceptsWrites"/> has been true; long.MaxValue while it is not.</summary>
    public long OpenSince { get; private set; }

    /// <summary>Since when it has accepted no writes, or not run; long.MaxValue while it accepts them.</summary>
    public long ClosedSince { get; private set; }

    /// <summary>By order of commit; the dump threads send it, a restart recovers from it.</summary>
    public List<Transaction> BinaryLog { get; } = [];

    /// <summary>gtid_executed.</summary>
    public TransactionSet Executed { get; } = new();

    /// <summary>What the binary log has or had: commits that still wait for acknowledgements too.</summary>
    public TransactionSet Logged { get; } = new();

    /// <summary>Statements that wait here to make the server read-only.</summary>
    public List<StatementRun> Closing { get; } = [];

    /// <summary>Sessions that are told when the server's process dies: the kernel resets them.</summary>
    public List<Action> OnReset { get; } = [];

    /// <summary>What was sent before this on a session of ours and arrives later is thrown away: the session was ended.</summary>
    public long SessionsEndedAt { get; set; }

    /// <summary>gtid_purged.</summary>
    public TransactionSet Purged { get; } = new();

    /// <summary>A write of an ordinary client that arrives now is not refused.</summary>
    public bool AcceptsWrites => IsUp && !ReadOnly && !SuperReadOnly;

    /// <summary>A statement that makes it read-only waits for commits that began before (global read lock).</summary>
    public bool IsBeingClosed => Closing.Count > 0 && !ReadOnly;

    public void NoteFlags()
    {
        if (!AcceptsWrites) OpenSince = long.MaxValue;
        else if (OpenSince == long.MaxValue) OpenSince = World.Now;
        if (AcceptsWrites) ClosedSince = long.MaxValue;
        else if (ClosedSince == long.MaxValue) ClosedSince = World.Now;
        World.Judge.FlagsChanged(this);
    }

    /// <summary>A request of somebody arrives. A paused server takes connections in (the kernel does) and answers later.</summary>
    public void Arrive(Action serve, Action refuse)
    {
        if (IsHostDown) return;
        if (!IsUp) refuse();
        else if (IsPaused) waiting.Add(serve);
        else serve();
    }

    /// <summary>Happens on this server after a while, unless it dies before; later when it is paused.</summary>
    public void After(long ticks, Action happens)
    {
        var life = Life;
        World.Queue.At(World.Now + ticks, () => InLife(life, happens));
    }

    /// <summary>kill -9, or power off.</summary>
    public void Kill(bool withHost)
    {
        if (withHost) IsHostDown = true;
        if (!IsUp) return;
        (IsUp, IsPaused) = (false, false);
        Life++;
        waiting.Clear();
        Closing.Clear();
        if (!withHost) foreach (var reset in OnReset) reset();
        OnReset.Clear();
        Source.Die(withHost);
        Replica.Die(withHost);
        World.Play?.Say(Name, withHost ? "loses power" : "is killed");
        NoteFlags();
    }

    /// <summary>
    /// Crash recovery commits what stands in the binary log ("Two-phase commit of the binary log and InnoDB"); flags are
    /// those of the configuration file (SET GLOBAL is not kept).
    /// </summary>
    public void Start()
    {
        IsHostDown = false;
        if (IsUp) return;
        IsUp = true;
        Life++;
        (StartedAt, RunningSince) = (World.Now, World.Now);
        (ReadOnly, SuperReadOnly, AreFlagsSet, IsDiskFull) = (Shape.ReadOnlyAtStart, false, false, false);
        Admission.Restarted();
        foreach (var one in BinaryLog) Executed.Add(one);
        World.Play?.Say(Name, $"starts {(ReadOnly ? "read-only" : "writable")}");
        Source.Start();
        Replica.Start();
        NoteFlags();
    }

    public void Pause()
    {
        if (!IsRunning) return;
        IsPaused = true;
        World.Play?.Say(Name, "stands still");
    }

    public void Continue()
    {
        if (!IsPaused) return;
        (IsPaused, RunningSince) = (false, World.Now);
        World.Play?.Say(Name, "goes on");
        var life = Life;
        var all = waiting.ToArray();
        waiting.Clear();
        foreach (var one in all) InLife(life, one);
    }

    /// <summary>Writes wait for space ("How MySQL Handles a Full Disk"); reads work.</summary>
    public void FillDisk(bool isFull)
    {
        if (!IsUp || IsDiskFull == isFull) return;
        IsDiskFull = isFull;
        World.Play?.Say(Name, isFull ? "has a full disk" : "has space again");
        if (isFull) return;
        Source.SpaceIsBack();
        Replica.SpaceIsBack();
    }

    /// <summary>From now on it refuses to tell these parts, and answers every other question.</summary>
    public void Refuse(InstanceParts parts)
    {
        var told = !Unanswered.HasFlag(InstanceParts.Replication);
        Unanswered = parts;
        if (parts.HasFlag(InstanceParts.Replication)) TellsLinksSince = long.MaxValue;
        else if (!told) TellsLinksSince = World.Now;
        World.Play?.Say(Name, parts == InstanceParts.None ? "answers every question" : $"refuses to tell {parts}");
    }

    /// <summary>PURGE BINARY LOGS up to so many transactions from the end.</summary>
    public void Purge(int kept)
    {
        for (var i = 0; i < BinaryLog.Count - kept; i++) Purged.Add(BinaryLog[i]);
    }

    /// <summary>A transaction is in the binary log: dump threads see it at once.</summary>
    public void Log(Transaction one)
    {
        BinaryLog.Add(one);
        Logged.Add(one);
        Flavour.Logged(one);
        Source.Pump();
    }

    private void InLife(int life, Action happens)
    {
        if (life != Life || !IsUp) return;
        if (IsPaused) waiting.Add(() => InLife(life, happens));
        else happens();
    }
}
