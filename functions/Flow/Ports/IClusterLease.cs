using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>The right to act on a cluster (or to watch a shard), held by one process at a time.</summary>
/// <param name="Epoch">Grows by one with every new holder and never shrinks (S2).</param>
public sealed record Lease(string Name, string Holder, long Epoch, DateTimeOffset Until);

/// <summary>
/// Hands out leases. All times are the store's caller's clock; a lease is only as good as clocks agree within its
/// length.
/// </summary>
public interface IClusterLease
{
    /// <summary>
    /// The lease, or null while another holder's has not run out. Taking one's own lease again renews it under the same
    /// epoch.
    /// </summary>
    Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan length, CancellationToken cancel);

    /// <summary>Who has it at this moment, without asking for it; null while nobody does.</summary>
    Task<Lease?> ReadAsync(string name, CancellationToken cancel);

    /// <summary>The lease with a later end, or null when it was lost.</summary>
    Task<Lease?> TryRenewAsync(Lease lease, TimeSpan length, CancellationToken cancel);

    /// <summary>Gives it up; no error when it was lost already.</summary>
    Task ReleaseAsync(Lease lease, CancellationToken cancel);

    /// <summary>
    /// Gives up what this holder may have got by a request without an answer; no error when it has nothing.
    /// </summary>
    Task ReleaseAsync(string name, string holder, CancellationToken cancel);
}
