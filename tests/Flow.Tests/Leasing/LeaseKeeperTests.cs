using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Leasing;

namespace OrchestratorFunctions.Flow.Tests.Leasing;

public sealed class LeaseKeeperTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(12), Bound = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly Leases leases;
    private readonly long began;

    public LeaseKeeperTests() => (leases, began) = (new Leases(new Memory(time)), time.GetTimestamp());

    [Fact]
    public async Task A_lease_is_kept_as_long_as_it_can_be_renewed()
    {
        await using var guard = await TakeAsync();
        await PassAsync(() => leases.Renewals >= 20);
        Assert.False(guard.Lost.IsCancellationRequested);
        Assert.True(guard.Lease.Until > time.GetUtcNow());
        Assert.Null(await LeaseKeeper.TryTakeAsync(leases, "c", "other", Length, time, default));
    }

    [Fact]
    public async Task A_lease_that_somebody_else_has_is_lost_at_the_next_renewal()
    {
        await using var guard = await TakeAsync();
        leases.Memory.Steal("c");
        await PassAsync(() => guard.Lost.IsCancellationRequested);
        Assert.Equal(1, leases.Renewals);
    }

    [Theory]
    [InlineData("fails")]
    [InlineData("hangs")]
    [InlineData("fails, then hangs")]
    public async Task A_lease_that_cannot_be_renewed_is_lost_before_it_has_run_out(string how)
    {
        await using var guard = await TakeAsync();
        leases.Renew = turn => how == "fails" || (how.StartsWith("fails", StringComparison.Ordinal) && turn == 1)
            ? throw new InvalidOperationException("storage is away") : new TaskCompletionSource<Lease?>().Task;
        await PassAsync(() => guard.Lost.IsCancellationRequested);
        Assert.True(guard.Lease.Until - time.GetUtcNow() > Length / 4, $"{guard.Lease.Until - time.GetUtcNow()} were left");
    }

    [Fact]
    public async Task A_clock_that_is_set_back_keeps_no_lease_alive()
    {
        var jumping = new JumpingTime(time);
        await using var guard = (await LeaseKeeper.TryTakeAsync(leases, "c", "p1", Length, jumping, default))!;
        leases.Renew = _ => throw new InvalidOperationException("storage is away");
        jumping.By = -TimeSpan.FromHours(1);
        await PassAsync(() => guard.Lost.IsCancellationRequested);
        Assert.Equal(TimeSpan.Zero, guard.Left);
        Assert.True(time.GetElapsedTime(began) <= Length * 0.7, "it was believed in for too long");
    }

    [Fact]
    public async Task A_lease_whose_answer_came_too_late_is_not_had_and_is_free_again()
    {
        leases.BeforeAcquire = () => time.Advance(Length * 0.7);
        Assert.Null(await LeaseKeeper.TryTakeAsync(leases, "c", "p1", Length, time, default));
        leases.BeforeAcquire = () => { };
        await using var next = await LeaseKeeper.TryTakeAsync(leases, "c", "other", Length, time, default);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task One_renewal_that_fails_loses_nothing()
    {
        await using var guard = await TakeAsync();
        leases.Renew = turn => turn == 1 ? throw new InvalidOperationException("storage is away") : null;
        await PassAsync(() => leases.Renewals >= 5);
        Assert.False(guard.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lease_is_given_up_when_it_is_no_longer_needed()
    {
        await (await TakeAsync()).DisposeAsync();
        await using var next = await LeaseKeeper.TryTakeAsync(leases, "c", "other", Length, time, default);
        Assert.NotNull(next);
    }

    /// <summary>L1: the store made it longer, and its answer came too late; nobody waits for the end of that.</summary>
    [Fact]
    public async Task A_lease_that_ran_out_in_silence_is_given_up_too()
    {
        var guard = await TakeAsync();
        leases.Renew = _ => HeardAndNotAnsweredAsync(guard.Lease);
        await PassAsync(() => guard.Lost.IsCancellationRequested);
        Assert.Null(await LeaseKeeper.TryTakeAsync(leases, "c", "other", Length, time, default));
        await guard.DisposeAsync();
        await using var next = await LeaseKeeper.TryTakeAsync(leases, "c", "other", Length, time, default);
        Assert.NotNull(next);
    }

    private async Task<Lease?> HeardAndNotAnsweredAsync(Lease lease)
    {
        await leases.Memory.TryRenewAsync(lease, Length, default);
        return await new TaskCompletionSource<Lease?>().Task;
    }

    /// <summary>S1: nobody could close a second writer until it had run out.</summary>
    [Fact]
    public async Task A_lease_whose_answer_was_lost_is_given_back()
    {
        leases.AfterAcquire = () => throw new TimeoutException("no answer of the store");
        await Assert.ThrowsAsync<TimeoutException>(TakeAsync);
        leases.AfterAcquire = () => { };
        await using var next = await TakeAsync();
        Assert.Equal(2, next.Lease.Epoch);
    }

    [Fact]
    public async Task A_lost_answer_takes_the_lease_from_no_other_holder()
    {
        await using var other = await TakeAsync();
        leases.AfterAcquire = () => throw new TimeoutException("no answer of the store");
        await Assert.ThrowsAsync<TimeoutException>(TakeAsync);
        Assert.NotNull(await leases.Memory.TryRenewAsync(other.Lease, Length, default));
    }

    [Fact]
    public async Task A_store_that_stays_away_is_waited_for_no_longer_than_a_release()
    {
        leases.AfterAcquire = () => throw new TimeoutException("no answer of the store");
        leases.Hangs = true;
        var taking = TakeAsync();
        await PassAsync(() => taking.IsCompleted);
        await Assert.ThrowsAsync<TimeoutException>(() => taking);
        Assert.InRange(time.GetElapsedTime(began), TimeSpan.Zero, new Core.Leasing.LeaseTerms(Length).ReleaseWithin * 1.1);
    }

    [Fact]
    public async Task Giving_up_does_not_wait_for_ever_for_a_store_that_hangs()
    {
        var guard = await TakeAsync();
        leases.Hangs = true;
        var disposing = guard.DisposeAsync().AsTask();
        await PassAsync(() => disposing.IsCompleted);
        Assert.True(disposing.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Two_flows_of_one_process_exclude_each_other()
    {
        await using var first = await TakeAsync();
        Assert.Null(await LeaseKeeper.TryTakeAsync(leases, "c", "p1", Length, time, default));
    }

    private async Task<LeaseKeeper> TakeAsync() => (await LeaseKeeper.TryTakeAsync(leases, "c", "p1", Length, time, default))!;

    // Small steps, with the floor given to whoever waits for the clock after each.
    private async Task PassAsync(Func<bool> until)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (!until())
        {
            bound.Token.ThrowIfCancellationRequested();
            time.Advance(Length / 96);
            for (var turn = 0; turn < 20; turn++) await Task.Yield();
        }
    }

    private sealed class Leases(Memory memory) : IClusterLease
    {
        public Memory Memory => memory;
        public int Renewals { get; private set; }
        public bool Hangs { get; set; }
        public Action BeforeAcquire { get; set; } = () => { };

        /// <summary>What comes of a renewal instead of the store's answer; null for the store's answer.</summary>
        public Func<int, Task<Lease?>?> Renew { get; set; } = _ => null;

        public Action AfterAcquire { get; set; } = () => { };

        public async Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan length, CancellationToken cancel)
        {
            BeforeAcquire();
            var given = await memory.TryAcquireAsync(name, holder, length, cancel);
            AfterAcquire();
            return given;
        }

        public Task<Lease?> ReadAsync(string name, CancellationToken cancel) => ((IClusterLease)memory).ReadAsync(name, cancel);

        public Task<Lease?> TryRenewAsync(Lease lease, TimeSpan length, CancellationToken cancel) => Renew(++Renewals) ?? memory.TryRenewAsync(lease, length, cancel);

        public Task ReleaseAsync(Lease lease, CancellationToken cancel) => Hangs ? new TaskCompletionSource().Task : memory.ReleaseAsync(lease, cancel);

        public Task ReleaseAsync(string name, string holder, CancellationToken cancel) =>
            Hangs ? new TaskCompletionSource().Task : memory.ReleaseAsync(name, holder, cancel);
    }
}
