using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>The main stories once more on MariaDB.</summary>
public sealed class MariaDbTests
{
    private const string Kind = "mariadb-10.11";

    [Fact]
    public async Task On_MariaDB_a_takeover_switches_the_primary_and_a_kill_of_the_new_one_is_recovered_without_losing_a_write()
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: true, Kind);
        await using var watcher = await Watcher.StartAsync(fleet);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);

        var switched = await watcher.Place.RunAsync("takeover", "shop", "--to", fleet.Replicas[0].Key);
        Assert.True(switched.Code == 0, switched.ToString());
        Assert.Equal(fleet.Replicas[0], await fleet.AssertOnePrimaryAsync());
        await DeadPrimaryTests.GoesOnAsync(writer);

        await watcher.LookOnAsync("the watcher knows", t => t.Primary?.Key == fleet.Replicas[0].Key());
        fleet.Replicas[0].Kill();
        var (_, outcome) = await watcher.PromotedAsync();
        var successor = await fleet.AssertOnePrimaryAsync(besides: fleet.Replicas[0]);
        await DeadPrimaryTests.GoesOnAsync(writer);

        Assert.Equal(successor.Key(), outcome.Key);
        Assert.Equal(0, await DeadPrimaryTests.LostAsync(writer, successor));
    }
}
