using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Naming;

/// <summary>What a name means: a cluster, or one server of it.</summary>
/// <param name="Server">Null when the whole cluster is meant.</param>
public sealed record Named(NamedCluster Cluster, InstanceKey? Server)
{
    /// <summary>What is shown to people.</summary>
    public string Name => Server?.ToString() ?? Cluster.Name;
}
