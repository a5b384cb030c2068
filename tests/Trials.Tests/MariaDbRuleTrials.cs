using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>
/// What MariaDB itself does, on which plans rely: a version that does otherwise shows here and not in a failover.
/// </summary>
public sealed class MariaDbRuleTrials
{
    private const string Kind = "mariadb-10.11", InDomain = "SET SESSION gtid_domain_id=92; CREATE DATABASE aside";

    /// <summary>
    /// The applier is started while both threads stand still, or before the receiver is stopped
    /// (https://github.com/ProxySQL/orchestrator/issues/106).
    /// </summary>
    [Theory]
    [Trait("check", "quick")]
    [InlineData("STOP SLAVE IO_THREAD; START SLAVE SQL_THREAD", false)]
    [InlineData("START SLAVE SQL_THREAD; STOP SLAVE IO_THREAD", true)]
    public async Task An_applier_that_is_started_while_both_threads_stand_still_forgets_what_was_received(
        string statements, bool isKept)
    {
        await using var fleet = await StartAsync(replicas: 1);
        var replica = fleet.Replicas[0];
        await replica.ExecuteAsync("STOP SLAVE SQL_THREAD");
        await fleet.Primary.ExecuteAsync("CREATE TABLE app.received (id INT PRIMARY KEY)");
        var all = await fleet.Primary.ScalarAsync<string>("SELECT @@GLOBAL.gtid_binlog_pos");
        await Eventually.HoldsAsync("it is received",
            async () => (await replica.SeeAsync())!.Link!.Received!.ToString().Contains(all!, StringComparison.Ordinal));
        fleet.Primary.Kill();

        await replica.ExecuteAsync(statements);

        var wait = $"SELECT MASTER_GTID_WAIT('{all}', {(isKept ? 30 : 2)})";
        Assert.Equal(isKept ? 0 : -1, await replica.ScalarAsync<int>(wait));
    }

    /// <summary>
    /// A replica is asked for the domains of its position that the source knows
    /// (https://github.com/signal18/replication-manager/issues/30).
    /// </summary>
    [Fact]
    public async Task A_source_takes_a_replica_whose_position_names_a_domain_that_it_never_had()
    {
        await using var fleet = await StartAsync(replicas: 2);
        var (source, replica) = (fleet.Replicas[0], fleet.Replicas[1]);
        await replica.ExecuteAsync("STOP SLAVE");
        await replica.ExecuteAsync(InDomain);
        await replica.ExecuteAsync("SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_binlog_pos");
        await replica.ExecuteAsync($"CHANGE MASTER TO MASTER_PORT={source.Port}, MASTER_USE_GTID=slave_pos; START SLAVE");

        await Eventually.HoldsAsync("it receives", async () => (await replica.SeeAsync())!.Link!.IsReplicating);
    }

    /// <summary>Hence a replica without local transactions is promoted first.</summary>
    [Fact]
    public async Task A_primary_sends_its_local_domain_to_all_and_can_be_switched_away_from()
    {
        await using var fleet = await StartAsync(replicas: 2);
        await using var watcher = await Watcher.StartAsync(fleet);
        var (first, sibling, local) = (fleet.Primary, fleet.Replicas[0], fleet.Replicas[1]);
        await local.ExecuteAsync(InDomain);

        var there = await watcher.Place.RunAsync("takeover", "shop", "--to", local.Key);
        Assert.True(there.Code == 0, there.ToString());
        foreach (var replica in new[] { first, sibling })
            await Eventually.HoldsAsync($"{replica} has the local database", async () => await replica.ScalarAsync<int>(
                "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name='aside'") == 1);
        var back = await watcher.Place.RunAsync("takeover", "shop", "--to", sibling.Key);

        Assert.True(back.Code == 0, back.ToString());
        Assert.Equal(sibling, await fleet.AssertOnePrimaryAsync());
    }

    private static async Task<ServerFleet> StartAsync(int replicas)
    {
        if (ServerFleet.WhyUnavailable(Kind) is { } reason) Assert.Skip(reason);
        return await ServerFleet.StartAsync(new FleetRequest(Kind, replicas));
    }
}
