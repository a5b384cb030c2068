using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Naming;

/// <summary>A known cluster with every name people may call it by.</summary>
/// <param name="Alias">Empty when it has none.</param>
public sealed record NamedCluster(ClusterId Id, string Alias, ImmutableArray<NamedServer> Servers)
{
    /// <summary>The alias, or the id of a cluster without one.</summary>
    public string Name => Alias.Length > 0 ? Alias : Id.Value;

    /// <summary>The names of a topology, without those that only the store knows.</summary>
    public static NamedCluster Of(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var servers = topology.Members.Select(m => new NamedServer(m.Key, m.LastKnown?.Aliases ?? []));
        return new(topology.Cluster, topology.Alias, [.. servers]);
    }
}
