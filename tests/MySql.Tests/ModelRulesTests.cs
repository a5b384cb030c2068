using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.MySql.Stepping;

namespace OrchestratorFunctions.MySql.Tests;

/// <summary>
/// The servers of the simulator (tests/Simulation/Servers) act by rules. Here a real server does the same thing; which
/// rule is shown by which test stands in tests/Simulation/README.md.
/// </summary>
public sealed class ModelRulesTests
{
    private const string Inserting = "INSERT INTO app.t";

    [Fact]
    public async Task A_commit_without_an_acknowledgement_is_logged_and_seen_by_nobody_until_semi_sync_is_switched_off()
    {
        await using var fleet = await StartAsync(semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync("STOP REPLICA IO_THREAD");
        var before = await primary.ScalarAsync<string>("SELECT @@GLOBAL.gtid_executed");
        var logged = await LoggedAsync(primary);
        var writing = primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await fleet.UntilRunsAsync(primary, Inserting, 1);
        await Fleets.UntilAsync(async () => await LoggedAsync(primary) > logged, "it is in the binary log");

        Assert.Equal(before, await primary.ScalarAsync<string>("SELECT @@GLOBAL.gtid_executed"));
        Assert.Equal(0, await primary.ScalarAsync<long>("SELECT COUNT(*) FROM app.t"));
        Assert.False(writing.IsCompleted);
        await primary.ExecuteAsync("SET GLOBAL rpl_semi_sync_source_enabled=OFF");
        await writing;
    }

    [Fact]
    public async Task What_a_replica_has_when_it_connects_is_acknowledged_with_the_next_transaction_and_not_before()
    {
        await using var fleet = await StartAsync(semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync("SET GLOBAL rpl_semi_sync_replica_enabled=OFF; STOP REPLICA IO_THREAD; START REPLICA IO_THREAD");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(primary)).SemiSync is { Clients: 0 }, "nobody acknowledges");
        var writing = primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await Fleets.UntilAsync(async () => await replica.ScalarAsync<long>("SELECT COUNT(*) FROM app.t") == 1, "it is there, and not acknowledged");
        Assert.False(writing.IsCompleted);

        await replica.ExecuteAsync("SET GLOBAL rpl_semi_sync_replica_enabled=ON; STOP REPLICA IO_THREAD; START REPLICA IO_THREAD");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(primary)).SemiSync is { Clients: 1 }, "it acknowledges");
        await HeartbeatAsync(replica);
        Assert.False(writing.IsCompleted);
        await primary.ExecuteAsync($"{Inserting} VALUES (2)");
        await writing;
    }

    [Fact]
    public async Task After_its_timeout_a_source_waits_for_nobody_until_a_replica_has_caught_up()
    {
        await using var fleet = await StartAsync(semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await primary.ExecuteAsync("SET GLOBAL rpl_semi_sync_source_timeout=300");
        await replica.ExecuteAsync("STOP REPLICA IO_THREAD");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        Assert.Equal("OFF", await WaitsAsync(primary));
        await replica.ExecuteAsync("START REPLICA IO_THREAD");
        await Fleets.UntilAsync(async () => await WaitsAsync(primary) == "ON", "it waits again");
    }

    [Fact]
    public async Task Closing_holds_new_writes_up_is_answered_after_the_waiting_commits_and_is_undone_by_a_kill()
    {
        await using var fleet = await StartAsync(semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync("STOP REPLICA IO_THREAD");
        var writing = primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await fleet.UntilRunsAsync(primary, Inserting, 1);

        await using var closer = await primary.OpenAsync();
        var closing = ExecuteAsync(closer, "SET GLOBAL super_read_only=ON");
        await Fleets.UntilAsync(async () => await FlagsAsync(primary) == "1 0", "it shows");
        await using var app = await primary.OpenAsync("app");
        var held = ExecuteAsync(app, $"{Inserting} VALUES (2)");
        await fleet.UntilRunsAsync(primary, Inserting, 2);
        Assert.False(closing.IsCompleted);

        await primary.ExecuteAsync($"KILL {closer.ServerThread}");
        await Assert.ThrowsAnyAsync<MySqlException>(() => closing);
        await Fleets.UntilAsync(async () => await FlagsAsync(primary) == "0 0", "it is open again");
        await replica.ExecuteAsync("START REPLICA IO_THREAD");
        await Task.WhenAll(writing, held);
    }

    [Fact]
    public async Task Once_closed_a_server_refuses_what_waited_meanwhile()
    {
        await using var fleet = await StartAsync(semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync("STOP REPLICA IO_THREAD");
        var writing = primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await fleet.UntilRunsAsync(primary, Inserting, 1);
        var closing = primary.ExecuteAsync("SET GLOBAL super_read_only=ON");
        await Fleets.UntilAsync(async () => await FlagsAsync(primary) == "1 0", "it shows");
        await using var app = await primary.OpenAsync("app");
        var held = ExecuteAsync(app, $"{Inserting} VALUES (2)");
        await fleet.UntilRunsAsync(primary, Inserting, 2);
        await replica.ExecuteAsync("START REPLICA IO_THREAD");
        await Task.WhenAll(writing, closing);
        Assert.Equal(1290, (int)(await Assert.ThrowsAsync<MySqlException>(() => held)).ErrorCode);
    }

    [Fact]
    public async Task A_client_that_is_cut_off_in_a_commit_leaves_it_waiting()
    {
        await using var fleet = await StartAsync(semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync("STOP REPLICA IO_THREAD");
        await using var app = await primary.OpenAsync("app");
        var thread = app.ServerThread;
        var writing = ExecuteAsync(app, $"{Inserting} VALUES (1)");
        await fleet.UntilRunsAsync(primary, Inserting, 1);
        await primary.ExecuteAsync("SET GLOBAL offline_mode=ON");
        await Fleets.UntilAsync(async () => await KilledAsync(primary, thread), "its session is told to end");

        Assert.Equal(0, await primary.ScalarAsync<long>("SELECT COUNT(*) FROM app.t"));
        Assert.False(writing.IsCompletedSuccessfully);
        await primary.ExecuteAsync("SET GLOBAL offline_mode=OFF");
        await replica.ExecuteAsync("START REPLICA IO_THREAD");
        await Fleets.UntilAsync(async () => await primary.ScalarAsync<long>("SELECT COUNT(*) FROM app.t") == 1, "it is committed");
        await Assert.ThrowsAnyAsync<MySqlException>(() => writing);
    }

    [Fact]
    public async Task A_STOP_REPLICA_that_hangs_goes_on_when_it_is_killed_and_a_start_waits_for_it()
    {
        await using var fleet = await StartAsync();
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await using var holder = await replica.OpenAsync();
        await ExecuteAsync(holder, "LOCK TABLES app.t READ");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await Fleets.UntilAsync(async () => await IsApplierBlockedAsync(replica), "the applier waits for the lock");
        await using var stopper = await replica.OpenAsync();
        var stopping = ExecuteAsync(stopper, "STOP REPLICA SQL_THREAD");
        await fleet.UntilRunsAsync(replica, "STOP REPLICA", 1);
        await replica.ExecuteAsync($"KILL {stopper.ServerThread}");
        var starting = replica.ExecuteAsync("START REPLICA SQL_THREAD");
        await fleet.UntilRunsAsync(replica, "START REPLICA", 1);
        Assert.False(starting.IsCompleted);

        await ExecuteAsync(holder, "UNLOCK TABLES");
        await starting;
        await Assert.ThrowsAnyAsync<MySqlException>(() => stopping);
        await Fleets.UntilAsync(async () => await replica.ScalarAsync<long>("SELECT COUNT(*) FROM app.t") == 1, "it goes on");
    }

    [Fact]
    public async Task Pointing_elsewhere_throws_away_what_was_received_and_not_applied()
    {
        await using var fleet = await StartAsync(replicas: 2);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync("STOP REPLICA SQL_THREAD");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        var all = (await fleet.SeeAsync(primary)).Gtid.Executed;
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).AllReceived.Contains(all), "it is received");
        var other = fleet.Servers.Replicas[1];
        await replica.ExecuteAsync($"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HOST='{other.Host}', SOURCE_PORT={other.Port}");
        Assert.False((await fleet.SeeAsync(replica)).AllReceived.Contains(all));
        await replica.ExecuteAsync("RESET REPLICA ALL");
        Assert.Empty((await fleet.SeeAsync(replica)).Links);
    }

    [Fact]
    public async Task A_replica_with_more_of_the_sources_own_than_the_source_is_refused()
    {
        await using var fleet = await StartAsync();
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync($"STOP REPLICA; SET gtid_next='{primary.ServerUuid}:900'; BEGIN; COMMIT; SET gtid_next=AUTOMATIC; START REPLICA");
        await Fleets.UntilAsync(
            async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Stopped, ReceiverErrorNumber: 1236 or 13114 }, "it stands still");
    }

    [Fact]
    public async Task A_receiver_says_that_it_runs_until_it_has_heard_nothing_for_its_timeout()
    {
        await using var fleet = await StartAsync();
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync("STOP REPLICA IO_THREAD; SET GLOBAL replica_net_timeout=3; START REPLICA IO_THREAD");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Running }, "it runs");
        primary.Stop();
        try
        {
            await Fleets.UntilAsync(
                async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Running, SilentFor.TotalSeconds: > 1.5 }, "it runs and hears nothing");
            await Fleets.UntilAsync(
                async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Connecting }, "it connects again", seconds: 30);
        }
        finally
        {
            primary.Continue();
        }
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Running }, "it hears again", seconds: 90);
    }

    private static async Task<Fleets> StartAsync(int replicas = 1, bool semiSync = false)
    {
        var fleet = await Fleets.StartAsync("mysql-9.7", replicas, semiSync);
        await fleet.Servers.Primary.ExecuteAsync("CREATE TABLE app.t (id INT PRIMARY KEY)");
        foreach (var replica in fleet.Servers.Replicas)
            await Fleets.UntilAsync(
                async () => await replica.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema='app' AND table_name='t'") == 1, "the table is there");
        return fleet;
    }

    private static async Task ExecuteAsync(MySqlConnection on, string sql)
    {
        await using var command = new MySqlCommand(sql, on);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> LoggedAsync(FleetServer server) =>
        Convert.ToInt64((await server.QueryAsync("SHOW BINARY LOG STATUS")).Single()["Position"], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task HeartbeatAsync(FleetServer replica)
    {
        const string Heard = "SELECT COUNT_RECEIVED_HEARTBEATS FROM performance_schema.replication_connection_status";
        var before = await replica.ScalarAsync<long>(Heard);
        await Fleets.UntilAsync(async () => await replica.ScalarAsync<long>(Heard) >= before + 2, "its source is heard");
    }

    private static Task<string?> WaitsAsync(FleetServer server) => server.ScalarAsync<string>(
        "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME='Rpl_semi_sync_source_status'");

    private static Task<string?> FlagsAsync(FleetServer server) =>
        server.ScalarAsync<string>("SELECT CONCAT(@@GLOBAL.super_read_only, ' ', @@GLOBAL.read_only)");

    private static async Task<bool> KilledAsync(FleetServer server, int thread) => await server.ScalarAsync<long>(
        $"SELECT COUNT(*) FROM information_schema.processlist WHERE id={thread} AND command<>'Killed'") == 0;

    private static async Task<bool> IsApplierBlockedAsync(FleetServer replica) => await replica.ScalarAsync<long>(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE user='system user' AND state LIKE 'Waiting for table%lock'") > 0;
}
