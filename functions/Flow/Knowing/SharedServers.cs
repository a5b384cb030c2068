using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Knowing;

/// <summary>
/// Servers that two stored clusters hold, as after a discovery that died between its writes: both would fail over, and
/// each would act on a server of the other (decision 0031). Pure.
/// </summary>
internal static class SharedServers
{
    /// <summary>The clusters, with their shared members marked.</summary>
    /// <param name="all">Every stored cluster: who reads a part of them sees nothing.</param>
    public static ImmutableArray<StoredCluster> Marked(ImmutableArray<StoredCluster> all)
    {
        var homes = all.SelectMany(c => c.Members.Select(m => (Server: IdentityOf(m), c.Id)))
            .Where(h => h.Server is not null).ToLookup(h => h.Server!, h => h.Id, StringComparer.Ordinal);
        var shared = homes.Where(h => h.Distinct().Skip(1).Any())
            .ToDictionary(h => h.Key, h => h.Distinct().ToArray(), StringComparer.Ordinal);
        return shared.Count == 0 ? all : [.. all.Select(c => Marked(c, shared))];
    }

    private static StoredCluster Marked(StoredCluster cluster, Dictionary<string, ClusterId[]> shared) => cluster with
    {
        Members =
        [
            .. cluster.Members.Select(m => IdentityOf(m) is { } server && shared.TryGetValue(server, out var homes)
                ? m with { AlsoIn = homes.First(h => h != cluster.Id) }
                : m),
        ],
    };

    private static string? IdentityOf(StoredMember member) =>
        member.LastSeen is { } seen ? ServerIdentity.Of(seen) : null;
}
