using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// What the ledger tells of a server that a recovery promoted, or told to take the primary's place, and that was lost
/// before anybody looked at it again. Its newest sighting shows the replica it was.
/// </summary>
internal static class Successor
{
    /// <summary>
    /// The member as the promotion left it: open, following nobody, with the semi-sync role and the transactions it was
    /// seen to have then.
    /// One that was only told to accept writes may have done so: it counts as the primary from when that recovery has
    /// ended, until it is seen. Of one whose newest sighting is no replica's only the transactions change. The same
    /// member when it is seen, or when nobody promoted it.
    /// </summary>
    public static Member Of(Member member, Ledger? ledger)
    {
        if (ledger is null || member is not { IsSeen: false, LastSeen: { } before }) return member;
        var writer = ledger.Of(member.Key).OfType<LedgerEntry.Writer>().FirstOrDefault();
        if (before is not { ReadOnly: true, IsReplica: true }) return WithPosition(member, before, writer?.Position);
        if (writer is null && !IsToldToSucceed(ledger, member.Key)) return member;
        var position = writer is null ? TargetOf(ledger, member.Key) : writer.Position;
        return member with
        {
            LastSeen = before with
            {
                Links = [], ReadOnly = false, SuperReadOnly = false, SemiSync = writer?.SemiSync ?? before.SemiSync,
                Gtid = before.Gtid with { Executed = All(before.Gtid.Executed, position) },
            },
        };
    }

    // It was the primary once before, and that is how it was seen last: what it had received until it was promoted
    // again would pass for errant on its replicas.
    private static Member WithPosition(Member member, Instance before, GtidPosition? then)
    {
        var executed = All(before.Gtid.Executed, then);
        if (before.Gtid.Executed.Contains(executed)) return member;
        return member with { LastSeen = before with { Gtid = before.Gtid with { Executed = executed } } };
    }

    private static bool IsToldToSucceed(Ledger ledger, InstanceKey key) =>
        ledger.Of(key).OfType<LedgerEntry.MaybeOpen>().FirstOrDefault() is { } told && told.Recovery != ledger.Running
        && ledger.Entries.Any(e => e is LedgerEntry.FormerPrimary && e.Recovery == told.Recovery);

    // It is told to accept writes when it has everything it was chosen for.
    private static GtidPosition? TargetOf(Ledger ledger, InstanceKey key) =>
        ledger.Of(key).OfType<LedgerEntry.Target>().FirstOrDefault()?.Position;

    private static GtidPosition All(GtidPosition before, GtidPosition? then) =>
        then is not null && then.GetType() == before.GetType() ? before.Union(then) : before;
}
