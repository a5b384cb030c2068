namespace OrchestratorFunctions.Core.Model;

/// <summary>What a restart has changed, judged from the sighting before it and a newer one.</summary>
internal static class Restart
{
    /// <summary>uptime counts whole seconds.</summary>
    private static readonly TimeSpan UptimeUnit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether a server that follows nobody refuses writes because it restarted so, and not because somebody closed it
    /// (<see cref="Instance.ClosedByRestart"/>).
    /// </summary>
    /// <param name="before">The newest sighting before this one; null when there is none.</param>
    /// <param name="beforeAt">When that was.</param>
    public static bool HasClosed(Instance? before, DateTimeOffset? beforeAt, Instance now, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (before is null || !now.ReadOnly || now.IsReadOnlyPending || !now.Links.IsEmpty) return false;
        // From its configuration it comes with one flag or both, at once: one that is added was set by somebody.
        if (before.ClosedByRestart) return now.SuperReadOnly == before.SuperReadOnly || IsBetween(before, beforeAt, now, at);
        return before.AcceptsWrites && before.Links.IsEmpty && IsBetween(before, beforeAt, now, at);
    }

    private static bool IsBetween(Instance before, DateTimeOffset? beforeAt, Instance now, DateTimeOffset at)
    {
        // Where it was not asked it is 0.
        if (now.Stale.HasFlag(InstanceParts.Uptime) || before.UptimeSeconds == 0) return false;
        var startedAt = at - TimeSpan.FromSeconds(now.UptimeSeconds);
        return now.UptimeSeconds < before.UptimeSeconds || startedAt > beforeAt + UptimeUnit;
    }
}
