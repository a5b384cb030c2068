using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Leasing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// The right to move servers of a cluster to other addresses: the lease of its recoveries. So no recovery begins on
/// members and a ledger of which one names a server by the old address and the other by the new one.
/// </summary>
/// <param name="Holder">Names this process in leases.</param>
/// <param name="Length">Of the lease.</param>
public sealed record MoveRight(IClusterLease Leases, string Holder, TimeSpan Length)
{
    /// <summary>Null while a recovery of the cluster is being run.</summary>
    public Task<LeaseKeeper?> TryTakeAsync(ClusterId cluster, TimeProvider time, CancellationToken cancel) =>
        LeaseKeeper.TryTakeAsync(Leases, cluster.Value, Holder, Length, time, cancel);
}
