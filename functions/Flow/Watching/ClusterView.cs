using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>A cluster as it is known now, with what operators declared of the whole of it.</summary>
public sealed record ClusterView(Topology Topology, Downtime? Downtime);
