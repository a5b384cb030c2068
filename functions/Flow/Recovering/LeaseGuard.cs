using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Holds a lease, renews it in the background and says when it is lost. Work done under it stops before the lease can have run out:
/// a renewal that fails until a third of the length is left counts as lost.
/// </summary>
public sealed class LeaseGuard : IAsyncDisposable
{
    private readonly IClusterLease leases;
    private readonly TimeSpan length;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task renewing;
    private volatile Lease lease;
    private long askedAt;

    /// <param name="askedAt">When the lease was asked for: it runs from then at the earliest.</param>
    private LeaseGuard(IClusterLease leases, Lease lease, TimeSpan length, TimeProvider time, long askedAt)
    {
        (this.leases, this.lease, this.length, this.time, this.askedAt) = (leases, lease, length, time, askedAt);
        renewing = RenewAsync();
    }

    public Lease Lease => lease;

    /// <summary>Cancelled when the lease is lost.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>
    /// Null while another holder has it. Every taking is a holder of its own, so that two flows of one process exclude each other too.
    /// </summary>
    public static async Task<LeaseGuard?> TryTakeAsync(
        IClusterLease leases, string name, string holder, TimeSpan length, TimeProvider time, CancellationToken cancel)
    {
        var askedAt = time.GetTimestamp();
        return await leases.TryAcquireAsync(name, $"{holder}/{Guid.NewGuid().ToString("N")[..8]}", length, cancel) is { } lease
            ? new LeaseGuard(leases, lease, length, time, askedAt)
            : null;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await renewing;
        if (!lost.IsCancellationRequested)
        {
            try
            {
                await leases.ReleaseAsync(lease, CancellationToken.None).WaitAsync(length, time);
            }
            catch (Exception)
            {
                // It runs out by itself.
            }
        }
        lost.Dispose();
        stop.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            var pause = length / 3;
            while (true)
            {
                await Task.Delay(pause, time, stop.Token);
                // After a failure soon again, for what is left of the time.
                pause = await TryRenewAsync() ? length / 3 : length / 12;
                if (Left <= TimeSpan.Zero)
                {
                    await lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    /// <summary>
    /// Until work has to stop, by a clock that only goes forward: one that is set back must not make a lease seem longer, and a process that
    /// was stopped must see that it has run out.
    /// </summary>
    public TimeSpan Left => lease.Until == DateTimeOffset.MinValue
        ? TimeSpan.Zero
        : length - (length / 3) - time.GetElapsedTime(Interlocked.Read(ref askedAt));

    private async Task<bool> TryRenewAsync()
    {
        try
        {
            var patience = Left > TimeSpan.Zero ? Left : TimeSpan.Zero;
            var asked = time.GetTimestamp();
            var renewed = await leases.TryRenewAsync(lease, length, stop.Token).WaitAsync(patience, time, stop.Token);
            lease = renewed ?? lease with { Until = DateTimeOffset.MinValue };
            if (renewed is not null) Interlocked.Exchange(ref askedAt, asked);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // The store is slow or away: what is left of the lease decides.
            return false;
        }
    }
}
