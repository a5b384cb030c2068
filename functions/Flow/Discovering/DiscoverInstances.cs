using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// What a discovery found: clusters as it stored them, refusals of seeds, and servers that were mentioned and are no
/// members.
/// </summary>
public sealed record Discovery(ImmutableArray<Topology> Clusters, ImmutableArray<string> Refusals, ImmutableArray<string> Warnings);

/// <summary>
/// Starts from seeds and follows links in both directions: to sources (replication status) and to replicas (SHOW REPLICAS, process list).
/// A seed that is refused writes nothing.
/// </summary>
public sealed class DiscoverInstances(IInstanceProbe probe, ITopologyStore store, TimeSpan timeout, TimeProvider time, ILogger logger)
{
    /// <summary>More servers than this in one walk is taken for a mistake.</summary>
    public const int ServersMost = 10_000;

    /// <summary>
    /// The lease under which seeds are looked for, an operator's and those of the settings, so that no two processes give
    /// one new cluster two ids. A watcher follows without it what a member of a stored cluster mentions.
    /// </summary>
    public const string LeaseName = "discover";

    /// <param name="alias">A name for the clusters found; empty keeps what is stored.</param>
    public async Task<Discovery> RunAsync(IReadOnlyCollection<InstanceKey> seeds, string alias, CancellationToken cancel)
    {
        var refusals = new List<string>();
        var walk = new Walk(probe, timeout, time);
        foreach (var seed in seeds)
            if (await RefusalAsync(seed, cancel) is { } refusal) refusals.Add(refusal);
            else await walk.FromAsync(seed, cancel);

        var clusters = walk.Members.Count > 0 ? await SaveAsync(walk, seeds, alias, cancel) : [];
        return new Discovery(clusters, [.. refusals], [.. walk.Warnings]);
    }

    private async Task<string?> RefusalAsync(InstanceKey seed, CancellationToken cancel)
    {
        if (await probe.AmbiguityAsync(seed, timeout, cancel) is { } ambiguity) return $"{ambiguity}; use the address of one of them";
        return Refusals.Of(seed, await probe.ProbeAsync(seed, timeout, cancel));
    }

    private async Task<ImmutableArray<Topology>> SaveAsync(
        Walk walk, IReadOnlyCollection<InstanceKey> seeds, string alias, CancellationToken cancel)
    {
        var stored = await store.ReadAllAsync(cancel);
        var saved = new List<(ClusterId Cluster, InstanceKey Member)>();
        foreach (var group in walk.Groups())
        {
            var known = stored.FirstOrDefault(c => c.Members.Any(s => group.Any(m => IsSame(s, m))));
            var members = group.Select(m => AsStored(m, known, seeds, walk.Warnings)).OfType<StoredMember>().ToArray();
            var id = known?.Id ?? IdOf(group);
            await store.SaveSightingsAsync(id, members, cancel);
            // Last, because it is what watchers notice.
            await store.SaveClusterAsync(id, alias, cancel);
            var before = known?.Members.Select(m => m.Key) ?? [];
            foreach (var fresh in members.Select(m => m.Key).Except(before)) logger.Found(fresh.ToString(), id.Value);
            saved.AddRange(members.Select(m => (id, m.Key)));
        }
        return await ReadBackAsync(saved.ToLookup(s => s.Cluster, s => s.Member), cancel);
    }

    // What is said to be found is what the store holds now, under the names it holds it by.
    private async Task<ImmutableArray<Topology>> ReadBackAsync(
        ILookup<ClusterId, InstanceKey> saved, CancellationToken cancel)
    {
        var clusters = ImmutableArray.CreateBuilder<Topology>();
        foreach (var found in saved)
        {
            if (await store.ReadAsync(found.Key, cancel) is not { } cluster) continue;
            var members = cluster.Members.Where(m => found.Contains(m.Key));
            clusters.Add(StoredPicture.Of(cluster with { Members = [.. members] }, time.GetUtcNow(), beat: null));
        }
        return clusters.ToImmutable();
    }

    private ClusterId IdOf(ImmutableArray<Member> group)
    {
        var draft = new Topology(new ClusterId("c-draft"), time.GetUtcNow(), group);
        var root = draft.Primary ?? draft.Roots.FirstOrDefault() ?? group[0];
        return ClusterId.FirstMetAt(root.Known?.ServerUuid ?? root.Key.ToString());
    }

    // A server stored under one of its names is not stored again under another one.
    private static StoredMember? AsStored(
        Member member, StoredCluster? known, IReadOnlyCollection<InstanceKey> seeds, List<string> warnings)
    {
        var stored = known?.Members ?? [];
        var same = stored.FirstOrDefault(s => s.Key == member.Key) ?? stored.FirstOrDefault(s => IsSame(s, member));
        if (same is not null && same.Key != member.Key && same.LastSeen?.ServerId != member.Known?.ServerId)
        {
            warnings.Add(
                $"{member.Key} is not stored: it has the server_uuid of {same.Key} and another server_id; "
                + "give it a server_uuid of its own");
            return null;
        }
        var key = same?.Key ?? member.Key;
        var asked = seeds.Where(s => s != key && (s == member.Key || member.Known?.Aliases.Contains(s) == true));
        return LiveCluster.AsStored(member) with
        {
            Key = key,
            LastSeen = key == member.Key ? member.LastSeen : Renamed(member.LastSeen!, key),
            OtherNames = [.. (same?.OtherNames ?? []).Union(asked)],
        };
    }

    private static Instance Renamed(Instance seen, InstanceKey key) =>
        seen with { Key = key, Aliases = [.. seen.Aliases.Append(seen.Key).Where(a => a != key).Distinct()] };

    private static bool IsSame(StoredMember stored, Member member) =>
        stored.Key == member.Key
        || (stored.LastSeen?.ServerUuid is { } uuid && uuid.Equals(member.Known?.ServerUuid, StringComparison.OrdinalIgnoreCase));
}
