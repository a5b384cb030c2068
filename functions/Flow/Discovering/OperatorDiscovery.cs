using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// Runs a discovery that an operator asks for, by any door: under the lease of discovery, with an audit entry of who
/// asked for what before it runs. It is refused while another process discovers.
/// </summary>
/// <param name="found">Awaited after clusters were stored, so that this process knows them by the time of the
/// answer.</param>
public sealed class OperatorDiscovery(
    DiscoverInstances discover, ITopologyStore store, IAuditLog audit, DiscoveryLease discovery,
    Func<IReadOnlyCollection<ClusterId>, CancellationToken, Task> found, TimeProvider time)
{
    /// <inheritdoc cref="DiscoveryLease.Patience"/>
    public static readonly TimeSpan Patience = DiscoveryLease.Patience;

    /// <inheritdoc cref="DiscoveryLease.AskAgain"/>
    public static readonly TimeSpan AskAgain = DiscoveryLease.AskAgain;

    private const string Act = "discover";

    /// <summary>What was found, or why nothing was looked for.</summary>
    /// <param name="seeds">At least one server.</param>
    /// <param name="alias">A name for the cluster of the first server; empty keeps what is stored.</param>
    /// <param name="actor">Who asks.</param>
    public async Task<(Discovery? Discovery, string Refusal)> RunAsync(
        IReadOnlyCollection<InstanceKey> seeds, string alias, string actor, CancellationToken cancel)
    {
        if (Alias.WhyNot(alias) is { } problem) return (null, problem);
        await using var lease = await discovery.TakeAsync(cancel);
        if (lease is null) return (null, DiscoveryLease.Taken);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, lease.Lost);
        try
        {
            return (await RunUnderLeaseAsync(seeds, alias, actor, both.Token), "");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, "the discovery was stopped, because its lease could not be renewed in storage; try again");
        }
    }

    private async Task<Discovery> RunUnderLeaseAsync(
        IReadOnlyCollection<InstanceKey> seeds, string alias, string actor, CancellationToken cancel)
    {
        var says = string.Join(", ", seeds) + (alias.Length > 0 ? $", alias {alias}" : "");
        var one = seeds.Count == 1 ? seeds.First() : null;
        await audit.WriteAsync(new AuditEntry(time.GetUtcNow(), actor, Act, null, one, says), cancel);
        var discovery = await discover.RunAsync(seeds, "", cancel);
        discovery = discovery with { Refusals = discovery.Refusals.AddRange(NotStored(discovery)) };
        if (alias.Length > 0) discovery = await NameAsync(discovery, seeds, alias, cancel);
        if (discovery.Clusters.Length > 0) await found([.. discovery.Clusters.Select(t => t.Cluster)], cancel);
        return discovery;
    }

    /// <summary>Members whose sighting could not be stored: read back, they bear why.</summary>
    internal static IEnumerable<string> NotStored(Discovery discovery) =>
        discovery.Clusters.SelectMany(t => t.Members)
            .Where(m => m.Outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.OwnError })
            .Where(m => !discovery.Warnings.Any(w => w.StartsWith($"{m.Key} ", StringComparison.Ordinal)))
            .Select(m => $"{m.Key}: {((ProbeOutcome.Failed)m.Outcome).Says}");

    // An alias names one cluster: that of the first server that was found. The others are stored without it.
    private async Task<Discovery> NameAsync(
        Discovery discovery, IReadOnlyCollection<InstanceKey> seeds, string alias, CancellationToken cancel)
    {
        var all = discovery.Clusters;
        var first = seeds.Select(s => all.FirstOrDefault(t => t[s] is not null)).OfType<Topology>().FirstOrDefault();
        if ((first ?? all.FirstOrDefault()) is not { } named) return discovery;
        ImmutableArray<NamedCluster> stored = [.. (await store.ReadAllAsync(cancel)).Select(FleetNames.Of)];
        if (Alias.WhyNot(alias, named.Cluster, stored) is { } taken)
            return discovery with { Refusals = discovery.Refusals.Add($"cluster {named.Cluster}: {taken.Says}") };
        if (named.Alias != alias) await store.SetAliasAsync(named.Cluster, alias, cancel);
        var others = all.Where(t => t.Cluster != named.Cluster && seeds.Any(s => t[s] is not null)).Select(t =>
            $"cluster {t.Cluster} of {t.Members[0].Key}: alias '{alias}' names cluster {named.Cluster}; "
            + $"give it one of its own: alias {t.Cluster} NAME");
        return discovery with
        {
            Clusters = [.. all.Select(t => t.Cluster == named.Cluster ? Called(t, alias) : t)],
            Refusals = [.. discovery.Refusals, .. others],
        };
    }

    private static Topology Called(Topology t, string alias) => new(t.Cluster, t.TakenAt, t.Members, alias, t.Ledger);
}
