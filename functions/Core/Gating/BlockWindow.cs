using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>
/// Anti-flapping (L5): within the window no server is replaced twice, and of one cluster at most so many failovers that
/// promoted a server end; then no other one starts by itself, unless an operator acknowledges one of them. The rule and
/// why the limit is not one stand in docs/decisions/0023.
/// </summary>
/// <param name="Length">Counted from the end of a failover.</param>
/// <param name="Limit">A successor that dies too is replaced as long as the limit is not reached.</param>
public sealed record BlockWindow(TimeSpan Length, int Limit = BlockWindow.DefaultLimit)
{
    /// <summary>One failover, and one more for a successor that dies too.</summary>
    public const int DefaultLimit = 2;

    /// <summary>orchestrator's RecoveryPeriodBlockSeconds default.</summary>
    public static BlockWindow Default { get; } = new(TimeSpan.FromHours(1));

    /// <summary>
    /// Pause after any recovery. After those that did not reach their end it doubles with every such one in a row, up
    /// to the second.
    /// </summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30), RetryMost = TimeSpan.FromMinutes(5);

    /// <summary>
    /// For how long a recovery that did not reach its end has to be remembered: in this time the pause has grown to its
    /// longest.
    /// </summary>
    public static readonly TimeSpan VainFor = TimeSpan.FromHours(1);

    /// <summary>Whether another failover may begin.</summary>
    internal GateVerdict.Hold? Decide(ImmutableArray<PastRecovery> recent, InstanceKey subject, DateTimeOffset now)
    {
        PastRecovery[] failovers = [.. recent.Where(r => r.IsFailover)];
        PastRecovery[] within = [.. failovers.Where(r => !r.IsAcknowledged && now - r.EndedAt < Length)];
        if (within.FirstOrDefault(r => r.IsCancelled) is { } cancelled) return Hold(Cancelled(cancelled));
        if (within.FirstOrDefault(r => r.IsSuccess && r.Subject == subject) is { } again) return Hold(Again(again));
        if (within.Where(r => r.IsSuccess).ElementAtOrDefault(Limit - 1) is { } last) return Hold(TooMany(last));
        return TooSoon(failovers, Length, now) is var (soon, pause)
            ? Hold(new(Says(soon, pause), $"acknowledgement of recovery {soon.Id}, or Recovery:BlockWindow"))
            : null;
    }

    /// <summary>
    /// Whether a repair of a server may begin, such as the closing of a former primary: always at once, and more and
    /// more rarely when it is in vain.
    /// </summary>
    internal static GateVerdict.Hold? DecideRepair(
        ImmutableArray<PastRecovery> recent, PlanKind kind, InstanceKey subject, DateTimeOffset now) =>
        TooSoon([.. Same(recent, kind, subject)], TimeSpan.MaxValue, now) is var (soon, pause) && soon.IsInVain
            ? Hold(new(Says(soon, pause), $"acknowledgement of recovery {soon.Id}"))
            : null;

    /// <summary>
    /// A sentence for the record that says which try this is; nothing for the first one.
    /// </summary>
    internal static IEnumerable<string> Tries(
        ImmutableArray<PastRecovery> recent, PlanKind kind, InstanceKey subject, DateTimeOffset now)
    {
        PastRecovery[] before = [.. kind.IsFailover ? recent.Where(r => r.IsFailover) : Same(recent, kind, subject)];
        var inVain = InARow(before, now);
        if (inVain > 0)
            yield return $"this is try {inVain + 1}: those before did not reach their end, the last was {before[0].Id}";
    }

    private static GateVerdict.Hold Hold(Refusal refusal) => new(refusal);

    private static IEnumerable<PastRecovery> Same(
        ImmutableArray<PastRecovery> recent, PlanKind kind, InstanceKey subject) =>
        recent.Where(r => r.Kind == kind.Name && r.Subject == subject);

    // The same words as long as it holds, so that it is one record and one notice.
    private static string Says(PastRecovery by, TimeSpan length) =>
        $"recovery {by.Id} ended at {by.EndedAt:u}, less than {length.TotalSeconds:0} s ago";

    // An operator who cancelled one wants no other.
    private Refusal Cancelled(PastRecovery by) => new(
        $"an operator cancelled recovery {by.Id}, which ended at {by.EndedAt:u}, "
        + $"less than {Length.TotalSeconds:0} s ago",
        $"acknowledgement of recovery {by.Id}, or Recovery:BlockWindow");

    private Refusal Again(PastRecovery by) => new(
        $"recovery {by.Id} replaced {by.Subject} already: it ended at {by.EndedAt:u}, "
        + $"less than {Length.TotalSeconds:0} s ago",
        $"acknowledgement of recovery {by.Id}, or Recovery:BlockWindow");

    private Refusal TooMany(PastRecovery last) => new(
        Limit == 1 ? Says(last, Length) : $"{Limit} failovers of this cluster ended less than {Length.TotalSeconds:0} s"
            + $" ago, recovery {last.Id} at {last.EndedAt:u}",
        $"acknowledgement of recovery {last.Id}, Recovery:BlockLimit, or Recovery:BlockWindow");

    // Every try stops and starts replication and wakes somebody. After a promotion replicas need a moment to connect.
    private static (PastRecovery By, TimeSpan Pause)? TooSoon(
        PastRecovery[] recoveries, TimeSpan most, DateTimeOffset now)
    {
        var afterVain = PauseAfter(InARow(recoveries, now));
        foreach (var r in recoveries.Where(r => !r.IsAcknowledged))
        {
            var wanted = r.IsInVain ? afterVain : RetryAfter;
            var pause = wanted < most ? wanted : most;
            if (now - r.EndedAt < pause) return (r, pause);
        }
        return null;
    }

    // Tries in vain soon after one another, up to now. After a calm one begins anew.
    private static int InARow(PastRecovery[] recoveries, DateTimeOffset now)
    {
        var (count, next) = (0, now);
        foreach (var r in recoveries.TakeWhile(r => r.IsInVain))
        {
            if (next - r.EndedAt > 2 * RetryMost) break;
            (count, next) = (count + 1, r.StartedAt);
        }
        return count;
    }

    private static TimeSpan PauseAfter(int inVain) =>
        TimeSpan.FromTicks(Math.Min(RetryMost.Ticks, RetryAfter.Ticks << Math.Clamp(inVain - 1, 0, 10)));
}
