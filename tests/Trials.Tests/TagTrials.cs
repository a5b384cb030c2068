using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>
/// Somebody commits on a replica under the uuid of the primary and a tag of their own: that is nothing the primary
/// wrote (https://github.com/vitessio/vitess/issues/11890).
/// </summary>
public sealed class TagTrials
{
    [Fact]
    public async Task A_replica_with_a_tag_that_the_primary_never_used_is_not_the_most_advanced()
    {
        if (ServerFleet.WhyUnavailable("mysql-9.7") is { } reason) Assert.Skip(reason);
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", 2));
        await using var watcher = await Watcher.StartAsync(fleet);
        var forged = fleet.Replicas[0];
        await forged.ExecuteAsync($"SET GLOBAL super_read_only=OFF; SET gtid_next='{fleet.Primary.ServerUuid}:manual:1'; "
            + "CREATE DATABASE forged; SET gtid_next=AUTOMATIC; SET GLOBAL super_read_only=ON");
        await Eventually.HoldsAsync("the watcher sees it", () => watcher.Topology[forged.Key()]?.Current is { } now
            && now.Gtid.Executed.ToString().Contains("manual", StringComparison.Ordinal));

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();

        Assert.Equal(fleet.Replicas[1].Key(), outcome.Key);
        Assert.Contains("has errant transactions", RecoveryText.Tell(recovery), StringComparison.Ordinal);
    }

    /// <summary>The primary begins to use a tag while nobody looks: what a replica has received of it is kept.</summary>
    [Fact]
    [Trait("check", "quick")]
    public async Task A_tag_that_the_primary_used_in_its_last_moment_is_kept()
    {
        if (ServerFleet.WhyUnavailable("mysql-9.7") is { } reason) Assert.Skip(reason);
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", 2));
        await using var watcher = await Watcher.StartAsync(fleet, "Watch:Interval=00:00:05");
        await fleet.Replicas[1].ExecuteAsync("STOP REPLICA IO_THREAD");
        await fleet.Primary.ExecuteAsync("SET gtid_next='AUTOMATIC:late'; CREATE DATABASE late");
        await Eventually.HoldsAsync("one replica has it", async () => await fleet.Replicas[0].ScalarAsync<int>(
            "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name='late'") == 1);

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();

        Assert.True(await fleet.Of(outcome.Key).ScalarAsync<int>(
            "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name='late'") == 1, RecoveryText.Tell(recovery));
    }
}
