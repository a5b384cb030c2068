using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Api.Answers;

/// <summary>A recovery as lists tell it.</summary>
/// <param name="Code">The problem that asked for it; null when an operator did.</param>
/// <param name="Actor">Who or what asked for it.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Outcome">Null while it runs.</param>
/// <param name="Says">The outcome in one sentence; null while it runs.</param>
/// <param name="AcknowledgedBy">Who acknowledged it; empty when nobody did.</param>
public record RecoverySummary(
    string Id, ClusterId Cluster, PlanKind Kind, InstanceKey Subject, AnalysisCode? Code, string Actor,
    DateTimeOffset StartedAt, DateTimeOffset? EndedAt, RecoveryOutcome? Outcome, string? Says, string AcknowledgedBy)
{
    public static RecoverySummary Of(StoredRecovery stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var recovery = stored.Recovery;
        return new(
            recovery.Id, recovery.Cluster, recovery.Kind, recovery.Subject, recovery.Code, recovery.Actor,
            recovery.StartedAt, recovery.EndedAt, recovery.Outcome, recovery.Outcome?.Says, stored.AcknowledgedBy);
    }
}

/// <summary>One recovery: what lists tell of it, and its whole record.</summary>
public sealed record RecoveryAnswer : RecoverySummary
{
    private RecoveryAnswer(RecoverySummary summary) : base(summary)
    {
    }

    /// <summary>Why it was acknowledged; empty when it was not.</summary>
    public required string AcknowledgedBecause { get; init; }

    /// <summary>Its stages with their steps, results and reasons.</summary>
    public required Recovery Recovery { get; init; }

    /// <summary>The steps of each of its stages in words, in the same order.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> StepsSay { get; init; }

    public static new RecoveryAnswer Of(StoredRecovery stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return new(RecoverySummary.Of(stored))
        {
            AcknowledgedBecause = stored.AcknowledgedBecause, Recovery = stored.Recovery,
            StepsSay = [.. stored.Recovery.Stages.Select(s => s.Stage.Steps.Select(p => p.Step.Says).ToArray())],
        };
    }
}
