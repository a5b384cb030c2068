using OrchestratorFunctions.Flow.Leasing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// The right to change which clusters there are and what they are called: discovery, aliases and forgetting exclude
/// each other by it, in all processes.
/// </summary>
public sealed class DiscoveryLease(IClusterLease leases, string holder, TimeSpan length, TimeProvider time)
{
    /// <summary>For so long another discovery is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Between two tries to take the lease meanwhile.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>Why it is not given.</summary>
    public const string Taken = "another process discovers servers at this moment; try again in some seconds";

    /// <summary>Null when another process has it for longer than that.</summary>
    public async Task<LeaseKeeper?> TakeAsync(CancellationToken cancel)
    {
        var until = time.GetUtcNow() + Patience;
        while (true)
        {
            var lease = await LeaseKeeper.TryTakeAsync(
                leases, DiscoverInstances.LeaseName, holder, length, time, cancel);
            if (lease is not null) return lease;
            if (time.GetUtcNow() >= until) return null;
            await Task.Delay(AskAgain, time, cancel);
        }
    }
}
