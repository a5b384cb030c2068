using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Owing;

/// <summary>What of a ledger is paid, judged from what is seen since it was done.</summary>
public sealed class Settlement
{
    /// <summary>
    /// For so long a statement that was not answered may wait in a session (a fence waits that long), so for so long a
    /// server that accepts writes may close by itself.
    /// </summary>
    public static readonly TimeSpan LateWithin = TimeSpan.FromHours(1);

    /// <summary>
    /// A statement that opens a server or stops a receiver is taken back when it is not answered in time; after this it
    /// has happened or never will.
    /// </summary>
    public static readonly TimeSpan SentWithin = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Scheduled events are asked for every half minute: until then an answer may be older than what was done to them.
    /// </summary>
    public static readonly TimeSpan EventsAskedWithin = TimeSpan.FromMinutes(2);

    private readonly Ledger ledger;
    private readonly Topology topology;
    private readonly DateTimeOffset at;
    private readonly Func<InstanceKey, bool> isLookedSince;

    private Settlement(Ledger ledger, Topology topology, DateTimeOffset at, Func<InstanceKey, bool> isLookedSince) =>
        (this.ledger, this.topology, this.at, this.isLookedSince) = (ledger, topology, at, isLookedSince);

    /// <summary>The ledger without what is paid; the same object when nothing is.</summary>
    /// <param name="isLookedSince">
    /// Whether the newest look at a server was begun when everything the ledger says of it had been done. An older look
    /// shows what was before, and pays nothing. Of a server that is no member: whether the members were read since.
    /// Null: all of them were.
    /// </param>
    public static Ledger Of(
        Ledger ledger, Topology topology, DateTimeOffset at, Func<InstanceKey, bool>? isLookedSince = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(topology);
        if (ledger.Entries.IsEmpty) return ledger;
        // Who the primary is depends on what the ledger says by now.
        var settled = new Settlement(ledger, topology.With(ledger), at, isLookedSince ?? (_ => true));
        return settled.WithoutMoves().Without(settled.IsPaid);
    }

    private Ledger WithoutMoves() => ledger.Awaited.Any(k => topology[k] is not null)
        ? ledger with { Awaited = ledger.Awaited.RemoveAll(k => topology[k] is not null) }
        : ledger;

    // Nobody owes anything to a server that was forgotten; what a new writer must have is owed to the cluster. One that
    // is stored by another address since is named by that one in the ledger, before it is known here.
    private bool IsPaid(LedgerEntry entry) => entry switch
    {
        LedgerEntry.Target target => IsReached(target),
        LedgerEntry.Writer when topology[entry.Key] is null => false,
        LedgerEntry.Closed closed when ledger.IsFormerPrimary(closed.Key) => true,
        _ when topology[entry.Key] is null => !ledger.Awaited.Contains(entry.Key) && isLookedSince(entry.Key),
        _ => Seen(topology[entry.Key]!) is { } now && IsPaid(entry, now),
    };

    private bool IsPaid(LedgerEntry entry, Instance now) => entry switch
    {
        LedgerEntry.Closed closed => now.AcceptsWrites && !IsSecondWriter(closed)
            && (!closed.MayComeLate || at - closed.At > LateWithin),
        LedgerEntry.MaybeOpen opened => now.AcceptsWrites ? IsPrimary(opened) : at - opened.At > SentWithin,
        LedgerEntry.Stopped stopped => now.KnowsLinks
            && (IsPrimary(stopped)
                || (Runs(stopped, now) && HasEnded(stopped) && !Owed.IsAside(topology, stopped, now))),
        LedgerEntry.EventsStopped stopped => (now.KnowsLinks && Follows(now))
            || (at - stopped.At > EventsAskedWithin && AreEnabled(stopped, now)),
        LedgerEntry.FormerPrimary or LedgerEntry.Writer => now.KnowsLinks && Follows(now),
        _ => false,
    };

    // A former primary that is back and open for a moment is no writer: it is closed. Nor is an open replica, or one
    // that does not tell whom it follows.
    private bool IsReached(LedgerEntry.Target target) => topology.Members.Any(m =>
        !m.IsFormerPrimary && Seen(m) is { AcceptsWrites: true, KnowsLinks: true } now && topology.FollowsNobody(now)
        && now.Gtid.Executed.GetType() == target.Position.GetType() && now.Gtid.Executed.Contains(target.Position));

    private Instance? Seen(Member member) => isLookedSince(member.Key) ? member.Current : null;

    private bool IsPrimary(LedgerEntry entry) => topology.Primary?.Key == entry.Key;

    // Another one took its place: what it was told to do is to be done yet.
    private bool IsSecondWriter(LedgerEntry entry) =>
        topology.Primary is { Current.AcceptsWrites: true } && !IsPrimary(entry);

    private bool HasEnded(LedgerEntry.Stopped stopped) => !stopped.MayComeLate || at - stopped.At > SentWithin;

    // One that was dropped, or that a person has set otherwise, is not as it was left.
    private static bool AreEnabled(LedgerEntry.EventsStopped stopped, Instance now) =>
        now.Events is { } events && !stopped.Events.Names.Any(events.ReplicaSide.Has);

    private bool Runs(LedgerEntry.Stopped stopped, Instance now) => now.Links.Any(l =>
        topology.SourceOf(l) is not null && (l.Receiver != ReplicationThread.Stopped
            || (stopped.FoundStopped && l.Applier != ReplicationThread.Stopped)));

    // One that is told to follow and cannot connect is none yet, and may be told to follow nobody again.
    private bool Follows(Instance now) =>
        now.Links.Any(l => l.Receiver == ReplicationThread.Running && topology.SourceOf(l) is not null);
}
