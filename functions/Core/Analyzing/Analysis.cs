using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>One problem of one server with the evidence for it.</summary>
/// <param name="Kind">The plan that removes it by itself; null when there is none.</param>
/// <param name="Advice">What a person can do about it; empty where a plan does it.</param>
/// <param name="Because">The observations behind the verdict, one sentence each, most telling first.</param>
public record Analysis(
    ClusterId Cluster, InstanceKey Key, AnalysisCode Code, Severity Severity,
        PlanKind? Kind, string Sentence, string Advice,
    ReplicaTally Replicas, ImmutableArray<string> Because)
{
    public bool IsActionable => Kind is not null;
}
