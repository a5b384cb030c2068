using OrchestratorFunctions.Bench;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>Moves by the command line, on servers that are written to.</summary>
public sealed class RelocateTests
{
    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_replica_goes_below_its_sibling_and_back_and_misses_nothing(string kind)
    {
        var fleet = await Fleets.TakeAsync(3, semiSync: true, kind);
        var place = await DiscoveredAsync(fleet);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        var (moved, source) = (fleet.Replicas[0], fleet.Replicas[1]);

        await fleet.TellAccountsAsync();
        var planned = await place.RunAsync("plan", "relocate", moved.Key, "--below", source.Key);
        Assert.True(planned.Code == 0, planned.ToString());
        Assert.Equal(fleet.Primary.Key(), (await moved.SeeAsync())!.Link!.Source);

        var there = await place.RunAsync("relocate", moved.Key, "--below", source.Key);
        Assert.True(there.Code == 0, there.ToString());
        Assert.Equal(source.Key(), (await moved.SeeAsync())!.Link!.Source);
        await DeadPrimaryTests.GoesOnAsync(writer);

        var back = await place.RunAsync("relocate", moved.Key, "--below", fleet.Primary.Key);
        Assert.True(back.Code == 0, back.ToString());
        await DeadPrimaryTests.GoesOnAsync(writer);
        Assert.Equal(fleet.Primary, await fleet.AssertOnePrimaryAsync());
        Assert.Equal(0, await DeadPrimaryTests.LostAsync(writer, moved));
    }

    [Fact]
    public async Task A_former_primary_without_transactions_of_its_own_becomes_a_replica_of_the_new_one()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        await using var watcher = await Watcher.StartAsync(fleet);
        fleet.Primary.Kill();
        var (_, outcome) = await watcher.PromotedAsync();
        await fleet.Primary.RestartAsync();
        await watcher.RecoveredAsync(PlanKinds.FenceFormerPrimary);

        var moved = await watcher.Place.RunAsync("relocate", fleet.Primary.Key, "--below", outcome.Key.ToString());

