using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Leasing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// Runs a discovery that an operator asks for, by any door: under the lease of discovery, with an audit entry of who
/// asked for what before it runs. It is refused while another process discovers.
/// </summary>
/// <param name="found">Awaited after clusters were stored, so that this process knows them by the time of the answer.</param>
public sealed class OperatorDiscovery(
    DiscoverInstances discover, IClusterLease leases, IAuditLog audit, string holder, TimeSpan leaseLength,
    Func<IReadOnlyCollection<ClusterId>, CancellationToken, Task> found, TimeProvider time)
{
    /// <summary>For so long another discovery is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Between two tries to take the lease meanwhile.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>Longer aliases are refused.</summary>
    public const int AliasLongest = 60;

    private const string Act = "discover";

    /// <summary>Why a cluster cannot have this alias; null when it can. An empty one keeps what is stored.</summary>
    public static string? WhyNotAlias(string alias)
    {
        ArgumentNullException.ThrowIfNull(alias);
        if (alias.Length <= AliasLongest && !alias.Any(c => char.IsControl(c) || c is '/' or '\\')) return null;
        var shown = new string([.. alias.Take(AliasLongest).Select(c => char.IsControl(c) ? '?' : c)]);
        var more = alias.Length > AliasLongest ? "…" : "";
        return $"alias '{shown}{more}': expected up to {AliasLongest} characters"
            + " without slashes and control characters";
    }

    /// <summary>What was found, or why nothing was looked for.</summary>
    /// <param name="seeds">At least one server.</param>
    /// <param name="alias">A name for the clusters found; empty keeps what is stored.</param>
    /// <param name="actor">Who asks.</param>
    public async Task<(Discovery? Discovery, string Refusal)> RunAsync(
        IReadOnlyCollection<InstanceKey> seeds, string alias, string actor, CancellationToken cancel)
    {
        if (WhyNotAlias(alias) is { } problem) return (null, problem);
        await using var lease = await TakeAsync(cancel);
        if (lease is null) return (null, "another process discovers servers at this moment; try again in some seconds");
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
        var discovery = await discover.RunAsync(seeds, alias, cancel);
        if (discovery.Clusters.Length > 0) await found([.. discovery.Clusters.Select(t => t.Cluster)], cancel);
        return discovery;
    }

    private async Task<LeaseKeeper?> TakeAsync(CancellationToken cancel)
    {
        var until = time.GetUtcNow() + Patience;
        while (true)
        {
            var lease = await LeaseKeeper.TryTakeAsync(
                leases, DiscoverInstances.LeaseName, holder, leaseLength, time, cancel);
            if (lease is not null) return lease;
            if (time.GetUtcNow() >= until) return null;
            await Task.Delay(AskAgain, time, cancel);
        }
    }
}
