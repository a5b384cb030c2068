using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Knowing;

/// <summary>The names of all that is stored: the one lookup of every door and every verb.</summary>
public sealed class FleetNames(ITopologyStore store)
{
    public async Task<NameBook> ReadAsync(CancellationToken cancel) =>
        new([.. (await store.ReadAllAsync(cancel)).Select(Of)]);

    /// <summary>A stored cluster with every name of it.</summary>
    public static NamedCluster Of(StoredCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return new(cluster.Id, cluster.Alias, [.. cluster.Members.Select(Of)]);
    }

    private static NamedServer Of(StoredMember member) =>
        new(member.Key, [.. (member.LastSeen?.Aliases ?? []).Union(member.OtherNames)]);
}
