using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.App.Recoveries;

/// <summary>What an orchestration is started with: which recovery of which cluster, and how it begins.</summary>
/// <param name="Id">Id of the recovery, of its record and of the orchestration's instance.</param>
/// <param name="Failure">For a failure: the body of its message. It is read by the version that acts on it.</param>
/// <param name="To">For an operator's plan: the successor's host:port, empty for the best replica; of a move the new
/// source.</param>
/// <param name="By">For an operator's plan: who asked for it.</param>
/// <param name="From">For an operator's plan: the primary that was meant, or the server to move, host:port.</param>
/// <param name="Kind">For an operator's plan: a <see cref="PlanKind"/>; empty for a switch.</param>
/// <param name="Request">For an operator's plan: what was said with it; null when nothing was.</param>
public sealed record RecoveryOrder(string Id, string Cluster, string Failure = "", string To = "", string By = "", string From = "", string Kind = "", OperatorRequest? Request = null)
{
    public static RecoveryOrder Of(OperatorOrder order, string id) => new(id, order.Cluster.Value, To: order.Wanted?.ToString() ?? "", By: order.By, From: order.Subject?.ToString() ?? "",
        Kind: order.Kind == PlanKinds.Takeover ? "" : order.Kind.Name, Request: order.Request == new OperatorRequest("") ? null : order.Request);

    /// <summary>Null when a newer version wrote a kind this one does not know.</summary>
    public OperatorOrder? Read() => PlanKinds.TryFind(Kind.Length > 0 ? Kind : PlanKinds.Takeover.Name, out var kind)
        ? new(new ClusterId(Cluster), kind, Key(From), Key(To), By) { Request = Request ?? new("") }
        : null;

    private static InstanceKey? Key(string text) => text.Length > 0 ? InstanceKey.Parse(text) : null;
}

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

/// <summary>An operator's word as an event carries it.</summary>
public sealed record SpokenWord([property: JsonConverter(typeof(JsonStringEnumConverter<OperatorWish>))] OperatorWish Wish, string By, string Because = "", string Candidate = "");

/// <summary>An operator's word for a recovery.</summary>
public sealed record WordForRecovery(string Id, string Cluster, SpokenWord Word);

/// <summary>The next stage of a recovery.</summary>
public sealed record NextStage(string Id, string Cluster);
