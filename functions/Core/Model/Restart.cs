namespace OrchestratorFunctions.Core.Model;

/// <summary>What a restart has changed, judged from the sighting before it and a newer one.</summary>
internal static class Restart
{
    /// <summary>uptime counts whole seconds: a server started less than one of them before that.</summary>
    private static readonly TimeSpan UptimeUnit = TimeSpan.FromSeconds(1);

    /// <summary>An older look may come after a newer one: then the uptime is less by no more than this.</summary>
    private const long LateLookSeconds = 2;

    /// <summary>
    /// What a server was before the restart that closed it; null when somebody closed it, or it is not closed
    /// (<see cref="Instance.ClosedByRestart"/>).
    /// </summary>
    /// <param name="before">The newest sighting before this one; null when there is none.</param>
    /// <param name="beforeAt">When that was.</param>
    public static RoleBeforeRestart? Closed(
        Instance? before, DateTimeOffset? beforeAt, Instance now, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (before is null || !IsClosed(now)) return null;
        var isBetween = HasBegunClosed(before, beforeAt, now, at) || IsBetween(before.UptimeSeconds, beforeAt, now, at);
        // From its configuration it comes with one flag or both, at once: one that is added was set by somebody.
        var isSame = now.SuperReadOnly == before.SuperReadOnly;
        if (before.ClosedByRestart is { } role && (isBetween || isSame)) return role;
        if (before.UntoldRestart is { } untold && isSame && IsBetween(untold.UptimeSeconds, untold.At, now, at))
            return untold.Role;
        return isBetween ? RoleOf(before) : null;
    }

    /// <summary>
    /// What a closed server was before, while it does not tell for how long it has run or whom it follows; null when it
    /// tells, or when what it says by other means shows that it has not restarted
    /// (<see cref="Instance.UntoldRestart"/>).
    /// </summary>
    /// <inheritdoc cref="Closed" path="/param"/>
    public static UntoldRestart? Untold(Instance? before, DateTimeOffset? beforeAt, Instance now, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (before is null || !MayBeClosed(now) || (now.KnowsLinks && !now.Stale.HasFlag(InstanceParts.Uptime)))
            return null;
        if (before.UntoldRestart is { } untold)
            return now.SuperReadOnly == before.SuperReadOnly && !IsSameSession(untold.UptimeSeconds, untold.At, now, at)
                ? untold
                : null;
        if (IsSameSession(before.UptimeSeconds, beforeAt, now, at)) return null;
        return RoleOf(before) is { } role && before.UptimeSeconds is { } uptime && beforeAt is { } seenAt
            ? new(role, uptime, seenAt)
            : null;
    }

    private static bool IsClosed(Instance now) => now.Links.IsEmpty && MayBeClosed(now);

    // One that a statement closed since its start was closed by somebody. What stands here of links that are not told
    // is what was seen before.
    private static bool MayBeClosed(Instance now) =>
        now is { ReadOnly: true, IsReadOnlyPending: false, IsReadOnlySinceStart: not false }
        && (now.Links.IsEmpty || !now.KnowsLinks);

    // It accepted writes, and nobody has closed it since its start: so that start was later.
    private static bool HasBegunClosed(Instance before, DateTimeOffset? beforeAt, Instance now, DateTimeOffset at) =>
        before.AcceptsWrites && now.IsReadOnlySinceStart is true
        && !IsSameSession(before.UptimeSeconds, beforeAt, now, at);

    // Sessions and sightings are compared by our clock, which may have been set back; the server's own runs on.
    private static bool IsSameSession(long? before, DateTimeOffset? beforeAt, Instance now, DateTimeOffset at) =>
        at - now.SessionAge <= beforeAt && !HasMuchLessUptime(before, now);

    private static bool HasMuchLessUptime(long? before, Instance now) =>
        now.UptimeSeconds + LateLookSeconds < before && !now.Stale.HasFlag(InstanceParts.Uptime);

    private static RoleBeforeRestart? RoleOf(Instance before)
    {
        if (before.AcceptsWrites && before.Links.IsEmpty) return RoleBeforeRestart.Writer;
        // Whom it followed is as old as what it told last: whether it was the writer, the ledger knows.
        var isUntold = before is { AcceptsWrites: true, KnowsLinks: false };
        return isUntold || before is { ReadOnly: true, IsReplica: true } ? RoleBeforeRestart.Replica : null;
    }

    private static bool IsBetween(long? before, DateTimeOffset? beforeAt, Instance now, DateTimeOffset at)
    {
        if (IsSameSession(before, beforeAt, now, at) || now.Stale.HasFlag(InstanceParts.Uptime)) return false;
        if (before is not { } uptimeBefore || now.UptimeSeconds is not { } uptime) return false;
        return uptime < uptimeBefore || at - TimeSpan.FromSeconds(uptime) >= beforeAt + UptimeUnit;
    }
}
