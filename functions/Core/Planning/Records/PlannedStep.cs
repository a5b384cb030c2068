using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>What a failed step means for its stage.</summary>
public enum Tolerance
{
    /// <summary>The plan cannot go on as it is.</summary>
    Must,
    /// <summary>The result is recorded and the plan goes on.</summary>
    BestEffort,
    /// <summary>
    /// It is begun with its stage and not waited for: the plan goes on when the others have ended, and asks for it
    /// again where it is not seen by then.
    /// </summary>
    Beside,
}

/// <summary>A step in its place in a plan.</summary>
/// <param name="Timeout">For one attempt, answer included.</param>
public sealed record PlannedStep(PlanStep Step, Tolerance Tolerance, TimeSpan Timeout, string Because);
