using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// Looks for the servers of Discovery:Seeds until all of them are found. Several processes may run it: one at a time
/// looks, the others wait. While storage is away it tries again.
/// </summary>
/// <param name="found">Called after something was stored.</param>
public sealed class SeedDiscovery(
    DiscoverInstances discover, KnownServers known, IClusterLease leases, string holder, TimeSpan leaseLength,
    Action found, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1);

    private const ConfigureAwaitOptions Quietly =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    // What was said last of each server, so that nothing is said twice.
    private readonly Dictionary<InstanceKey, string> said = [];
    private string saidOfStore = "";

    /// <summary>Returns when every seed is found, or when cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var pause = FirstPause;
        while (!await TryAsync(cancel) && !cancel.IsCancellationRequested)
        {
            await Task.Delay(pause, time, cancel).ConfigureAwait(Quietly);
            pause = Min(pause * 2, LongestPause);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task<bool> TryAsync(CancellationToken cancel)
    {
        try
        {
            if ((await known.ReadMissingAsync(cancel)).IsEmpty) return true;
            await using var lease = await LeaseGuard.TryTakeAsync(
                leases, DiscoverInstances.LeaseName, holder, leaseLength, time, cancel);
            if (lease is null) return false;
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, lease.Lost);
            return await DiscoverMissingAsync(both.Token);
        }
        catch (Exception e)
        {
            if (cancel.IsCancellationRequested || saidOfStore == e.Message) return false;
            saidOfStore = e.Message;
            logger.SeedsNotTried(e.Message);
            return false;
        }
    }

    private async Task<bool> DiscoverMissingAsync(CancellationToken cancel)
    {
        // Read again under the lease: another process may have found some.
        var missing = await known.ReadMissingAsync(cancel);
        saidOfStore = "";
        foreach (var seed in missing)
        {
            // One seed finds the others of its cluster.
            if (!missing.Contains(seed)) continue;
            var discovery = await discover.RunAsync([seed], "", cancel);
            if (discovery.Clusters.Length > 0)
            {
                found();
                missing = await known.ReadMissingAsync(cancel);
            }
            if (missing.Contains(seed)) Say(seed, discovery);
        }
        return missing.IsEmpty;
    }

    private void Say(InstanceKey seed, Discovery discovery)
    {
        var because = string.Join("; ", discovery.Refusals.IsEmpty ? discovery.Warnings : discovery.Refusals);
        if (said.GetValueOrDefault(seed) == because) return;
        said[seed] = because;
        logger.SeedRefused(seed.ToString(), because);
    }
}
