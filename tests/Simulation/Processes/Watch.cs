using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Simulation.Histories;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// Watches while it may: the real watch machine, carried out as Flow/Watching/ClusterWatch does. Around it stands in for
/// WatchClusters and SaveSightings: who watches, what is read from the store and what is written to it.
/// </summary>
public sealed partial class Watch(ModelProcess process)
{
    public const string LeaseName = "shard";

    private static readonly TimeSpan SettleEvery = TimeSpan.FromSeconds(1), RefreshEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TakeAgainAfter = TimeSpan.FromSeconds(2);

    private readonly Dictionary<InstanceKey, Instance> saved = [];
    private HeldLease? lease;
    private WatchRun? run;
    private Topology? topology;

    private long refreshedAt;

    // Grows with every watch: what was asked for in an earlier one is not heard any more.
    private int watches;

    public bool MayAct => World.Shape.EveryoneWatches || lease is { } held && held.Left > TimeSpan.Zero;

    public bool IsWatching => run is not null;

    /// <summary>Every member was looked at since the ledger said that a recovery of another process opened it.</summary>
    public bool IsLookedAt => run!.Picture.IsLookedAt;

    public Topology Topology
    {
        get
        {
            var now = run!.Picture.TopologyAt(process.Wall);
            if (ReferenceEquals(now, topology)) return now;
            TakenAt = process.Running;
            return topology = now;
        }
    }

    /// <summary>When that was put together: what stands in it may be older.</summary>
    public TimeSpan TakenAt { get; private set; }

    private World World => process.World;

    public void Begin() => process.After(TimeSpan.FromTicks(process.Random.Between(0, TimeSpan.TicksPerSecond)), Take);

    private void Take()
    {
        if (World.Shape.EveryoneWatches)
        {
            Load();
            return;
        }
        var name = $"{process.Name}/{process.Life}";
        HeldLease.TryTake(process, LeaseName, name, outlivesSilence: true, taken =>
        {
            if (taken is null)
            {
                process.After(TakeAgainAfter, Take);
                return;
            }
            lease = taken;
            taken.OnLost = Stop;
            Load();
        }, () => process.After(TakeAgainAfter, Take));
    }

    // Another process watches. What this one saw is of no use when it is its turn again: it looks at everybody first.
    private void Stop()
    {
        (lease, run, topology) = (null, null, null);
        watches++;
        heard.Clear();
        Take();
    }

    private void Load()
    {
        var watch = watches;
        process.Call(Read, stored => If(watch, () => Start(stored.Servers, stored.Ledger)), () => process.After(TakeAgainAfter, () => If(watch, Load)));
    }

    private void Start(Storing.StoredServer[] stored, Ledger ledger)
    {
        var watch = watches;
        var picture = new ClusterPicture(World.Cluster, "", null, ledger, StoredMembers.Of(stored, ledger));
        World.Play?.Say(process.Name, "watches");
        var chance = (ulong)process.Random.Between(0, long.MaxValue);
        // The text of a sighting takes its time; where nobody moves, nobody is let go.
        var saved = World.Shape.AddressFault == AddressFault.None ? SavedSightings.None : StoredMembers.Saved(stored);
        Take(WatchMachine.Begin(WatchMachine.Of(picture, saved), Policy, chance, Now));
        process.After(RefreshEvery, () => If(watch, Refresh));
        process.After(SettleEvery, () => If(watch, Settle));
        if (World.Shape.AddressFault != AddressFault.None) process.After(SettleEvery, () => If(watch, SaveLoop));
    }

    private void If(int watch, Action act)
    {
        if (watch == watches) act();
    }

    // What operators and other processes declared.
    private void Refresh()
    {
        RefreshNow();
        var watch = watches;
        process.After(RefreshEvery, () => If(watch, Refresh));
    }

