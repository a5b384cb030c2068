using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Leases;

public sealed class ClusterLeasesTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Of_two_holders_one_gets_it()
    {
        var rooms = await Rooms.OpenAsync();
        var first = await rooms.Leases.TryAcquireAsync("shop-1", "a", Length, None);
        Assert.Equal(new("shop-1", "a", 1, Rooms.Start + Length), first);
        Assert.Null(await rooms.Leases.TryAcquireAsync("shop-1", "b", Length, None));
    }

    [Fact]
    public async Task A_lease_that_ran_out_goes_to_the_next_with_a_larger_epoch()
    {
        var rooms = await Rooms.OpenAsync();
        var first = await rooms.Leases.TryAcquireAsync("shop-1", "a", Length, None);
        rooms.Time.Advance(Length - TimeSpan.FromTicks(1));
        Assert.Null(await rooms.Leases.TryAcquireAsync("shop-1", "b", Length, None));
        rooms.Time.Advance(TimeSpan.FromTicks(1));
        var second = await rooms.Leases.TryAcquireAsync("shop-1", "b", Length, None);
        Assert.Equal(2, second!.Epoch);
        Assert.Null(await rooms.Leases.TryRenewAsync(first!, Length, None));
        Assert.Null(await rooms.Leases.TryAcquireAsync("shop-1", "a", Length, None));
    }

    [Fact]
    public async Task A_look_tells_who_holds_it_and_takes_nothing()
    {
        var rooms = await Rooms.OpenAsync();
        Assert.Null(await rooms.Leases.ReadAsync("shop-1", None));
        var lease = await rooms.Leases.TryAcquireAsync("shop-1", "a", Length, None);
        Assert.Equal(lease, await rooms.Leases.ReadAsync("shop-1", None));
        rooms.Time.Advance(Length);
        Assert.Null(await rooms.Leases.ReadAsync("shop-1", None));
        await rooms.Leases.ReleaseAsync((await rooms.Leases.TryAcquireAsync("shop-1", "b", Length, None))!, None);
        Assert.Null(await rooms.Leases.ReadAsync("shop-1", None));
    }

    [Fact]
    public async Task Renewing_moves_the_end_and_keeps_the_epoch()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        rooms.Time.Advance(TimeSpan.FromMinutes(59));
        var renewed = await rooms.Leases.TryRenewAsync(lease, TimeSpan.FromHours(1), None);
        Assert.Equal(lease with { Until = Rooms.Start.AddMinutes(119) }, renewed);
        rooms.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(await rooms.Leases.TryAcquireAsync("shop-1", "b", Length, None));
    }

    [Fact]
    public async Task A_lease_that_ran_out_but_went_to_nobody_can_be_renewed()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        rooms.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, (await rooms.Leases.TryRenewAsync(lease, Length, None))!.Epoch);
    }

    [Fact]
    public async Task Taking_ones_own_lease_again_renews_it_under_the_same_epoch()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.TakeAsync("shop-1");
        rooms.Time.Advance(TimeSpan.FromMinutes(1));
        var again = await (await rooms.AnotherAsync()).Leases.TryAcquireAsync("shop-1", "a", Length, None);
        Assert.Equal(new("shop-1", "a", 1, Rooms.Start + TimeSpan.FromMinutes(1) + Length), again);
    }

    [Fact]
    public async Task A_released_lease_is_free_at_once_and_its_epoch_grows_on()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        await rooms.Leases.ReleaseAsync(lease, None);
        Assert.Null(await rooms.Leases.TryRenewAsync(lease, Length, None));
        Assert.Equal(2, (await rooms.Leases.TryAcquireAsync("shop-1", "a", Length, None))!.Epoch);
        await rooms.Leases.ReleaseAsync(lease, None); // the old one
        Assert.Null(await rooms.Leases.TryAcquireAsync("shop-1", "b", Length, None));
    }

    [Fact]
    public async Task Releasing_a_lost_lease_leaves_it_with_its_new_holder()
    {
        var rooms = await Rooms.OpenAsync();
        var lost = await rooms.TakeAsync("shop-1");
        var held = await rooms.LoseAsync("shop-1");
        await rooms.Leases.ReleaseAsync(lost, None);
        Assert.NotNull(await rooms.Leases.TryRenewAsync(held, Length, None));
    }

    [Fact]
    public async Task What_a_holder_may_have_got_without_an_answer_is_given_up_by_its_name()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Leases.ReleaseAsync("shop-1", "a", None);
        await rooms.TakeAsync("shop-1", "a");
        var other = await rooms.AnotherAsync();
        await other.Leases.ReleaseAsync("shop-1", "b", None);
        Assert.Null(await other.Leases.TryAcquireAsync("shop-1", "b", Length, None));
        await other.Leases.ReleaseAsync("shop-1", "a", None);
        Assert.Equal(2, (await other.Leases.TryAcquireAsync("shop-1", "b", Length, None))!.Epoch);
    }

    [Fact]
    public async Task Of_twenty_who_try_at_once_exactly_one_gets_it_every_time()
    {
        var rooms = await Rooms.OpenAsync();
        for (var round = 1; round <= 4; round++)
        {
            var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
                await (i % 2 == 0 ? rooms.Room : await rooms.AnotherAsync()).Leases.TryAcquireAsync("shop-1", $"holder {round}/{i}", Length, None)));
            Assert.Equal(round, Assert.Single(tries, t => t is not null)!.Epoch);
            rooms.Time.Advance(Length);
        }
    }

    [Fact]
    public async Task Renewals_side_by_side_all_succeed()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var renewed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => rooms.Leases.TryRenewAsync(lease, Length, None)));
        Assert.All(renewed, Assert.NotNull);
    }

    [Fact]
    public async Task Leases_of_other_names_are_other_leases()
    {
        var rooms = await Rooms.OpenAsync();
        foreach (var name in new[] { "watch-0", "watch/0", "watch#1?", "größe" }) await rooms.TakeAsync(name, "a");
        Assert.Null(await rooms.Leases.TryAcquireAsync("watch/0", "b", Length, None));
        Assert.Empty(await rooms.Recoveries.ReadActiveClustersAsync(None));
    }

    [Fact]
    public async Task An_answer_that_was_lost_takes_no_lease_from_its_holder()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        var room = await rooms.AnotherAsync(faults);
        faults.LoseAnswer(match: "POST");
        var lease = await room.Leases.TryAcquireAsync("shop-1", "a", Length, None);
        Assert.Equal(1, lease!.Epoch);
        faults.LoseAnswer(match: "PUT");
        Assert.Equal(1, (await room.Leases.TryRenewAsync(lease, Length, None))!.Epoch);
        faults.LoseAnswer(match: "PUT");
        await room.Leases.ReleaseAsync(lease, None);
        Assert.Equal(3, faults.Injected);
        Assert.Equal(2, (await rooms.Leases.TryAcquireAsync("shop-1", "b", Length, None))!.Epoch);
    }

    [Fact]
    public async Task A_lease_nobody_can_read_is_taken_for_held()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.RecoveryRows.AddEntityAsync(new Azure.Data.Tables.TableEntity("shop-1", "lease") { ["Schema"] = 9, ["Era"] = "new" }, None);
        Assert.Null(await rooms.Leases.TryAcquireAsync("shop-1", "a", Length, None));
        Assert.Contains(rooms.Log.Lines, l => l.Contains("shop-1 lease", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lease_that_was_read_ahead_is_taken_in_one_round_trip()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        var room = await rooms.AnotherAsync(faults);
        foreach (var epoch in new[] { 1, 2 })
        {
            await room.Recoveries.PrepareAsync(Samples.Shop, None);
            var before = faults.Requests;
            var lease = await room.Leases.TryAcquireAsync(Samples.Shop.Value, "a", Length, None);
            Assert.Equal((epoch, 1), (lease!.Epoch, faults.Requests - before));
            await room.Leases.ReleaseAsync(lease, None);
        }
    }

    [Fact]
    public async Task What_was_read_ahead_gives_a_lease_to_nobody_and_refuses_it_to_nobody()
    {
        var rooms = await Rooms.OpenAsync();
        var other = await rooms.AnotherAsync();
        await rooms.Recoveries.PrepareAsync(Samples.Shop, None);
        var held = await other.Leases.TryAcquireAsync(Samples.Shop.Value, "b", Length, None);
        Assert.Null(await rooms.Leases.TryAcquireAsync(Samples.Shop.Value, "a", Length, None));

        await rooms.Recoveries.PrepareAsync(Samples.Shop, None);
        await other.Leases.ReleaseAsync(held!, None);
        Assert.Equal(2, (await rooms.Leases.TryAcquireAsync(Samples.Shop.Value, "a", Length, None))!.Epoch);
    }
}
