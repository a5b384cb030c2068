using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Owing;

/// <summary>What of a ledger is paid, judged from what is seen while no recovery of the cluster runs.</summary>
public static class Settlement
{
    /// <summary>
    /// For so long a statement that was not answered may wait in a session (a fence waits that long), so for so long a
    /// server that accepts writes may close by itself.
    /// </summary>
    public static readonly TimeSpan LateWithin = TimeSpan.FromHours(1);

    /// <summary>
    /// A statement that opens a server is taken back when it is not answered in time; after this it has happened or
    /// never will.
    /// </summary>
    public static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(30);

    /// <summary>The ledger without what is paid; the same object when nothing is.</summary>
    public static Ledger Of(Ledger ledger, Topology topology, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(topology);
        return ledger.Entries.IsEmpty ? ledger : ledger.Without(e => IsPaid(e, ledger, topology, at));
    }

    // Nobody owes anything to a server that was forgotten; what a new writer must have is owed to the cluster.
    private static bool IsPaid(LedgerEntry entry, Ledger ledger, Topology topology, DateTimeOffset at) => entry switch
    {
        LedgerEntry.Target target => IsReached(target, topology),
        LedgerEntry.Writer => false,
        _ when topology[entry.Key] is null => true,
        LedgerEntry.Closed closed => IsOpenAgain(closed, ledger, topology, at),
        LedgerEntry.MaybeOpen opened => IsKnownNow(opened, topology, at),
        LedgerEntry.Stopped stopped => Receives(stopped, topology),
        LedgerEntry.FormerPrimary former => Follows(former, topology),
        _ => false,
    };

    private static bool IsReached(LedgerEntry.Target target, Topology topology) => topology.Members.Any(m =>
        m.Now is { } now && now.AcceptsWrites
        && now.Gtid.Executed.GetType() == target.Position.GetType() && now.Gtid.Executed.Contains(target.Position));

    private static bool IsOpenAgain(LedgerEntry.Closed closed, Ledger ledger, Topology topology, DateTimeOffset at) =>
        ledger.IsFormerPrimary(closed.Key)
        || (topology[closed.Key]!.Now is { AcceptsWrites: true }
            && (!closed.MayComeLate || at - closed.At > LateWithin));

    private static bool IsKnownNow(LedgerEntry.MaybeOpen opened, Topology topology, DateTimeOffset at)
    {
        if (topology[opened.Key]!.Now is not { } now) return false;
        return now.AcceptsWrites ? topology.Primary?.Key == opened.Key : at - opened.At > OpenWithin;
    }

    private static bool Receives(LedgerEntry.Stopped stopped, Topology topology)
    {
        if (topology[stopped.Key]!.Now is not { KnowsLinks: true } now) return false;
        return topology.Primary?.Key == stopped.Key
            || now.Links.Any(l => l.Receiver != ReplicationThread.Stopped && topology.SourceOf(l) is not null);
    }

    // One that is told to follow and cannot connect is none yet, and may be told to follow nobody again.
    private static bool Follows(LedgerEntry.FormerPrimary former, Topology topology) =>
        topology[former.Key]!.Now is { KnowsLinks: true } now && now.Links
            .Any(l => l.Receiver == ReplicationThread.Running && topology.SourceOf(l) is not null);
}
