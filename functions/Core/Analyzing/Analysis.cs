using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>One problem of one server with the evidence for it.</summary>
/// <param name="Because">The observations behind the verdict, one sentence each, most telling first.</param>
public sealed record Analysis(
    ClusterId Cluster, InstanceKey Key, AnalysisCode Code, Remedy Remedy, string Sentence, ReplicaTally Replicas, ImmutableArray<string> Because)
{
    public bool IsActionable => Remedy != Remedy.None;
}