        Assert.True(moved.Code == 0, moved.ToString());
        var former = (await fleet.Primary.SeeAsync())!;
        Assert.Equal(outcome.Key, former.Link!.Source);
        Assert.True(former.SuperReadOnly);
        Assert.False(former.SemiSync.SourceEnabled);
        await fleet.AssertOnePrimaryAsync();
        await Eventually.HoldsAsync("it counts as a replica again", async () => !await watcher.IsFormerAsync(fleet.Primary));
    }

    [Fact]
    public async Task A_former_primary_with_transactions_of_its_own_is_refused_with_what_they_are()
    {
        var fleet = await Fleets.TakeAsync(replicas: 2);
        await using var watcher = await Watcher.StartAsync(fleet);
        fleet.Primary.Kill();
        var (_, outcome) = await watcher.PromotedAsync();
        await fleet.Primary.RestartAsync();
        await watcher.RecoveredAsync(PlanKinds.FenceFormerPrimary);
        await fleet.Primary.ExecuteAsync("SET GLOBAL super_read_only=0; SET GLOBAL rpl_semi_sync_source_enabled=0; CREATE DATABASE own; SET GLOBAL super_read_only=1");

        var refused = await watcher.Place.RunAsync("relocate", fleet.Primary.Key, "--below", outcome.Key.ToString());

        Assert.Equal(1, refused.Code);
        Assert.Contains("lacks", refused.ToString(), StringComparison.Ordinal);
        Assert.Empty((await fleet.Primary.SeeAsync())!.Links);
    }

    [Fact]
    public async Task A_move_that_cannot_work_is_undone_or_refused_and_names_the_reason()
    {
        var fleet = await Fleets.TakeAsync(replicas: 2);
        var place = await DiscoveredAsync(fleet);
        var before = await fleet.RolesAsync();

        var only = await place.RunAsync("relocate", fleet.Primary.Key, "--below", fleet.Replicas[0].Key);
        Assert.Equal(1, only.Code);
        Assert.Contains("is the primary", only.ToString(), StringComparison.Ordinal);
        var nowhere = await place.RunAsync("relocate", fleet.Replicas[0].Key, "--below", "127.0.0.1:1");
        Assert.Equal(2, nowhere.Code);
        Assert.Contains("no server of cluster shop has this name", nowhere.ToString(), StringComparison.Ordinal);

        // The new source does not know the account its replica comes with.
        await fleet.Replicas[1].ExecuteAsync("SET SESSION sql_log_bin=0; SET GLOBAL super_read_only=0; ALTER USER repl@'%' ACCOUNT LOCK; SET GLOBAL super_read_only=1");
        var locked = await place.RunAsync("relocate", fleet.Replicas[0].Key, "--below", fleet.Replicas[1].Key);
        await fleet.Replicas[1].ExecuteAsync("SET SESSION sql_log_bin=0; SET GLOBAL super_read_only=0; ALTER USER repl@'%' ACCOUNT UNLOCK; SET GLOBAL super_read_only=1");
        Assert.Equal(1, locked.Code);
        Assert.Contains("Rolled back", locked.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, await fleet.RolesAsync());
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_replica_is_pointed_to_its_own_source_anew_and_misses_nothing(string kind)
    {
        var fleet = await Fleets.TakeAsync(3, semiSync: true, kind);
        var place = await DiscoveredAsync(fleet);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        await fleet.TellAccountsAsync();
        var planned = await place.RunAsync("plan", "repoint", fleet.Replicas[0].Key);
        Assert.True(planned.Code == 0, planned.ToString());

        var pointed = await place.RunAsync("repoint", fleet.Replicas[0].Key);

        Assert.True(pointed.Code == 0, pointed.ToString());
        Assert.Contains($"{fleet.Replicas[0].Key} follows {fleet.Primary.Key}", pointed.ToString(), StringComparison.Ordinal);
        await DeadPrimaryTests.GoesOnAsync(writer);
        await MissesNothingAsync(writer, fleet.Replicas[0]);
    }

    /// <summary>A torn relay log stops the applier for good; a move refuses such a replica, and this mends it.</summary>
    [Fact]
    public async Task A_replica_with_a_broken_relay_log_fetches_again_what_it_could_not_apply()
    {
        var fleet = await Fleets.TakeAsync(3, semiSync: false);
        var place = await DiscoveredAsync(fleet);
        var (broken, source) = (fleet.Replicas[0], fleet.Replicas[1]);
        await fleet.Primary.ExecuteAsync("CREATE DATABASE IF NOT EXISTS torn; CREATE TABLE IF NOT EXISTS torn.t (id INT PRIMARY KEY, pad TEXT)");
        await AppliedAsync(broken, fleet.Primary);
        await broken.ExecuteAsync("STOP REPLICA SQL_THREAD");
        for (var i = 0; i < 50; i++) await fleet.Primary.ExecuteAsync($"REPLACE INTO torn.t VALUES ({i}, REPEAT('x', 2000))");
        await ReceivedAsync(broken, fleet.Primary);
        await TearAsync(broken);
        await broken.ExecuteAsync("START REPLICA SQL_THREAD");
        await Eventually.HoldsAsync("the applier meets the tear", async () => (await broken.SeeAsync())!.Link!.ApplierErrorNumber != 0);

        var moved = await place.RunAsync("relocate", broken.Key, "--below", source.Key);
        Assert.Equal(1, moved.Code);
        Assert.Contains("stopped with error", moved.ToString(), StringComparison.Ordinal);

        var pointed = await place.RunAsync("repoint", broken.Key);
        Assert.True(pointed.Code == 0, pointed.ToString());
        await AppliedAsync(broken, fleet.Primary);
        Assert.Equal(50L, await broken.ScalarAsync<long>("SELECT COUNT(*) FROM torn.t"));
    }

    private static async Task TearAsync(FleetServer replica)
    {
        var status = (await replica.QueryAsync("SHOW REPLICA STATUS"))[0];
        var file = Path.Combine((await replica.ScalarAsync<string>("SELECT @@datadir"))!, (string)status["Relay_Log_File"]!);
        await using var log = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        log.Position = Convert.ToInt64(status["Relay_Log_Pos"]) + 4000;
        await log.WriteAsync(new byte[3000]);
    }

    private static Task AppliedAsync(FleetServer replica, FleetServer source) => Eventually.HoldsAsync(
        "the replica has applied all", async () => (await replica.SeeAsync())!.Gtid.Executed.Contains((await source.SeeAsync())!.Gtid.Executed));

    private static Task ReceivedAsync(FleetServer replica, FleetServer source) => Eventually.HoldsAsync(
        "the replica has received all", async () => (await replica.SeeAsync())!.AllReceived.Contains((await source.SeeAsync())!.Gtid.Executed));

    // A replica that has just connected may lag behind; what was lost it never gets.
    internal static async Task MissesNothingAsync(Writer writer, FleetServer replica)
    {
        await writer.StopAsync();
        await Eventually.HoldsAsync(
            $"{replica} has all that was acknowledged", async () => await writer.LostAsync(replica) == 0);
    }

    internal static async Task<Place> DiscoveredAsync(ServerFleet fleet)
    {
        var place = await Place.NewAsync();
        var found = await place.RunAsync("discover", fleet.Primary.Key, "--alias", "shop");
        Assert.True(found.Code == 0, found.ToString());
        return place;
    }
}
