using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// The right to watch a shard and to act on what is seen. It is renewed in the background. While the store is away the right to act runs
/// out, by our own clock and before anybody else could have taken the lease; watching goes on until the store says that another holder has it.
/// </summary>
public sealed class WatchRight : IAsyncDisposable
{
    private readonly IClusterLease leases;
    private readonly TimeSpan length;
    private readonly TimeProvider time;
    private readonly bool isSeat;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task renewing;
    private volatile Lease lease;
    private int disposed;

    private WatchRight(IClusterLease leases, Lease lease, TimeSpan length, TimeProvider time, bool isSeat = false)
    {
        (this.leases, this.lease, this.length, this.time, this.isSeat) = (leases, lease, length, time, isSeat);
        Lost = lost.Token;
        renewing = RenewAsync();
    }

    /// <summary>Whether it is one to look from a vantage point only, while another process may act.</summary>
    public bool IsSeat => isSeat;

    /// <summary>Whether what is seen may be acted on now: the lease is ours and will be for a while.</summary>
    public bool MayAct => !isSeat && !Lost.IsCancellationRequested && lease.Until - (length / 3) > time.GetUtcNow();

    /// <summary>Cancelled when another holder has the shard.</summary>
    public CancellationToken Lost { get; }

    /// <summary>
    /// Null while another holder has the shard, or while the fleet is watched in another number of shards: the same cluster would be in two of them.
    /// The number in use is stored. It is read under the lease, and changed by shard 0 alone, under the leases of all old and new shards.
    /// </summary>
    public static async Task<WatchRight?> TryTakeAsync(
        IClusterLease leases, ISettingsStore settings, Shard shard, string holder, TimeSpan length, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(shard);
        // Every taking is a holder of its own, so that two watchers of one process exclude each other too.
        var name = $"{holder}/{Guid.NewGuid().ToString("N")[..8]}";
        if (shard.Index > 0 && await settings.ReadShardsAsync(cancel) != shard.Count) return null;
        if (await leases.TryAcquireAsync(shard.Name, name, length, cancel) is not { } lease) return null;
        try
        {
            var stored = await settings.ReadShardsAsync(cancel);
            if (stored == shard.Count || (shard.Index == 0 && await TryShareOutAsync(leases, settings, stored, shard.Count, name, length, cancel)))
                return new WatchRight(leases, lease, length, time);
        }
        catch (Exception)
        {
            await GiveUpAsync(leases, lease, length / 3, time);
            throw;
        }
        await GiveUpAsync(leases, lease, length / 3, time);
        return null;
    }

    /// <summary>Null while another process looks at the shard from this vantage point, or while the fleet is watched in another number of shards.</summary>
    public static async Task<WatchRight?> TryTakeSeatAsync(
        IClusterLease leases, ISettingsStore settings, Shard shard, string vantage, string holder, TimeSpan length, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(shard);
        if (await settings.ReadShardsAsync(cancel) != shard.Count) return null;
        return await leases.TryAcquireAsync(shard.SeatAt(vantage), $"{holder}/{Guid.NewGuid().ToString("N")[..8]}", length, cancel) is { } lease
            ? new WatchRight(leases, lease, length, time, isSeat: true)
            : null;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await stop.CancelAsync();
        await renewing;
        if (!lost.IsCancellationRequested) await GiveUpAsync(leases, lease, length / 3, time);
        lost.Dispose();
        stop.Dispose();
    }

    // Holding the leases of all shards that somebody could be watching, in their order, so that of two who try one succeeds.
    private static async Task<bool> TryShareOutAsync(
        IClusterLease leases, ISettingsStore settings, int? stored, int count, string holder, TimeSpan length, CancellationToken cancel)
    {
        var held = new List<Lease>();
        try
        {
            foreach (var index in Enumerable.Range(1, Math.Max(stored ?? Shard.CountMost, count) - 1))
                if (await leases.TryAcquireAsync(Shard.NameOf(index), holder, length, cancel) is { } other) held.Add(other);
                else return false;
            await settings.SaveShardsAsync(count, cancel);
            return true;
        }
        finally
        {
            foreach (var other in held) await leases.ReleaseAsync(other, CancellationToken.None);
        }
    }

    private static async Task GiveUpAsync(IClusterLease leases, Lease lease, TimeSpan patience, TimeProvider time)
    {
        try
        {
            await leases.ReleaseAsync(lease, CancellationToken.None).WaitAsync(patience, time);
        }
        catch (Exception)
        {
            // It runs out by itself.
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            var pause = length / 3;
            while (true)
            {
                await Task.Delay(pause, time, stop.Token);
                if (await TryRenewAsync()) pause = length / 3;
                else if (lost.IsCancellationRequested) return;
                else pause = length / 12;
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task<bool> TryRenewAsync()
    {
        using var patience = new CancellationTokenSource(length / 3, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop.Token);
        try
        {
            // One that has run out and that nobody took is ours still: its epoch says so.
            if (await leases.TryRenewAsync(lease, length, either.Token) is { } renewed)
            {
                lease = renewed;
                return true;
            }
            await lost.CancelAsync();
            return false;
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // The store is slow or away.
            return false;
        }
    }
}
