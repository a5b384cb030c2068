using OrchestratorFunctions.Core.Leasing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Leasing;

/// <summary>
/// Holds one lease: carries out what the lease machine asks for and tells it of the ends. It decides nothing. Disposing
/// it gives the lease back.
/// </summary>
public sealed class LeaseKeeper : IAsyncDisposable
{
    private static int takings;

    private readonly IClusterLease leases;
    private readonly TimeProvider time;
    private readonly long began;
    private readonly CancellationTokenSource lost = new(), stop = new();
    private volatile LeaseState state;
    private volatile Lease lease;
    private Task keeping = Task.CompletedTask;
    private int disposed;

    private LeaseKeeper(IClusterLease leases, TimeProvider time, long began, LeaseState state, Lease lease)
    {
        (this.leases, this.time, this.began, this.state, this.lease) = (leases, time, began, state, lease);
        Lost = lost.Token;
    }

    /// <summary>As the store gave it last.</summary>
    public Lease Lease => lease;

    /// <summary>Cancelled when the lease is lost.</summary>
    public CancellationToken Lost { get; }

    /// <summary>
    /// For how long the lease is certainly ours, by the monotonic clock: a wall clock that is set back does not make it
    /// longer, and a process that was stopped sees that it has run out.
    /// </summary>
    public TimeSpan Left => state.LeftAt(time.GetElapsedTime(began));

    /// <summary>A lease that is lost when it runs out.</summary>
    /// <inheritdoc cref="TryTakeAsync(IClusterLease, string, string, LeaseTerms, TimeProvider, CancellationToken)"/>
    public static Task<LeaseKeeper?> TryTakeAsync(
        IClusterLease leases, string name, string holder, TimeSpan length, TimeProvider time,
        CancellationToken cancel) =>
        TryTakeAsync(leases, name, holder, new LeaseTerms(length), time, cancel);

    /// <summary>
    /// Null while another holder has it. Every taking is a holder of its own, so that two flows of one process exclude
    /// each other too. Throws what the store threw: an answer that was lost is no lease, and what the store may keep
    /// for it is given back first.
    /// </summary>
    public static async Task<LeaseKeeper?> TryTakeAsync(
        IClusterLease leases, string name, string holder, LeaseTerms terms, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(leases);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(time);
        var began = time.GetTimestamp();
        var (asked, _) = LeaseMachine.Begin(terms, HolderOf(holder, time), TimeSpan.Zero);
        Lease? given;
        try
        {
            given = await leases.TryAcquireAsync(name, asked.Holder, terms.Length, cancel);
        }
        catch (Exception)
        {
            var (_, end) = LeaseMachine.Step(asked, new LeaseEvent.NoAnswer(), time.GetElapsedTime(began));
            if (end is LeaseCommand.Release back) await GiveBackAsync(leases, name, asked.Holder, back.Within, time);
            throw;
        }
        LeaseEvent answer = given is null ? new LeaseEvent.Refused() : new LeaseEvent.Acquired(given.Epoch);
        var (taken, next) = LeaseMachine.Step(asked, answer, time.GetElapsedTime(began));
        if (given is null) return null;
        var keeper = new LeaseKeeper(leases, time, began, taken, given);
        keeper.keeping = keeper.KeepAsync(next);
        if (taken.IsHeld) return keeper;
        await keeper.DisposeAsync();
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await stop.CancelAsync();
        await keeping;
        lost.Dispose();
        stop.Dispose();
    }

    // A host that is being stopped gives it back too. A store that is away keeps it until it runs out.
    private static async Task GiveBackAsync(
        IClusterLease leases, string name, string holder, TimeSpan within, TimeProvider time)
    {
        try
        {
            await leases.ReleaseAsync(name, holder, CancellationToken.None).WaitAsync(within, time);
        }
        catch (Exception)
        {
            // Whoever asked for it hears of the first error.
        }
    }

    // Unique among all processes and their restarts, also where every one of them is number 1 of its container.
    private static string HolderOf(string process, TimeProvider time) =>
        $"{process}/{time.GetUtcNow():yyyyMMdd'T'HHmmssfffffff}-{Interlocked.Increment(ref takings)}";

    private async Task KeepAsync(LeaseCommand? command)
    {
        while (command is not null && await EventOfAsync(command) is { } happened)
            (state, command) = LeaseMachine.Step(state, happened, time.GetElapsedTime(began));
    }

    private async Task<LeaseEvent?> EventOfAsync(LeaseCommand command)
    {
        try
        {
            switch (command)
            {
                case LeaseCommand.WakeAt wake:
                    var pause = wake.At - time.GetElapsedTime(began);
                    if (pause > TimeSpan.Zero) await Task.Delay(pause, time, stop.Token);
                    return new LeaseEvent.TimeReached();
                case LeaseCommand.Renew renew:
                    return await RenewAsync(renew.Within);
                case LeaseCommand.SayLost:
                    await lost.CancelAsync();
                    // What is under way ends before it is given back, where the store may have it yet.
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, stop.Token);
                    return null;
                default:
                    var releasing = leases.ReleaseAsync(lease, CancellationToken.None);
                    await releasing.WaitAsync(((LeaseCommand.Release)command).Within, time);
                    return null;
            }
        }
        catch (Exception) when (command is not LeaseCommand.Release)
        {
            // The store is slow or away; what is left of the lease decides.
            return stop.IsCancellationRequested ? new LeaseEvent.ReleaseAsked() : new LeaseEvent.NoAnswer();
        }
        catch (Exception) when (command is LeaseCommand.Release)
        {
            return null;
        }
    }

    private async Task<LeaseEvent> RenewAsync(TimeSpan within)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        try
        {
            var renewing = leases.TryRenewAsync(lease, state.Terms.Length, over.Token);
            if (await renewing.WaitAsync(within, time, stop.Token) is not { } renewed) return new LeaseEvent.Refused();
            lease = renewed;
            return new LeaseEvent.Renewed();
        }
        finally
        {
            await over.CancelAsync();
        }
    }
}
