using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// What the ledger tells of a server that a recovery promoted and that was lost before anybody looked at it again. Its
/// newest sighting shows the replica it was.
/// </summary>
internal static class Successor
{
    /// <summary>
    /// The member as the promotion left it: open, following nobody, with the semi-sync role and the transactions it was
    /// seen to have then.
    /// The same member when it is seen, when its newest sighting is no replica's, or when nobody promoted it.
    /// </summary>
    public static Member Of(Member member, Ledger? ledger)
    {
        if (ledger is null || member is not { IsSeen: false, LastSeen: { ReadOnly: true, IsReplica: true } before })
            return member;
        if (ledger.Of(member.Key).OfType<LedgerEntry.Writer>().FirstOrDefault() is not { } writer) return member;
        return member with
        {
            LastSeen = before with
            {
                Links = [], ReadOnly = false, SuperReadOnly = false, SemiSync = writer.SemiSync ?? before.SemiSync,
                Gtid = before.Gtid with { Executed = All(before.Gtid.Executed, writer.Position) },
            },
        };
    }

    private static GtidPosition All(GtidPosition before, GtidPosition? then) =>
        then is not null && then.GetType() == before.GetType() ? before.Union(then) : before;
}
