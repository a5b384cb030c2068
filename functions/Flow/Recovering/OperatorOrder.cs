using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>A plan an operator asks for.</summary>
/// <param name="Subject">The primary that is meant to be relieved, null for whichever it is; of a move the server to move.</param>
/// <param name="Wanted">The successor, null for the best one; of a move the new source.</param>
/// <param name="By">Who asks.</param>
public sealed record OperatorOrder(ClusterId Cluster, PlanKind Kind, InstanceKey? Subject, InstanceKey? Wanted, string By);
