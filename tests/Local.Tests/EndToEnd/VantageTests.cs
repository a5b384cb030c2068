using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>Two processes that watch the same servers from different places, and have to agree.</summary>
public sealed class VantageTests
{
    [Fact]
    public async Task A_killed_primary_is_replaced_by_two_that_agree()
    {
        var fleet = await Fleets.TakeAsync();
        await using var west = await Watcher.StartAsync(fleet, "Watch:Vantage=west", "Detection:Vantages=2");
        await using var north = await west.AnotherAsync(watches: true, "Watch:Vantage=north");
        await ObservesAsync(north, fleet.Servers.Count);

        fleet.Primary.Kill();
        var (recovery, _) = await west.PromotedAsync();

        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        Assert.Contains("vantage point north finds it dead too", recovery.Evidence);
        Assert.Single(await west.ReadAsync(), r => !r.IsHeld);
    }

    [Fact]
    public async Task One_alone_holds_a_killed_primary_until_a_second_one_comes_and_agrees()
    {
        var fleet = await Fleets.TakeAsync();
        await using var west = await Watcher.StartAsync(fleet, "Watch:Vantage=west", "Detection:Vantages=2");
        fleet.Primary.Kill();
        var held = await west.HeldAsync();
        Assert.Contains("Detection:Vantages", held.Refusal.Remedy, StringComparison.Ordinal);
        await west.AssertNothingBegunAsync();

        await using var north = await west.AnotherAsync(watches: true, "Watch:Vantage=north");
        await west.PromotedAsync();
        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
    }

    [Fact]
    public async Task Who_observed_takes_over_when_the_watcher_is_gone()
    {
        var fleet = await Fleets.TakeAsync();
        await using var west = await Watcher.StartAsync(fleet, "Watch:Vantage=west");
        await using var north = await west.AnotherAsync(watches: true, "Watch:Vantage=north");
        await ObservesAsync(north, fleet.Servers.Count);

        await west.DisposeAsync();
        await Eventually.HoldsAsync("the observer acts", () => north.Room.Flow.Watch.Watchers.Single().State == WatchState.Watching);
        fleet.Primary.Kill();
        await north.PromotedAsync();
        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
    }

    private static Task ObservesAsync(Watcher watcher, int servers) => Eventually.HoldsAsync("the second one observes", () =>
        watcher.Room.Flow.Watch.Watchers.Single().State == WatchState.Observing && watcher.Topology is { Members: var members } && members.Length == servers && members.All(m => m.IsSeen));
}
