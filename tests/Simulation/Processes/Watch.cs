using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// Stands in for the watch loop of Flow/Watching, which is still made of tasks: it probes every member, looks closely
/// at a silent source and its replicas, and judges with the real analyzer. It will give way to the watch machine.
/// </summary>
public sealed partial class Watch
{
    public const string LeaseName = "shard";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), ProbeTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SuspectTimeout = TimeSpan.FromMilliseconds(500), FormerInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(5), DeadMost = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TakeAgainAfter = TimeSpan.FromSeconds(2), SilenceThatMatters = TimeSpan.FromSeconds(2);

    /// <summary>The product begins with 5 ms and goes to 100 ms; a history has no time for so many looks.</summary>
    private static readonly TimeSpan PauseFirst = TimeSpan.FromMilliseconds(20), PauseMost = TimeSpan.FromMilliseconds(400);

    private readonly ModelProcess process;
    private readonly Member[] members;
    private readonly TimeSpan?[] failingSince;
    private readonly int[] failures;
    private readonly bool[] suspected;
    private readonly long[] lookedAt = new long[8];
    private HeldLease? lease;
    private Topology? topology;
    private bool isAsleep;
    private Ledger ledger = Ledger.Empty;

    public Watch(ModelProcess process)
    {
        this.process = process;
        var all = World.Servers;
        members = [.. all.Select(s => new Member { Key = s.Key, Outcome = StoredMembers.NotProbed })];
        (failingSince, failures, suspected) = (new TimeSpan?[all.Length], new int[all.Length], new bool[all.Length]);
    }

    public bool MayAct => World.Shape.EveryoneWatches || lease is { } held && held.Left > TimeSpan.Zero;

    public bool IsWatching { get; private set; }

    public Topology Topology
    {
        get
        {
            if (topology is not null) return topology;
            TakenAt = process.Running;
            return topology = new Topology(World.Cluster, process.Wall, members, "", ledger);
        }
    }

    /// <summary>When that was put together: what stands in it may be older.</summary>
    public TimeSpan TakenAt { get; private set; }

    private World World => process.World;

    /// <summary>When the newest look at a server ended, in simulated time.</summary>
    public long LookedAt(ModelServer server) => IsWatching ? lookedAt[server.Index] : long.MaxValue;

    public void Begin() => process.After(TimeSpan.FromTicks(process.Random.Between(0, TimeSpan.TicksPerSecond)), Take);

    private void Take()
    {
        if (World.Shape.EveryoneWatches)
        {
            Watching();
            return;
        }
        var name = $"{process.Name}/{process.Life}";
        HeldLease.TryTake(process, LeaseName, name, taken =>
        {
            if (taken is null)
            {
                Sleep();
                process.After(TakeAgainAfter, Take);
                return;
            }
            (lease, isAsleep) = (taken, false);
            taken.OnLost = () =>
            {
                lease = null;
                Take();
            };
            Watching();
        }, () => process.After(TakeAgainAfter, Take));
    }

    // Another process watches. What this one saw is of no use when it is its turn again: it looks at everybody first.
    private void Sleep()
    {
        if (isAsleep) return;
        isAsleep = true;
        for (var i = 0; i < members.Length; i++) (members[i], failingSince[i]) = (members[i] with { Outcome = StoredMembers.NotProbed }, null);
        topology = null;
    }

    private void Watching() => process.Call(s => s.Servers.ToArray(), stored =>
    {
        var before = StoredMembers.Of(World, stored);
        for (var i = 0; i < members.Length; i++) Take(i, before[i]);
        topology = null;
        if (IsWatching) return;
        IsWatching = true;
        World.Play?.Say(process.Name, "watches");
        for (var i = 0; i < members.Length; i++)
        {
            var at = i;
            process.After(TimeSpan.FromTicks(process.Random.Between(0, Interval.Ticks / 5)), () => ProbeLoop(at));
        }
        process.After(RefreshEvery, Refresh);
        process.After(Interval, Tick);
    }, () => process.After(TakeAgainAfter, Watching));

    // What operators and other processes declared, and what was last seen where this process has not looked yet.
    private void Take(int i, Member stored) => members[i] = members[i].LastSeen is null && members[i].Outcome == StoredMembers.NotProbed
        ? stored
        : members[i] with { PromotionRule = stored.PromotionRule, Downtime = stored.Downtime };

    private void Refresh()
    {
        process.Call(s => (Save(s), s.Servers.ToArray(), s.Ledger), read => Refresh(read.Item2, read.Ledger), () => { });
        process.After(RefreshEvery, Refresh);
    }

    /// <summary>Takes in what is declared in the store.</summary>
    public void Refresh(Storing.StoredServer[] stored, Ledger owed)
    {
        Keep(owed);
        var declared = StoredMembers.Of(World, stored);
        for (var i = 0; i < members.Length; i++) Take(i, declared[i]);
        topology = null;
    }

    /// <summary>Takes over what is owed, unless it knows a later ledger.</summary>
    public void Keep(Ledger owed)
    {
        if (owed.Version < ledger.Version) return;
        (ledger, topology) = (owed, null);
        for (var i = 0; i < members.Length; i++)
            members[i] = members[i] with { IsFormerPrimary = owed.IsFormerPrimary(members[i].Key) };
    }

    // Sightings are news for the store.
    private bool Save(Storing.ModelStore store)
    {
        if (!MayAct) return false;
        for (var i = 0; i < members.Length; i++)
            if (members[i].LastSeen is { } seen)
                store.Servers[i] = store.Servers[i] with { LastSeen = seen, LastSeenAt = members[i].LastSeenAt };
        if (members.All(m => m.Outcome != StoredMembers.NotProbed)) store.Settle(Topology, process.Wall);
        return true;
    }

    // While the store is away it may not act, and looks on.
    private void ProbeLoop(int i)
    {
        if (isAsleep)
        {
            process.After(Interval, () => ProbeLoop(i));
            return;
        }
        Look(i, ProbeTimeout, () =>
        {
            var member = members[i];
            failures[i] = member.IsSeen ? 0 : failures[i] + 1;
            if (member.Outcome.IsEvidenceOfDeath && !member.IsFormerPrimary && HasReplicas(member.Key)) Suspect(i);
            if (member is { IsFormerPrimary: true, IsSeen: true }) Judge(_ => { });
            process.After(PauseAfter(member, failures[i]), () => ProbeLoop(i));
        });
    }

    private static TimeSpan PauseAfter(Member member, int failures)
    {
        if (failures == 0) return Interval;
        if (member.IsFormerPrimary && member.Outcome.IsDefinite) return FormerInterval;
        var backedOff = Interval * Math.Pow(1.5, Math.Min(failures - 1, 20));
        var most = member.IsFormerPrimary ? Interval * 2 : DeadMost;
        return backedOff < most ? backedOff : most;
    }

    private void Tick()
    {
        if (MayAct && !IsAllWell()) Judge(_ => { });
        process.After(Interval, Tick);
    }

    // A server that is silent, and its replicas, until it is seen or something was decided.
    private void Suspect(int i)
    {
        if (suspected[i]) return;
        suspected[i] = true;
        World.Play?.Say(process.Name, $"suspects {World.Servers[i].Name}: {(members[i].Outcome as ProbeOutcome.Failed)?.Says}");
        Round(i, PauseFirst);
    }

    private void Round(int i, TimeSpan pause)
    {
        var key = World.Servers[i].Key;
        if (!MayAct || !HasReplicas(key))
        {
            suspected[i] = false;
            return;
        }
        ModelServer[] all = [World.Servers[i], .. Topology.ReplicasOf(key).Select(r => World.ServerOf(r.Key))];
        var left = all.Length;
        foreach (var one in all)
            Look(one.Index, SuspectTimeout, () =>
            {
                if (--left > 0) return;
                var isCleared = !members[i].Outcome.IsEvidenceOfDeath;
                Judge(isFinal =>
                {
                    if (isCleared || isFinal) suspected[i] = false;
                    else process.After(pause, () => Round(i, pause < PauseMost ? pause * 1.5 : pause));
                });
            });
    }

    private void Look(int i, TimeSpan timeout, Action then)
    {
        var started = process.Awake;
        process.Prober.Look(World.Servers[i], timeout, outcome =>
        {
            Observe(i, outcome, started);
            then();
        });
    }

    private void Observe(int i, ProbeOutcome outcome, TimeSpan started)
    {
        if (!outcome.IsEvidenceOfDeath) failingSince[i] = null;
        else failingSince[i] ??= started;
        var failing = failingSince[i] is { } since ? process.Awake - since : TimeSpan.Zero;
        members[i] = members[i].With(outcome, process.Wall, failing);
        lookedAt[i] = World.Now;
        topology = null;
    }

    private bool HasReplicas(InstanceKey key)
    {
        foreach (var member in members)
            foreach (var link in member.Known?.Links ?? [])
                if (link.Source == key) return true;
        return false;
    }
}
