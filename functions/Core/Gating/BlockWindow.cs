using System.Collections.Immutable;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>
/// Anti-flapping: after a recovery of a cluster no other one starts by itself for a while, unless an operator
/// acknowledged it.
/// </summary>
public sealed record BlockWindow(TimeSpan Length)
{
    /// <summary>orchestrator's RecoveryPeriodBlockSeconds default.</summary>
    public static BlockWindow Default { get; } = new(TimeSpan.FromHours(1));

    /// <summary>
    /// Pause after a recovery that promoted nobody and was not cancelled. It doubles with every such one in a row, up
    /// to the second.
    /// </summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30), RetryMost = TimeSpan.FromMinutes(5);

    internal GateVerdict.Hold? Decide(ImmutableArray<PastRecovery> recent, DateTimeOffset now)
    {
        if (recent.FirstOrDefault(r => r.IsActive) is { } active)
            return new(UnderWay(active.Id), IsUnderWay: true);
        var retry = RetryAfterAll(InARow(recent, now));
        return recent.FirstOrDefault(r => !r.IsAcknowledged && now - r.StartedAt < BlockedFor(r, retry)) is { } blocking
            ? new(Blocked(blocking, BlockedFor(blocking, retry)))
            : null;
    }

    private static Refusal UnderWay(string id) =>
        new($"recovery {id} of this cluster is running", $"the end of recovery {id}");

    // The same words as long as it holds, so that it is one record and one notice.
    private static Refusal Blocked(PastRecovery by, TimeSpan length) => new(
        $"recovery {by.Id} began at {by.StartedAt:u}, less than {length.TotalSeconds:0} s ago",
        $"acknowledgement of recovery {by.Id}, or Recovery:BlockWindow");

    // One that promoted nobody left the failure standing: it is tried again, only not at once.
    // An operator who cancelled one wants no other.
    private TimeSpan BlockedFor(PastRecovery recovery, TimeSpan retry) =>
        IsInVain(recovery) && retry < Length ? retry : Length;

    private static bool IsInVain(PastRecovery recovery) => recovery is { Successor: null, IsCancelled: false };

    // Tries in vain soon after one another, up to now. After a calm one begins anew.
    private static int InARow(ImmutableArray<PastRecovery> recent, DateTimeOffset now)
    {
        var (count, next) = (0, now);
        foreach (var r in recent.TakeWhile(IsInVain))
        {
            if (next - r.StartedAt > 2 * RetryMost) break;
            (count, next) = (count + 1, r.StartedAt);
        }
        return count;
    }

    // Every try stops and starts replication and wakes somebody.
    private static TimeSpan RetryAfterAll(int inVain) =>
        TimeSpan.FromTicks(Math.Min(RetryMost.Ticks, RetryAfter.Ticks << Math.Clamp(inVain - 1, 0, 10)));
}
