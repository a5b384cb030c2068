using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;
using static OrchestratorFunctions.MySql.Tests.MariaDbRulesTests;

namespace OrchestratorFunctions.MySql.Tests;

/// <summary>How MariaDB is closed, and what its commits wait for: rules of the simulator's servers, on real ones.</summary>
public sealed class MariaDbSemiSyncRulesTests
{
    private const string Inserting = "INSERT INTO app.t", Closing = "SET GLOBAL read_only=ON";

    /// <summary>Nothing shows meanwhile, unlike super_read_only on MySQL; what a client was held up with is refused.</summary>
    [Theory]
    [InlineData("AFTER_SYNC")]
    [InlineData("AFTER_COMMIT")]
    public async Task Closing_holds_new_writes_up_unseen_waits_for_commits_that_wait_and_is_undone_by_a_kill(string waitPoint)
    {
        await using var fleet = await StartAsync(semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await primary.ExecuteAsync($"SET GLOBAL rpl_semi_sync_master_wait_point={waitPoint}");
        await replica.ExecuteAsync("STOP SLAVE IO_THREAD");
        var writing = primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await WaitsAsync(primary, 1);
        await using var closer = await primary.OpenAsync();
        var closing = ExecuteAsync(closer, Closing);
        await fleet.UntilRunsAsync(primary, Closing, 1);
        await using var app = await primary.OpenAsync("app");
        var held = ExecuteAsync(app, $"{Inserting} VALUES (2)");
        await fleet.UntilRunsAsync(primary, $"{Inserting} VALUES (2)", 1);
        Assert.True((await fleet.SeeAsync(primary)).AcceptsWrites);
        await primary.ExecuteAsync($"KILL {closer.ServerThread}");
        await Assert.ThrowsAnyAsync<MySqlException>(() => closing);
        await Fleets.UntilAsync(async () => await primary.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.processlist WHERE state='Waiting for backup lock'") == 0, "what was held up goes on");

        var again = primary.ExecuteAsync(Closing);
        await fleet.UntilRunsAsync(primary, Closing, 1);
        await using var other = await primary.OpenAsync("app");
        var refused = ExecuteAsync(other, $"{Inserting} VALUES (3)");
        await fleet.UntilRunsAsync(primary, $"{Inserting} VALUES (3)", 1);
        Assert.False(again.IsCompleted);
        await replica.ExecuteAsync("START SLAVE IO_THREAD");
        await Task.WhenAll(writing, held, again);
        Assert.Equal(1290, (int)(await Assert.ThrowsAsync<MySqlException>(() => refused)).ErrorCode);
        Assert.False((await fleet.SeeAsync(primary)).AcceptsWrites);
    }

    /// <summary>So an ALTER EVENT of ours is a transaction of its own there, on a replica too.</summary>
    [Fact]
    public async Task Read_only_stops_clients_and_not_who_has_the_privilege()
    {
        await using var fleet = await StartAsync();
        var replica = fleet.Servers.Replicas[0];
        await replica.ExecuteAsync("CREATE EVENT app.e ON SCHEDULE EVERY 1 HOUR DO SELECT 1");
        var before = await LastAsync(replica);
        await using var ours = await replica.OpenAsync("orchestrator");
        await ExecuteAsync(ours, "ALTER DEFINER=admin@'%' EVENT app.e DISABLE");
        Assert.NotEqual(before, await LastAsync(replica));
        await using var app = await replica.OpenAsync("app");
        Assert.Equal(1290, (int)(await Assert.ThrowsAsync<MySqlException>(() => ExecuteAsync(app, $"{Inserting} VALUES (1)"))).ErrorCode);
    }

    /// <summary>Its configuration does not say that it comes back as a replica (init_rpl_role).</summary>
    [Theory]
    [InlineData("AFTER_SYNC")]
    [InlineData("AFTER_COMMIT")]
    public async Task A_crash_commits_what_waited_for_an_acknowledgement(string waitPoint)
    {
        await using var fleet = await StartAsync(semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await primary.ExecuteAsync($"SET GLOBAL rpl_semi_sync_master_wait_point={waitPoint}");
        await replica.ExecuteAsync("STOP SLAVE IO_THREAD");
        var writing = primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await WaitsAsync(primary, 1);
        var last = await LastAsync(primary);
        Assert.NotEqual(last, await LastAsync(replica));
        primary.Kill();
        await Assert.ThrowsAnyAsync<Exception>(() => writing);
        await primary.RestartAsync();
        Assert.True(await HasAsync(primary, 1));
        Assert.Equal(last, await LastAsync(primary));
    }

    [Fact]
    public async Task What_a_replica_has_when_it_connects_is_acknowledged_with_the_next_transaction_and_not_before()
    {
        await using var fleet = await StartAsync(semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync("SET GLOBAL rpl_semi_sync_slave_enabled=OFF; STOP SLAVE IO_THREAD; START SLAVE IO_THREAD");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(primary)).SemiSync is { Clients: 0 }, "nobody acknowledges");
        var writing = primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await Fleets.UntilAsync(() => HasAsync(replica, 1), "it is there, and not acknowledged");
        await replica.ExecuteAsync("SET GLOBAL rpl_semi_sync_slave_enabled=ON; STOP SLAVE IO_THREAD; START SLAVE IO_THREAD");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(primary)).SemiSync is { Clients: 1 }, "it acknowledges");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { SilentFor.TotalSeconds: > 0 and < 1 }, "its source is heard");
        Assert.False(writing.IsCompleted);
        await primary.ExecuteAsync($"{Inserting} VALUES (2)");
        await writing;
    }

    [Fact]
    public async Task After_its_timeout_a_source_waits_for_nobody_until_a_replica_has_caught_up_and_switched_off_it_lets_through_what_waits()
    {
        await using var fleet = await StartAsync(semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await primary.ExecuteAsync("SET GLOBAL rpl_semi_sync_master_timeout=300");
        await replica.ExecuteAsync("STOP SLAVE IO_THREAD");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        Assert.Equal("OFF", await StatusAsync(primary));
        await replica.ExecuteAsync("START SLAVE IO_THREAD");
        await Fleets.UntilAsync(async () => await StatusAsync(primary) == "ON", "it waits again");

        await primary.ExecuteAsync("SET GLOBAL rpl_semi_sync_master_timeout=100000000");
        await replica.ExecuteAsync("STOP SLAVE IO_THREAD");
        var writing = primary.ExecuteAsync($"{Inserting} VALUES (2)");
        await WaitsAsync(primary, 1);
        await primary.ExecuteAsync("SET GLOBAL rpl_semi_sync_master_enabled=OFF");
        await writing;
    }

    [Fact]
    public async Task An_applier_waits_for_acknowledgements_too()
    {
        await using var fleet = await StartAsync();
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync("SET GLOBAL rpl_semi_sync_master_wait_point=AFTER_SYNC, GLOBAL rpl_semi_sync_master_timeout=100000000, GLOBAL rpl_semi_sync_master_enabled=ON");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await WaitsAsync(replica, 1);
        Assert.False(await HasAsync(replica, 1));
        await replica.ExecuteAsync("SET GLOBAL rpl_semi_sync_master_enabled=OFF");
        await Fleets.UntilAsync(() => HasAsync(replica, 1), "it is applied");
    }

    [Theory]
    [InlineData("READ_ONLY ADMIN", Closing)]
    [InlineData("REPLICATION SLAVE ADMIN", "STOP SLAVE IO_THREAD")]
    [InlineData("REPLICATION SLAVE ADMIN", "START SLAVE SQL_THREAD")]
    [InlineData("REPLICATION SLAVE ADMIN", "CHANGE MASTER TO MASTER_CONNECT_RETRY=1")]
    [InlineData("REPLICATION SLAVE ADMIN", "SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_binlog_pos")]
    [InlineData("REPLICATION MASTER ADMIN", "SET GLOBAL rpl_semi_sync_master_enabled=ON")]
    [InlineData("RELOAD", "RESET SLAVE ALL")]
    public async Task What_our_account_lacks_the_privilege_for_is_refused(string privilege, string sql)
    {
        await using var fleet = await Fleets.StartAsync(Kind);
        var replica = fleet.Servers.Replicas[0];
        await replica.ExecuteAsync($"STOP SLAVE; SET sql_log_bin=0; REVOKE {privilege} ON *.* FROM orchestrator");
        await using var ours = await replica.OpenAsync("orchestrator");
        Assert.Equal(1227, (int)(await Assert.ThrowsAsync<MySqlException>(() => ExecuteAsync(ours, sql))).ErrorCode);
    }

    [Fact]
    public async Task An_account_that_is_gone_is_missed_by_the_next_login_and_not_by_who_is_connected()
    {
        await using var fleet = await StartAsync();
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await primary.ExecuteAsync("SET sql_log_bin=0; DROP USER repl");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await Fleets.UntilAsync(() => HasAsync(replica, 1), "it still receives");
        await replica.ExecuteAsync("STOP SLAVE IO_THREAD; START SLAVE IO_THREAD");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is
        { Receiver: ReplicationThread.Connecting, ReceiverErrorNumber: 1045 }, "it is turned away and tries again");
    }

    private static Task WaitsAsync(FleetServer server, int commits) => Fleets.UntilAsync(
        async () => await server.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for semi-sync ACK%'") == commits, "the commit waits");

    private static async Task<string?> StatusAsync(FleetServer server) =>
        (string?)(await server.QueryAsync("SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_master_status'")).Single()["Value"];
}
