namespace OrchestratorFunctions.Core.Model;

/// <summary>What a restart has changed, judged from the sighting before it and a newer one.</summary>
internal static class Restart
{
    /// <summary>uptime counts whole seconds: a server started less than one of them before that.</summary>
    private static readonly TimeSpan UptimeUnit = TimeSpan.FromSeconds(1);

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
        if (before is null || !now.ReadOnly || now.IsReadOnlyPending || !now.Links.IsEmpty) return null;
        if (now.IsReadOnlySinceStart is false) return null;
        var isBetween = IsBetween(before, beforeAt, now, at);
        // From its configuration it comes with one flag or both, at once: one that is added was set by somebody.
        if (before.ClosedByRestart is { } role && (isBetween || now.SuperReadOnly == before.SuperReadOnly)) return role;
        return isBetween ? RoleOf(before) : null;
    }

    private static RoleBeforeRestart? RoleOf(Instance before)
    {
        if (before.AcceptsWrites && before.Links.IsEmpty) return RoleBeforeRestart.Writer;
        return before is { ReadOnly: true, IsReplica: true } ? RoleBeforeRestart.Replica : null;
    }

    private static bool IsBetween(Instance before, DateTimeOffset? beforeAt, Instance now, DateTimeOffset at)
    {
        if (at - now.SessionAge <= beforeAt) return false;
        // It accepted writes, and nobody has closed it since its start: so that start was later.
        if (before.AcceptsWrites && now.IsReadOnlySinceStart is true) return true;
        if (now.Stale.HasFlag(InstanceParts.Uptime)) return false;
        if (before.UptimeSeconds is not { } uptimeBefore || now.UptimeSeconds is not { } uptime) return false;
        return uptime < uptimeBefore || at - TimeSpan.FromSeconds(uptime) >= beforeAt + UptimeUnit;
    }
}
