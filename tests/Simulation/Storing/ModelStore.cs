using System.Collections.Immutable;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Simulation.Storing;

/// <summary>
/// The store of one history: leases, recoveries, members. Every operation is one conditional write or one read, as
/// Storage does them with ETags in one partition; operations of one call that is repeated take effect once.
/// </summary>
public sealed partial class ModelStore(World world)
{
    private readonly Dictionary<string, LeaseRow> leases = [];
    private readonly List<Recovery> recoveries = [];
    private readonly Dictionary<string, OperatorSignal> words = [];
    private readonly Time.Random64 random = world.Fork(2);
    private int writes;

    /// <summary>Where it stands in the network.</summary>
    public int Place => Time.Network.Places - 1;

    /// <summary>503 for everybody.</summary>
    public bool IsAway { get; set; }

    /// <summary>It does what it is asked and its answer does not arrive, so often.</summary>
    public double LosesAnswers { get; set; }

    public bool IsRecoveryEnabled { get; set; } = true;

    /// <summary>What is owed in the cluster.</summary>
    public Ledger Ledger { get; private set; } = Ledger.Empty;

    public Recovery? Active { get; private set; }
    public IReadOnlyList<Recovery> Recoveries => recoveries;
    public OperatorSignal? Word { get; set; }

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

    public WriteOutcome Begin(Recovery recovery, Ledger? ledger, string name, LeaseRow lease)
    {
        if (!IsOurs(name, lease)) return WriteOutcome.LeaseLost;
        if (Active is not null || recoveries.Exists(r => r.Id == recovery.Id)) return WriteOutcome.Taken;
        if (ledger is not null && ledger.Tag != Ledger.Tag) return WriteOutcome.Outdated;
        Active = recovery;
        recoveries.Add(recovery);
        Write(ledger);
        world.Judge.Saved(recovery, lease.Holder);
        return WriteOutcome.Written;
    }

    public WriteOutcome SaveStage(Recovery recovery, Ledger? ledger, string name, LeaseRow lease)
    {
        if (!IsOurs(name, lease)) return WriteOutcome.LeaseLost;
        if (Active?.Id != recovery.Id) return WriteOutcome.LeaseLost;
        recoveries[recoveries.FindIndex(r => r.Id == recovery.Id)] = recovery;
        Active = recovery.IsEnded ? null : recovery;
        Write(ledger);
        world.Judge.Saved(recovery, lease.Holder);
        return WriteOutcome.Written;
    }

    /// <summary>
    /// A record of why nothing is done. It takes the place of one since the newest recovery that says the same.
    /// </summary>
    public void RecordHeld(Recovery held)
    {
        var since = recoveries.FindLastIndex(r => r.Outcome is not RecoveryOutcome.Held) + 1;
        var same = recoveries.FindIndex(since, r => SaysTheSame(r, held));
        if (same >= 0) recoveries.RemoveAt(same);
        recoveries.Add(held);
    }

    /// <summary>Whether the newest record says that already, so that another one changes nothing.</summary>
    public bool IsHeldSo(Recovery held) => recoveries.Count > 0 && SaysTheSame(recoveries[^1], held);

    private static bool SaysTheSame(Recovery earlier, Recovery held) =>
        earlier.Outcome == held.Outcome && earlier.Code == held.Code && earlier.Kind == held.Kind
        && earlier.Subject == held.Subject;

    /// <summary>Writes a ledger in which something is paid; false when the stored one is not that of its tag any more.</summary>
    public bool Settle(Ledger ledger)
    {
        if (ledger.Tag != Ledger.Tag) return false;
        Keep(ledger);
        return true;
    }

    public Recovery? Find(string id) => recoveries.Find(r => r.Id == id);

    /// <summary>Those that count for the cluster's limits, newest end first.</summary>
    public ImmutableArray<PastRecovery> Past(string self) =>
    [
        .. recoveries.Where(r => r.Id != self).Select(r => PastRecovery.Of(r, isAcknowledged: false)).OfType<PastRecovery>()
            .OrderByDescending(p => p.EndedAt),
    ];

    /// <summary>What was left for a recovery by an operator, or by a failover that goes first.</summary>
    public OperatorSignal? WordFor(string recovery) => words.GetValueOrDefault(recovery) ?? Word;

    public void LeaveWord(string recovery, OperatorSignal word) => words[recovery] = word;

    // A recovery writes it.
    private void Write(Ledger? ledger)
    {
        if (ledger is not null) world.Judge.Owes(ledger.Entries.Except(Ledger.Entries));
        Keep(ledger);
    }

    private void Keep(Ledger? ledger)
    {
        if (ledger is null) return;
        if (world.Play is { } play)
        {
            foreach (var entry in ledger.Entries.Except(Ledger.Entries)) play.Say("ledger", $"+ {entry.Says}");
            foreach (var entry in Ledger.Entries.Except(ledger.Entries)) play.Say("ledger", $"- {entry.Says}");
        }
        Ledger = ledger with { Tag = $"{++writes}" };
    }

    private bool IsOurs(string name, LeaseRow lease) =>
        leases.TryGetValue(name, out var row) && row.Holder == lease.Holder && row.Epoch == lease.Epoch;
}
