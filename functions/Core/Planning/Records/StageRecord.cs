using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>
/// A stage as it was planned and as it went. Results are empty until it ran; they stand in the order of the stage's
/// steps.
/// </summary>
/// <param name="Epoch">Lease epoch under which it was planned (S2).</param>
/// <param name="Signal">What an operator said while this was the newest stage; null when nobody did.</param>
public sealed record StageRecord(
    PlanStage Stage, long Epoch, DateTimeOffset PlannedAt, ImmutableArray<StepResult> Results,
    DateTimeOffset? DoneAt = null, OperatorSignal? Signal = null)
{
    /// <summary>Differences between what the steps foretold and what the next probe saw.</summary>
    public ImmutableArray<string> Findings { get; init; } = [];

    /// <summary>
    /// On a stage that runs a hook: when it was stored that the hook is about to be run. From then on nobody else runs
    /// it (S15).
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>
    /// It was stored, another process took the recovery up, and what it was to open was seen closed: it counts for
    /// nothing.
    /// </summary>
    public bool WasNotBegun { get; init; }

    /// <summary>
    /// The writes that this stage blocked were let through again without a stage of the plan; null when they were not.
    /// </summary>
    public BlockUndo? Undo { get; init; }

    /// <summary>
    /// It was stored and its end was not, and what is seen asked for another stage: what it was to do may have been
    /// done, or not.
    /// </summary>
    public bool IsMaybeBegun { get; init; }

    /// <summary>It counts where attempts are limited: it was carried out to its end.</summary>
    [JsonIgnore]
    public bool IsAttempt => !WasNotBegun && !IsMaybeBegun;

    [JsonIgnore]
    public bool IsDone => DoneAt is not null || Stage.IsLast;

    /// <summary>Steps that have taken effect, or may have, or may still: all that no server has refused.</summary>
    [JsonIgnore]
    public IEnumerable<PlanStep> Unrefused => Stage.Steps
        .Where((_, i) => i >= Results.Length || !Results[i].IsRefused)
        .Select(planned => planned.Step);

    /// <summary>Its steps with what came of each; null where nobody knows, because its end was not stored.</summary>
    [JsonIgnore]
    public IEnumerable<(PlanStep Step, StepResult? Result)> StepsWithResults =>
        Stage.Steps.Select((s, i) => (s.Step, Results.ElementAtOrDefault(i)));

    /// <summary>Steps that must succeed and did not.</summary>
    [JsonIgnore]
    public IEnumerable<(PlannedStep Step, StepResult Result)> FailedSteps =>
        Stage.Steps.Zip(Results).Where(p => p.First.Tolerance == Tolerance.Must && !p.Second.IsSuccess);
}
