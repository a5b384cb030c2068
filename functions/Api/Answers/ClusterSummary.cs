using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Api.Answers;

/// <summary>A cluster as lists tell it.</summary>
/// <param name="Alias">Empty when it has none.</param>
/// <param name="Primary">Null when no single server is.</param>
/// <param name="Instances">How many servers it has.</param>
/// <param name="Seen">How many of them answered when they were looked at.</param>
/// <param name="Downtime">Of the whole cluster; null when none goes on.</param>
/// <param name="Severity">Of the gravest problem; null when nothing is wrong.</param>
/// <param name="Problems">What is wrong, one entry for each problem of a server.</param>
public sealed record ClusterSummary(
    ClusterId Cluster, string Alias, InstanceKey? Primary, int Instances, int Seen, Downtime? Downtime,
    Severity? Severity, IReadOnlyList<AnalysisCode> Problems);
