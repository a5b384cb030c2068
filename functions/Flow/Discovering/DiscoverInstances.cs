using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// What a discovery found: clusters as it stored them, refusals of seeds, and servers that were mentioned and are no
/// members.
/// </summary>
public sealed record Discovery(
    ImmutableArray<Topology> Clusters, ImmutableArray<string> Refusals, ImmutableArray<string> Warnings);

/// <summary>
/// Starts from seeds and follows links in both directions: to sources (replication status) and to replicas (SHOW
/// REPLICAS, process list). A seed that is refused writes nothing.
/// </summary>
public sealed class DiscoverInstances(
    IInstanceProbe probe, ITopologyStore store, IRecoveryStore recoveries, MoveRight right, TimeSpan timeout,
    TimeProvider time, ILogger logger)
{
    /// <summary>More servers than this in one walk is taken for a mistake.</summary>
    public const int ServersMost = 10_000;

    /// <summary>
    /// The lease under which servers are looked for: an operator's, those of the settings, and those that a member of a
    /// stored cluster mentions. So no two processes give one new cluster two ids, or one server to two clusters.
    /// </summary>
    public const string LeaseName = "discover";

    /// <param name="alias">A name for the cluster of the seeds; empty keeps what is stored.</param>
    public async Task<Discovery> RunAsync(
        IReadOnlyCollection<InstanceKey> seeds, string alias, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        var refusals = new List<string>();
        var walk = new ReplicationWalk(probe, timeout, time);
        foreach (var seed in seeds)
            if (await RefusalAsync(seed, cancel) is { } refusal) refusals.Add(refusal);
            else await walk.FromAsync(seed, cancel);
        return await SaveAsync(walk, seeds, alias, [.. refusals], cancel);
    }

    /// <summary>
    /// Follows a name that a member mentioned: what is asked of a server that a person names, as a binary log, is not
    /// asked of it. Nothing is found where nobody answers.
    /// </summary>
    /// <param name="by">The cluster that mentioned it: its members tell where it belongs when it does not.</param>
    public async Task<Discovery> FollowAsync(InstanceKey mentioned, Topology by, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(mentioned);
        ArgumentNullException.ThrowIfNull(by);
        if (await probe.AmbiguityAsync(mentioned, timeout, cancel) is { } ambiguity) return new([], [ambiguity], []);
        var walk = new ReplicationWalk(probe, timeout, time);
        var source = by.Members.FirstOrDefault(m => m.Current?.ReportedReplicas.Contains(mentioned) == true);
        await walk.FollowAsync(mentioned, source?.Key, cancel);
        if (walk.Members.Count > 0) await walk.VisitAsync(by.Members.Select(m => m.Key), cancel);
        return await SaveAsync(walk, [], "", [], cancel);
    }

    private async Task<Discovery> SaveAsync(
        ReplicationWalk walk, IReadOnlyCollection<InstanceKey> seeds, string alias, ImmutableArray<string> refusals,
        CancellationToken cancel)
    {
        var found = new FoundServers(store, recoveries, right, walk, seeds, time, logger);
        var clusters = walk.Members.Count > 0 ? await found.SaveAsync(alias, cancel) : [];
        return new Discovery(clusters, refusals, [.. walk.Warnings]);
    }

    private async Task<string?> RefusalAsync(InstanceKey seed, CancellationToken cancel)
    {
        if (await probe.AmbiguityAsync(seed, timeout, cancel) is { } ambiguity)
            return $"{ambiguity}; use the address of one of them";
        var outcome = await probe.ProbeAsync(seed, timeout, cancel);
        // A single answer that comes too late is no reason to send a person away.
        if (outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.TimedOut })
            outcome = await probe.ProbeAsync(seed, timeout, cancel);
        return Refusals.Of(seed, outcome);
    }
}
