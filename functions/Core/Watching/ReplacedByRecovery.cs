using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>
/// What a ledger says of a primary that a recovery replaced and put below its successor, against sightings from before.
/// </summary>
internal static class ReplacedByRecovery
{
    /// <summary>Whether an entry says that a server was replaced, and was seen to follow its successor.</summary>
    public static bool Says(LedgerEntry entry, InstanceKey key) =>
        entry is LedgerEntry.Writer writer && writer.Replaced == key;

    /// <summary>Whether a sighting shows the primary that a server was before.</summary>
    public static bool IsOldSight(Instance? seen, InstanceKey key, Ledger kept) =>
        seen is { KnowsLinks: true, Links.IsEmpty: true } && kept.Entries.Any(e => Says(e, key));

    /// <summary>
    /// Whether a later ledger says it first, and the newest sighting is older. A server that is lost before its next
    /// look would pass for a second writer that is out of sight.
    /// </summary>
    public static bool IsSince(Member member, Ledger before, Ledger kept) =>
        kept.Entries.Except(before.Entries).Any(e => Says(e, member.Key))
        && IsOldSight(member.LastSeen, member.Key, kept);

    /// <summary>A member as it is stored, and as the recovery left it when that is newer.</summary>
    public static Member Stored(Member stored, Ledger ledger) =>
        ledger.Entries.Any(e => Says(e, stored.Key) && e.At > stored.LastSeenAt)
            ? WhenLastSeen(stored, ledger)
            : stored;

    /// <summary>
    /// The member as the recovery left it: a read-only replica of the new writer. What is seen of it now is over. A
    /// look that failed says what it said.
    /// </summary>
    public static Member WhenLastSeen(Member member, Ledger kept)
    {
        if (!IsOldSight(member.LastSeen, member.Key, kept)) return member;
        var below = new ReplicationLink
        {
            Source = kept.Entries.First(e => Says(e, member.Key)).Key,
            Receiver = ReplicationThread.Running, Applier = ReplicationThread.Running, AutoPosition = true,
        };
        return member with
        {
            LastSeen = member.LastSeen! with { ReadOnly = true, Links = [below] },
            Outcome = member.IsSeen ? ClusterPicture.Unseen(member.Key).Outcome : member.Outcome,
        };
    }
}
