using OrchestratorFunctions.Core.Leasing;
using OrchestratorFunctions.Flow.Leasing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// The right to watch a shard and to act on what is seen. While the store is away the right to act runs out, by a clock
/// that only goes forward and before anybody else could have taken the lease; watching goes on until the store says
/// that another holder has it.
/// </summary>
public sealed class WatchLease : IAsyncDisposable
{
    private readonly LeaseKeeper keeper;

    private WatchLease(LeaseKeeper keeper, bool isSeat = false) => (this.keeper, IsObserver) = (keeper, isSeat);

    /// <summary>Whether it is one to look from a vantage point only, while another process may act.</summary>
    public bool IsObserver { get; }

    /// <summary>Whether what is seen may be acted on now: the lease is ours and will be for a while.</summary>
    public bool MayAct => !IsObserver && keeper.Left > TimeSpan.Zero;

    /// <summary>Cancelled when another holder has the shard.</summary>
    public CancellationToken Lost => keeper.Lost;

    /// <summary>
    /// Null while another holder has the shard, or while the fleet is watched in another number of shards: the same
    /// cluster would be in two of them. The number in use is stored. It is read under the lease, and changed by shard 0
    /// alone, under the leases of all old and new shards.
    /// </summary>
    public static async Task<WatchLease?> TryTakeAsync(
        IClusterLease leases, ISettingsStore settings, Shard shard, string holder, TimeSpan length, TimeProvider time,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(shard);
        if (shard.Index > 0 && await settings.ReadShardsAsync(cancel) != shard.Count) return null;
        var terms = new LeaseTerms(length, OutlivesSilence: true);
        var keeper = await LeaseKeeper.TryTakeAsync(leases, shard.Name, holder, terms, time, cancel);
        if (keeper is null) return null;
        var isInUse = false;
        try
        {
            isInUse = await IsInUseAsync(leases, settings, shard, keeper.Lease.Holder, length, cancel);
        }
        finally
        {
            if (!isInUse) await keeper.DisposeAsync();
        }
        return isInUse ? new WatchLease(keeper) : null;
    }

    /// <summary>
    /// Null while another process looks at the shard from this vantage point, or while the fleet is watched in another
    /// number of shards.
    /// </summary>
    public static async Task<WatchLease?> TryObserveAsync(
        IClusterLease leases, ISettingsStore settings, Shard shard, string vantage, string holder, TimeSpan length,
        TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(shard);
        if (await settings.ReadShardsAsync(cancel) != shard.Count) return null;
        var terms = new LeaseTerms(length, OutlivesSilence: true);
        return await LeaseKeeper.TryTakeAsync(leases, shard.ObserverAt(vantage), holder, terms, time, cancel) is { } keeper
            ? new WatchLease(keeper, isSeat: true)
            : null;
    }

    public ValueTask DisposeAsync() => keeper.DisposeAsync();

    private static async Task<bool> IsInUseAsync(
        IClusterLease leases, ISettingsStore settings, Shard shard, string holder, TimeSpan length,
        CancellationToken cancel)
    {
        var stored = await settings.ReadShardsAsync(cancel);
        if (stored == shard.Count) return true;
        return shard.Index == 0
            && await TryShareOutAsync(leases, settings, stored, shard.Count, holder, length, cancel);
    }

    // Holding the leases of all shards that somebody could be watching, in their order, so that of two who try one
    // succeeds.
    private static async Task<bool> TryShareOutAsync(
        IClusterLease leases, ISettingsStore settings, int? stored, int count, string holder, TimeSpan length,
        CancellationToken cancel)
    {
        var held = new List<Lease>();
        try
        {
            foreach (var index in Enumerable.Range(1, Math.Max(stored ?? Shard.CountMost, count) - 1))
                if (await leases.TryAcquireAsync(Shard.NameOf(index), holder, length, cancel) is { } other)
                    held.Add(other);
                else return false;
            await settings.SaveShardsAsync(count, cancel);
            return true;
        }
        finally
        {
            foreach (var other in held) await leases.ReleaseAsync(other, CancellationToken.None);
        }
    }
}
