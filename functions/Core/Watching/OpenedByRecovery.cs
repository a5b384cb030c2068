using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>What a ledger says of a server that a recovery opened, against sightings from before that.</summary>
internal static class OpenedByRecovery
{
    /// <summary>Whether an entry says that a recovery opened its server.</summary>
    public static bool Says(LedgerEntry entry) => entry is LedgerEntry.Writer;

    /// <summary>Whether a sighting shows the replica that a server was before a recovery opened it.</summary>
    public static bool IsOldSight(Instance? seen, InstanceKey key, Ledger kept) =>
        seen is { IsReplica: true } && kept.Of(key).Any(Says);

    /// <summary>The member as the recovery left it. One that has started since was closed by its restart.</summary>
    public static Member WhenLastSeen(Member member, Ledger kept)
    {
        if (member.LastSeen is not { ReadOnly: true, Links.IsEmpty: true } seen) return member;
        var open = seen with { ReadOnly = false, SuperReadOnly = false, IsReadOnlyPending = false };
        var openedAt = kept.Of(member.Key).FirstOrDefault(Says)?.At;
        return Restart.Closed(open, openedAt, Dated(seen), member.LastSeenAt ?? default) is { } role
            ? member with
            {
                LastSeen = seen with { ClosedByRestart = role },
                Outcome = member.Outcome.With(i => i with { ClosedByRestart = role }),
            }
            : member with { LastSeen = open };
    }

    /// <summary>
    /// Whether a recovery told a server to take the primary's place and ended without another look, and somebody has
    /// looked since.
    /// </summary>
    public static bool HasSucceeded(InstanceKey key, Ledger before, Ledger kept) =>
        before.Of(key).OfType<LedgerEntry.MaybeOpen>().FirstOrDefault() is { } told
        && !kept.Has<LedgerEntry.MaybeOpen>(key)
        && kept.Entries.Any(e => e is LedgerEntry.FormerPrimary && e.Recovery == told.Recovery);

    /// <summary>A member as it is stored, and as the recovery left it when that is newer.</summary>
    public static Member Stored(Member stored, Ledger ledger) =>
        !ledger.Has<LedgerEntry.Closed>(stored.Key) && !ledger.IsFormerPrimary(stored.Key)
        && ledger.Of(stored.Key).Any(e => Says(e) && e.At > stored.LastSeenAt)
            ? WhenLastSeen(stored, ledger)
            : stored;

    // That nobody had set read_only since its start may have been seen before the recovery opened it.
    private static Instance Dated(Instance seen) =>
        seen.IsReadOnlySinceStart is true ? seen with { IsReadOnlySinceStart = null } : seen;
}
