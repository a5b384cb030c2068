using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>
/// Anti-flapping: after a recovery of a cluster no other one starts by itself for a while, unless an operator acknowledged it.
/// </summary>
public sealed record BlockWindow(TimeSpan Length)
{
    /// <summary>orchestrator's RecoveryPeriodBlockSeconds default.</summary>
    public static BlockWindow Default { get; } = new(TimeSpan.FromHours(1));

    /// <summary>Pause after a recovery that promoted nobody and was not cancelled.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    internal GateVerdict.Hold? Decide(ImmutableArray<PastRecovery> recent, DateTimeOffset now)
    {
        if (recent.FirstOrDefault(r => r.IsActive) is { } active)
            return new($"recovery {active.Id} of this cluster is running", $"the end of recovery {active.Id}");
        return recent.FirstOrDefault(r => !r.IsAcknowledged && now - r.StartedAt < BlockedFor(r)) is { } blocking
            ? new($"recovery {blocking.Id} began {(now - blocking.StartedAt).TotalSeconds:0} s ago, less than {BlockedFor(blocking).TotalSeconds:0} s",
                $"acknowledgement of recovery {blocking.Id}, or Recovery:BlockWindow")
            : null;
    }

    // One that promoted nobody left the failure standing: it is tried again, only not at once. An operator who cancelled one wants no other.
    private TimeSpan BlockedFor(PastRecovery recovery) => recovery is { Successor: null, IsCancelled: false } && RetryAfter < Length ? RetryAfter : Length;
}
