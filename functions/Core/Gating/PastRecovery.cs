using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>
/// An earlier recovery of a cluster as the gate sees it: it began by itself, sent at least one step, and has ended.
/// </summary>
/// <param name="Kind">Name of its kind, which may be one that this version does not know.</param>
/// <param name="IsFailover">False: it was a repair.</param>
/// <param name="Successor">Whom it promoted; null when nobody.</param>
/// <param name="EndedAt">Limits count from here: a failover may have waited an hour for its approval.</param>
/// <param name="IsSuccess">It reached its end: a server was promoted, or repaired.</param>
/// <param name="IsCancelled">An operator ended it. A veto or another recovery that ended it does not count as
/// such.</param>
public sealed record PastRecovery(
    string Id, string Kind, bool IsFailover, InstanceKey Subject, InstanceKey? Successor,
    DateTimeOffset StartedAt, DateTimeOffset EndedAt, bool IsSuccess, bool IsAcknowledged, bool IsCancelled = false)
{
    /// <summary>The problem behind it still stands: it is tried again, only not at once.</summary>
    public bool IsInVain => !IsSuccess && !IsCancelled;

    /// <summary>
    /// Null for a recovery that holds nothing: one that runs, one that an operator asked for, one that ended before
    /// any step was sent, one that made way for a failover, and a repair whose server did not answer.
    /// </summary>
    public static PastRecovery? Of(Recovery recovery, bool isAcknowledged)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        var isSuperseded = recovery.Cancelled is { SupersededBy: not null };
        if (recovery.EndedAt is not { } endedAt || !recovery.IsAutomatic) return null;
        if (!recovery.HasActed || isSuperseded) return null;
        if (recovery is { Kind.IsFailover: false, Outcome: RecoveryOutcome.Abandoned { IsAway: true } }) return null;
        var successor = (recovery.Outcome as RecoveryOutcome.Promoted)?.Key;
        return new PastRecovery(
            recovery.Id, recovery.Kind.Name, recovery.Kind.IsFailover, recovery.Subject, successor,
            recovery.StartedAt, endedAt, recovery.Outcome!.IsSuccess, isAcknowledged,
            recovery.Cancelled is { By: not OperatorSignal.Gate });
    }
}
