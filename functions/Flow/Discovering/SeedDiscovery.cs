using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Leasing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// Looks for the servers of Discovery:Seeds until all of them are found. Several processes may run it: one at a time
/// looks, the others wait. The lease of discovery is held for one seed at a time, and after one that is not found it is
/// left free for a while: seeds that do not answer keep no operator's discovery waiting. While storage is away it tries
/// again.
/// </summary>
/// <param name="found">Called after something was stored.</param>
public sealed class SeedDiscovery(
    DiscoverInstances discover, KnownServers known, IClusterLease leases, string holder, TimeSpan leaseLength,
    Action found, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Whoever waits for the lease asks for it at least once meanwhile.</summary>
    private static readonly TimeSpan BetweenSeeds = 2 * OperatorDiscovery.AskAgain;

    private const string LeaseLost = "the lease of discovery was lost, because it could not be renewed in storage";

    // What was said last of each server, so that nothing is said twice.
    private readonly Dictionary<InstanceKey, string> said = [];
    private string saidOfStore = "";

    /// <summary>Returns when every seed is found, or when cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var pause = FirstPause;
        while (!await TryAsync(cancel) && !cancel.IsCancellationRequested)
        {
            await Task.Delay(pause, time, cancel).Ended();
            pause = Min(pause * 2, LongestPause);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task<bool> TryAsync(CancellationToken cancel)
    {
        try
        {
            return await DiscoverMissingAsync(cancel);
        }
        catch (Exception e)
        {
            if (!cancel.IsCancellationRequested) SayOfStore(Log.FirstLine(e));
            return false;
        }
    }

    private async Task<bool> DiscoverMissingAsync(CancellationToken cancel)
    {
        var missing = new Queue<InstanceKey>(await known.ReadMissingAsync(cancel));
        var isComplete = true;
        while (missing.TryDequeue(out var seed))
        {
            if (await TryOneAsync(seed, cancel)) continue;
            isComplete = false;
            if (missing.Count > 0) await Task.Delay(BetweenSeeds, time, cancel);
        }
        return isComplete;
    }

    // Whether it is found, be it by another process.
    private async Task<bool> TryOneAsync(InstanceKey seed, CancellationToken cancel)
    {
        await using var lease = await LeaseKeeper.TryTakeAsync(
            leases, DiscoverInstances.LeaseName, holder, leaseLength, time, cancel);
        if (lease is null) return false;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, lease.Lost);
        try
        {
            var isFound = await DiscoverAsync(seed, both.Token);
            saidOfStore = "";
            return isFound;
        }
        catch (Exception) when (lease.Lost.IsCancellationRequested)
        {
            if (!cancel.IsCancellationRequested) SayOfStore(LeaseLost);
            return false;
        }
    }

    private async Task<bool> DiscoverAsync(InstanceKey seed, CancellationToken cancel)
    {
        // Read again under the lease: another process may have found it, or it is of the cluster of another seed.
        if (!await IsMissingAsync(seed, cancel)) return true;
        var discovery = await discover.RunAsync([seed], "", cancel);
        if (discovery.Clusters.Length > 0)
        {
            found();
            if (!await IsMissingAsync(seed, cancel)) return true;
        }
        Say(seed, discovery);
        return false;
    }

    private async Task<bool> IsMissingAsync(InstanceKey seed, CancellationToken cancel) =>
        (await known.ReadMissingAsync(cancel)).Contains(seed);

    private void SayOfStore(string because)
    {
        if (saidOfStore == because) return;
        saidOfStore = because;
        logger.SeedsNotTried(because);
    }

    private void Say(InstanceKey seed, Discovery discovery)
    {
        var because = string.Join("; ", discovery.Refusals.IsEmpty ? discovery.Warnings : discovery.Refusals);
        if (said.GetValueOrDefault(seed) == because) return;
        said[seed] = because;
        logger.SeedRefused(seed.ToString(), because);
    }
}