    /// <summary>Something was discovered, or it is time.</summary>
    public void RefreshNow()
    {
        if (!IsWatching) return;
        var (watch, askedAt) = (watches, World.Now);
        process.Call(
            s => (Read: Read(s), IsSaved: World.Shape.AddressFault == AddressFault.None && Save(s)),
            answer => If(watch, () => Refresh(answer.Read.Servers, answer.Read.Ledger, askedAt)),
            () => { });
    }

    // Every second (Flow/Watching/SaveSightings). Histories in which nobody moves save when they read, and stay as they were.
    private void SaveLoop()
    {
        var watch = watches;
        process.Call(Save, static _ => { }, static () => { });
        process.After(SettleEvery, () => If(watch, SaveLoop));
    }

    private static (Storing.StoredServer[] Servers, Ledger Ledger) Read(Storing.ModelStore store) => ([.. store.Servers], store.Ledger);

    /// <summary>
    /// Takes in what is declared and owed in the store, unless what was read later was taken in already. Histories in which
    /// nobody moves do not ask, and stay as they were.
    /// </summary>
    public void Refresh(Storing.StoredServer[] stored, Ledger kept, long askedAt)
    {
        if (World.Shape.AddressFault != AddressFault.None && refreshedAt > askedAt) return;
        refreshedAt = World.Now;
        Hear(new WatchEvent.Declared("", null, kept, [.. StoredMembers.Of(stored, kept)]));
    }

    /// <summary>Takes over a ledger, unless it knows a later one.</summary>
    public void Keep(Ledger kept) => Hear(new WatchEvent.Kept(kept));

    /// <summary>Takes in a sighting by a recovery of this process: it may be the last one of a server that is lost a moment later.</summary>
    public void Take(InstanceKey key, ProbeOutcome sighting)
    {
        if (sighting.Sighted is not null) Hear(new WatchEvent.Sighted(key, sighting, BegunAwake: null));
    }

    // What is seen to be paid is taken out of the ledger, while no recovery writes it (Flow/Watching/SaveSightings).
    private void Settle()
    {
        var watch = watches;
        process.After(SettleEvery, () => If(watch, Settle));
        var ledger = run!.Picture.Ledger;
        if (!MayAct || ledger.Running.Length > 0 || !run.Picture.IsLookedAt) return;
        var (seen, looked) = (Topology, run.Picture.LookedSinceLedger);
        var paid = Settlement.Of(ledger, seen, process.Wall, looked.Contains);
        if (ReferenceEquals(paid, ledger)) return;
        process.Call(s => s.Ledger, stored =>
        {
            Keep(stored);
            // What a later ledger says may have been done after these looks.
            if (stored.Version != ledger.Version) return;
            var settled = stored with { Entries = paid.Entries, Version = stored.Version + 1 };
            process.Call(s => s.Settle(settled) ? s.Ledger : null, kept =>
            {
                if (kept is not null) Keep(kept);
            }, () => { });
        }, () => { });
    }

    // What was stored already is not stored again (Core/Watching/SavedSightings): somebody may have stored another server
    // there since. Histories in which nobody moves stay as they were.
    private bool IsNews(Member member, Instance seen)
    {
        if (World.Shape.AddressFault == AddressFault.None) return true;
        if (ClusterPicture.IsUnknown(member) || ReferenceEquals(saved.GetValueOrDefault(member.Key), seen)) return false;
        if (!member.IsSeen && member.LastSeenAt + TimeSpan.FromSeconds(5) < process.Wall) return false;
        saved[member.Key] = seen;
        return true;
    }

    // Sightings are news for the store.
    private bool Save(Storing.ModelStore store)
    {
        if (!MayAct || run is null) return false;
        foreach (var (key, member) in run.Picture.Members)
        {
            if (member.LastSeen is not { } seen) continue;
            if (store.RowOf(key) is not { } row || !IsNews(member, seen)) continue;
            store.Put(row with { LastSeen = seen, LastSeenAt = member.LastSeenAt });
            if (!run.Saved.Has(key) && World.Shape.AddressFault != AddressFault.None)
                run = run with { Saved = run.Saved.With(key, SavedSighting.OfMember(member)) };
        }
        return true;
    }
}
