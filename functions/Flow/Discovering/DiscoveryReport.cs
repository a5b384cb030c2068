using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>One cluster that was found and stored.</summary>
/// <param name="Primary">Null when no single server is.</param>
public sealed record FoundCluster(
    ClusterId Cluster, string Alias, InstanceKey? Primary, ImmutableArray<InstanceKey> Members);

/// <summary>What a discovery answers to whoever asked for it, the same by every door.</summary>
/// <param name="Problem">Why nothing was found; null when something was.</param>
public sealed record DiscoveryReport(
    string? Problem, ImmutableArray<FoundCluster> Clusters, ImmutableArray<string> Refusals,
    ImmutableArray<string> Warnings)
{
    public static DiscoveryReport Of(Discovery discovery)
    {
        ArgumentNullException.ThrowIfNull(discovery);
        var because = discovery.Refusals.IsEmpty ? discovery.Warnings : discovery.Refusals;
        var problem = discovery.Clusters.IsEmpty ? string.Join("; ", because) : null;
        return new(problem, [.. discovery.Clusters.Select(Of)], discovery.Refusals, discovery.Warnings);
    }

    private static FoundCluster Of(Topology found) =>
        new(found.Cluster, found.Alias, found.Primary?.Key, [.. found.Members.Select(m => m.Key)]);
}
