using Azure;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Leases;

/// <summary>
/// Leases as rows with a holder, an end and an epoch, changed only under their ETag: of several who try at once, one
/// succeeds.
/// </summary>
internal sealed class ClusterLeases(LeaseRows rows, TimeProvider time) : IClusterLease
{
    // Every failed attempt means that another write succeeded in between.
    private const int Attempts = 8;

    public async Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan length, CancellationToken cancel)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // What was read ahead may let somebody try. It refuses nobody: the holder may have given it up since.
            var ahead = rows.TakeAhead(name);
            if (ahead is { } read && IsHeld(read.Lease, holder)) ahead = null;
            var (stored, tag) = ahead ?? await rows.ReadAsync(name, cancel);
            if (IsHeld(stored, holder)) return null;
            var now = time.GetUtcNow();
            var epoch = stored is null ? 1 : stored.Holder == holder ? stored.Epoch : stored.Epoch + 1;
            var lease = new Lease(name, holder, epoch, now + length);
            var written = stored is null ? rows.InsertAsync(lease, cancel) : rows.ReplaceAsync(lease, tag, cancel);
            if (await SucceedsAsync(written)) return lease;
        }
        return null;
    }

    public async Task<Lease?> ReadAsync(string name, CancellationToken cancel)
    {
        var (stored, _) = await rows.ReadAsync(name, cancel);
        return IsHeld(stored, asking: "") ? stored : null;
    }

    private bool IsHeld(Lease? stored, string asking) =>
        stored is { Holder.Length: > 0 } && stored.Holder != asking && stored.Until > time.GetUtcNow();

    public async Task<Lease?> TryRenewAsync(Lease lease, TimeSpan length, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        var renewed = lease with { Until = time.GetUtcNow() + length };
        return await ReplaceOursAsync(lease, renewed, cancel) ? renewed : null;
    }

    public async Task ReleaseAsync(Lease lease, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await ReplaceOursAsync(lease, lease with { Holder = "", Until = time.GetUtcNow() }, cancel);
        rows.Forget(lease);
    }

    public async Task ReleaseAsync(string name, string holder, CancellationToken cancel)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        var (stored, _) = await rows.ReadAsync(name, cancel);
        if (stored?.Holder == holder) await ReleaseAsync(stored, cancel);
    }

    private async Task<bool> ReplaceOursAsync(Lease ours, Lease next, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await rows.TagAsync(ours, afresh: attempt > 0, cancel) is not { } tag) return false;
            if (await SucceedsAsync(rows.ReplaceAsync(next, tag, cancel))) return true;
        }
        return false;
    }

    // A retry of a write whose answer was lost fails too; the caller then reads the row and finds it its own.
    private static async Task<bool> SucceedsAsync(Task written)
    {
        try
        {
            await written;
            return true;
        }
        catch (RequestFailedException e) when (e.IsStale() || e.IsMissingRow() || e.IsExistingRow())
        {
            return false;
        }
    }
}
