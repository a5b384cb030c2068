using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>What a discovery found: clusters it wrote, refusals of seeds, and servers that were mentioned and could not be seen.</summary>
public sealed record Discovery(ImmutableArray<Topology> Clusters, ImmutableArray<string> Refusals, ImmutableArray<string> Warnings);

/// <summary>
/// Starts from seeds and follows links in both directions: to sources (replication status) and to replicas (SHOW REPLICAS, process list).
/// A seed that is refused writes nothing.
/// </summary>
public sealed class DiscoverInstances(IInstanceProbe probe, ITopologyStore store, TimeSpan timeout, TimeProvider time, ILogger logger)
{
    /// <summary>More servers than this in one walk is taken for a mistake.</summary>
    public const int ServersMost = 10_000;

    /// <param name="alias">A name for the clusters found; empty keeps what is stored.</param>
    public async Task<Discovery> RunAsync(IReadOnlyCollection<InstanceKey> seeds, string alias, CancellationToken cancel)
    {
        var refusals = new List<string>();
        var walk = new Walk(probe, timeout, time);
        foreach (var seed in seeds)
            if (await RefusalAsync(seed, cancel) is { } refusal) refusals.Add(refusal);
            else await walk.FromAsync(seed, cancel);

        var clusters = ImmutableArray.CreateBuilder<Topology>();
        if (walk.Members.Count > 0)
        {
            var stored = await store.ReadAllAsync(cancel);
            foreach (var group in walk.Groups()) clusters.Add(await SaveAsync(group, stored, alias, cancel));
        }
        return new Discovery(clusters.ToImmutable(), [.. refusals], [.. walk.Warnings]);
    }

    private async Task<string?> RefusalAsync(InstanceKey seed, CancellationToken cancel)
    {
        if (await probe.AmbiguityAsync(seed, timeout, cancel) is { } ambiguity) return $"{ambiguity}; use the address of one of them";
        return Refusals.Of(seed, await probe.ProbeAsync(seed, timeout, cancel));
    }

    private async Task<Topology> SaveAsync(ImmutableArray<Member> group, ImmutableArray<StoredCluster> stored, string alias, CancellationToken cancel)
    {
        var known = stored.FirstOrDefault(c => c.Members.Any(s => group.Any(m => IsSame(s, m))));
        var draft = new Topology(new ClusterId("c-draft"), time.GetUtcNow(), group);
        var root = draft.Primary ?? draft.Roots.FirstOrDefault() ?? group[0];
        var id = known?.Id ?? ClusterId.FirstMetAt(root.Known?.ServerUuid ?? root.Key.ToString());
        var fresh = group.Where(m => known is null || known.Members.All(s => !IsSame(s, m))).ToArray();
        // A server stored under one of its names is not stored again under another one.
        var members = group.Where(m => known is null || fresh.Contains(m) || known.Members.Any(s => s.Key == m.Key)).ToArray();
        await store.SaveSightingsAsync(id, [.. members.Select(Watching.LiveCluster.AsStored)], cancel);
        // Last, because it is what watchers notice.
        await store.SaveClusterAsync(id, alias, cancel);
        foreach (var m in fresh) logger.Found(m.Key.ToString(), id.Value);
        return new Topology(id, time.GetUtcNow(), group, alias.Length > 0 ? alias : known?.Alias ?? "");
    }

    private static bool IsSame(StoredMember stored, Member member) =>
        stored.Key == member.Key
        || (stored.LastSeen?.ServerUuid is { } uuid && uuid.Equals(member.Known?.ServerUuid, StringComparison.OrdinalIgnoreCase));
}
