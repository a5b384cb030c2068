using System.Collections.Immutable;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;

namespace OrchestratorFunctions.Simulation.Storing;

/// <summary>
/// The store of one history: leases, recoveries, members. Every operation is one conditional write or one read, as
/// Storage does them with ETags in one partition; operations of one call that is repeated take effect once.
/// </summary>
public sealed class ModelStore(World world, int servers)
{
    private readonly Dictionary<string, LeaseRow> leases = [];
    private readonly List<Recovery> recoveries = [];
    private readonly Time.Random64 random = world.Fork(2);

    /// <summary>Where it stands in the network.</summary>
    public int Place => Time.Network.Places - 1;

    /// <summary>503 for everybody.</summary>
    public bool IsAway { get; set; }

    /// <summary>It does what it is asked and its answer does not arrive, so often.</summary>
    public double LosesAnswers { get; set; }

    public bool IsRecoveryEnabled { get; set; } = true;
    public StoredServer[] Servers { get; } = [.. Enumerable.Repeat(new StoredServer(), servers)];
    public Recovery? Active { get; private set; }
    public IReadOnlyList<Recovery> Recoveries => recoveries;
    public OperatorWord? Word { get; set; }

    public void Arrive(Action serve, Action answer)
    {
        if (IsAway) return;
        serve();
        if (LosesAnswers == 0 || !random.Chance(LosesAnswers)) answer();
    }

    public LeaseRow? LeaseOf(string name) => leases.GetValueOrDefault(name);

    public LeaseRow? TryAcquire(string name, string holder, TimeSpan length, DateTimeOffset callerNow)
    {
        var stored = leases.GetValueOrDefault(name);
        if (stored is not null && stored.Holder.Length > 0 && stored.Holder != holder && stored.Until > callerNow) return null;
        var epoch = stored is null ? 1 : stored.Holder == holder ? stored.Epoch : stored.Epoch + 1;
        return leases[name] = new LeaseRow(holder, epoch, callerNow + length);
    }

    public LeaseRow? TryRenew(string name, LeaseRow lease, TimeSpan length, DateTimeOffset callerNow) =>
        IsOurs(name, lease) ? leases[name] = lease with { Until = callerNow + length } : null;

    public void Release(string name, LeaseRow lease)
    {
        if (IsOurs(name, lease)) leases[name] = lease with { Holder = "" };
    }

    /// <summary>Somebody else takes a lease, as if it had run out, and lets it go.</summary>
    public void Steal(string name) => leases[name] = leases[name] with { Holder = "", Epoch = leases[name].Epoch + 1 };

    /// <summary>What is owed in the cluster.</summary>
    public Ledger Ledger { get; private set; } = Ledger.Empty;

    /// <param name="known">The ledger that the plan was made with.</param>
    public WriteOutcome Begin(Recovery recovery, Ledger known, Ledger? ledger, string name, LeaseRow lease)
    {
        if (!IsOurs(name, lease)) return WriteOutcome.LeaseLost;
        if (Active is not null || recoveries.Exists(r => r.Id == recovery.Id)) return WriteOutcome.Taken;
        if (ledger is not null && known.Version != Ledger.Version) return WriteOutcome.Outdated;
        Keep(ledger);
        Active = recovery;
        recoveries.Add(recovery);
        world.Judge.Saved(recovery);
        return WriteOutcome.Written;
    }

    public WriteOutcome SaveStage(Recovery recovery, Ledger? ledger, string name, LeaseRow lease)
    {
        if (!IsOurs(name, lease)) return WriteOutcome.LeaseLost;
        if (Active?.Id != recovery.Id) return WriteOutcome.LeaseLost;
        Keep(ledger);
        recoveries[recoveries.FindIndex(r => r.Id == recovery.Id)] = recovery;
        Active = recovery.IsEnded ? null : recovery;
        world.Judge.Saved(recovery);
        return WriteOutcome.Written;
    }

    public Recovery? Find(string id) => recoveries.Find(r => r.Id == id);

    public ImmutableArray<PastRecovery> Recent(string self) =>
    [
        .. recoveries.AsEnumerable().Reverse().Where(r => r.Id != self).Select(r => PastRecovery.Of(r, false)).OfType<PastRecovery>().Take(20),
    ];

    /// <summary>Pays what a watcher sees to be paid, while no recovery runs.</summary>
    public void Settle(Topology seen, DateTimeOffset now)
    {
        if (Ledger.Running.Length > 0) return;
        var settled = Settlement.Of(Ledger, seen, now);
        if (!ReferenceEquals(settled, Ledger)) Keep(settled with { Version = Ledger.Version + 1 });
    }

    /// <summary>Tells what runs that a failover goes first.</summary>
    public bool Supersede(GateVerdict.Supersede supersede, Core.Analyzing.Analysis found, DateTimeOffset now)
    {
        if (Active?.Id != supersede.Id || Word is not null) return false;
        Word = OperatorWord.Supersede($"failover of {found.Key.Host}", found.Kind!.Title(found.Key, null), now);
        return true;
    }

    private void Keep(Ledger? ledger)
    {
        if (ledger is null) return;
        foreach (var entry in ledger.Entries.Except(Ledger.Entries)) world.Play?.Say("store", $"owed: {entry.Says}");
        foreach (var entry in Ledger.Entries.Except(ledger.Entries)) world.Play?.Say("store", $"not owed any longer: {entry.Says}");
        Ledger = ledger;
        foreach (var server in world.Servers)
            Servers[server.Index] = Servers[server.Index] with { IsFormerPrimary = ledger.IsFormerPrimary(server.Key) };
    }

    private bool IsOurs(string name, LeaseRow lease) =>
        leases.TryGetValue(name, out var row) && row.Holder == lease.Holder && row.Epoch == lease.Epoch;
}
