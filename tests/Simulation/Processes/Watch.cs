using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
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
    private readonly TimeSpan[] lookedFrom = new TimeSpan[8];
    private TimeSpan ledgerKnownAt = TimeSpan.MinValue;
    private HeldLease? lease;
    private Topology? topology;
    private Ledger ledger = Ledger.Empty;
    private bool isAsleep;

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
        HeldLease.TryTake(process, LeaseName, name, outlivesSilence: true, taken =>
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

    private void Watching() => process.Call(Read, stored =>
    {
        Refresh(stored.Servers, stored.Ledger);
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
        : members[i] with { IsFormerPrimary = stored.IsFormerPrimary, PromotionRule = stored.PromotionRule, Downtime = stored.Downtime };

    private void Refresh()
    {
        process.Call(s => (Read: Read(s), IsSaved: Save(s)), answer => Refresh(answer.Read.Servers, answer.Read.Ledger), () => { });
        process.After(RefreshEvery, Refresh);
    }

    private static (Storing.StoredServer[] Servers, Ledger Ledger) Read(Storing.ModelStore store) => ([.. store.Servers], store.Ledger);

    /// <summary>Takes in what is declared and owed in the store.</summary>
    public void Refresh(Storing.StoredServer[] stored, Ledger kept)
    {
        Keep(kept);
        var declared = StoredMembers.Of(World, stored, ledger);
        for (var i = 0; i < members.Length; i++) Take(i, declared[i]);
        topology = null;
    }

    /// <summary>Takes over a ledger, unless it knows a later one.</summary>
    public void Keep(Ledger kept)
    {
        if (kept.Version < ledger.Version) return;
        if (kept.Version > ledger.Version) ledgerKnownAt = process.Running;
        (ledger, topology) = (kept, null);
        for (var i = 0; i < members.Length; i++) members[i] = members[i] with { IsFormerPrimary = kept.IsFormerPrimary(members[i].Key) };
    }

    /// <summary>Takes in a sighting by a recovery of this process: it may be the last one of a server that is lost a moment later.</summary>
    public void Take(InstanceKey key, ProbeOutcome sighting)
    {
        if (!IsWatching || sighting.Sighted is null) return;
        Observe(World.ServerOf(key).Index, sighting, process.Awake);
        // When that look was begun is not known here.
        lookedFrom[World.ServerOf(key).Index] = TimeSpan.MinValue;
    }

    // What is seen to be paid is taken out of the ledger, while no recovery writes it (Flow/Watching/Sightings).
    private void Settle()
    {
        if (!MayAct || ledger.Running.Length > 0 || members.Any(m => m.Outcome == StoredMembers.NotProbed)) return;
        var (seen, known, from, since) = (Topology, ledger, lookedFrom.ToArray(), ledgerKnownAt);
        var paid = Settlement.Of(known, seen, process.Wall, key => from[World.ServerOf(key).Index] > since);
        if (ReferenceEquals(paid, known)) return;
        process.Call(s => s.Ledger, stored =>
        {
            Keep(stored);
            // What a later ledger says may have been done after these looks.
            if (stored.Version != known.Version) return;
            var settled = stored with { Entries = paid.Entries, Version = stored.Version + 1 };
            process.Call(s => s.Settle(settled) ? s.Ledger : null, kept =>
            {
                if (kept is not null) Keep(kept);
            }, () => { });
        }, () => { });
    }

    // Sightings are news for the store.
    private bool Save(Storing.ModelStore store)
    {
        if (!MayAct) return false;
        for (var i = 0; i < members.Length; i++)
            if (members[i].LastSeen is { } seen)
                store.Servers[i] = store.Servers[i] with { LastSeen = seen, LastSeenAt = members[i].LastSeenAt };
        return true;
    }
}
