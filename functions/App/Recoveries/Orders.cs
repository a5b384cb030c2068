using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.App.Recoveries;

/// <summary>Which recovery of which cluster an orchestration drives; what it is about stands in its record.</summary>
/// <param name="Id">Id of the recovery, of its record and of the orchestration's instance.</param>
/// <param name="Failure">For a failure: the body of its message. It is read by the version that acts on it.</param>
public sealed record OrchestrationInput(string Id, string Cluster, string Failure = "");

/// <summary>
/// Where a recovery stands after an activity: custom status and output of its orchestration. Texts only, so that any
/// version can read it.
/// </summary>
public sealed record StageReport(string End, string Stage, string Because, string Outcome = "", string Refusal = "")
{
    /// <summary>Nothing is left to drive.</summary>
    public bool IsOver => End is nameof(RunStatus.Ended) or nameof(RunStatus.NothingToDo);

    public bool AwaitsApproval => End == nameof(RunStatus.AwaitsApproval);

    /// <summary>Somebody else has the cluster at this moment.</summary>
    public bool IsTaken => End is nameof(RunStatus.Busy) or nameof(RunStatus.LeaseLost);

    public static StageReport Of(RunResult result)
    {
        var stage = result.Recovery?.Stages.LastOrDefault()?.Stage;
        return new StageReport(result.End.ToString(), stage?.Name ?? "", stage?.Because ?? "", result.Recovery?.Outcome?.Says ?? "", result.Refusal?.Says ?? "");
    }
}

/// <summary>What an operator says to a recovery, as an event carries it.</summary>
public sealed record SignalMessage([property: JsonConverter(typeof(JsonStringEnumConverter<SignalKind>))] SignalKind Kind, string By, string Because = "", string Candidate = "");

/// <summary>What an operator says, and to which recovery.</summary>
public sealed record SignalInput(string Id, string Cluster, SignalMessage Signal);
