using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.App.Recoveries;

/// <summary>What an orchestration is started with: which recovery of which cluster, and how it begins.</summary>
/// <param name="Id">Id of the recovery, of its record and of the orchestration's instance.</param>
/// <param name="Failure">For a failure: the body of its message. It is read by the version that acts on it.</param>
/// <param name="To">For a switch: the successor's host:port, empty for the best replica.</param>
/// <param name="By">For a switch: who asked for it.</param>
/// <param name="From">For a switch: the primary that was meant, host:port.</param>
public sealed record RecoveryOrder(string Id, string Cluster, string Failure = "", string To = "", string By = "", string From = "");

/// <summary>Where a recovery stands after an activity: custom status and output of its orchestration. Texts only, so that any version can read it.</summary>
public sealed record StageReport(string End, string Stage, string Because, string Outcome = "", string Refusal = "")
{
    /// <summary>Nothing is left to drive.</summary>
    public bool IsOver => End is nameof(RunEnd.Ended) or nameof(RunEnd.NothingToDo);

    public bool AwaitsApproval => End == nameof(RunEnd.AwaitsApproval);

    /// <summary>Somebody else has the cluster at this moment.</summary>
    public bool IsTaken => End is nameof(RunEnd.Busy) or nameof(RunEnd.LeaseLost);

    public static StageReport Of(RunResult result)
    {
        var stage = result.Recovery?.Stages.LastOrDefault()?.Stage;
        return new StageReport(result.End.ToString(), stage?.Name ?? "", stage?.Because ?? "", result.Recovery?.Outcome?.Says ?? "", result.Refusal);
    }
}

/// <summary>An operator's word as an event carries it.</summary>
public sealed record SpokenWord([property: JsonConverter(typeof(JsonStringEnumConverter<OperatorWish>))] OperatorWish Wish, string By, string Because = "", string Candidate = "");

/// <summary>An operator's word for a recovery.</summary>
public sealed record WordForRecovery(string Id, string Cluster, SpokenWord Word);

/// <summary>The next stage of a recovery.</summary>
public sealed record NextStage(string Id, string Cluster);
