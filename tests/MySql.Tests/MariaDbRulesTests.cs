using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.MySql.Tests;

/// <summary>
/// What the simulator's servers of MariaDB do otherwise (tests/Simulation/Servers/Flavours/MariaDbFlavour.cs), on real
/// ones: numbers, positions and relay logs. Closing and semi-sync stand in MariaDbSemiSyncRulesTests.
/// </summary>
public sealed class MariaDbRulesTests
{
    internal const string Kind = "mariadb-10.11";
    private const string State = "SELECT @@GLOBAL.gtid_binlog_state", Inserting = "INSERT INTO app.t";

    [Fact]
    public async Task Two_writers_write_the_same_number_and_who_has_one_of_them_is_refused_by_the_other()
    {
        await using var fleet = await StartAsync(replicas: 2);
        var (old, successor, sibling) = (fleet.Servers.Primary, fleet.Servers.Replicas[0], fleet.Servers.Replicas[1]);
        await successor.ExecuteAsync("STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only=OFF");
        await old.ExecuteAsync($"{Inserting} VALUES (1)");
        await successor.ExecuteAsync($"{Inserting} VALUES (2)");
        var (mine, theirs) = (await LastAsync(old), await LastAsync(successor));
        Assert.Equal((NumberOf(mine), true), (NumberOf(theirs), mine != theirs));
        Assert.Equal($"{NumberOf(mine) - 1},{NumberOf(mine)}", Numbers(await successor.ScalarAsync<string>(State)));

        await Fleets.UntilAsync(async () => await HasAsync(sibling, 1), "the sibling has what the old one wrote");
        await sibling.ExecuteAsync($"STOP SLAVE; CHANGE MASTER TO MASTER_PORT={successor.Port}; START SLAVE");
        await RefusedAsync(fleet, sibling);
        await fleet.RunAsync(new PointTo(Fleets.Key(old), Fleets.Key(successor)));
        await RefusedAsync(fleet, old);
    }

    /// <summary>Its number is taken: what the source writes at it is received and not applied, after a restart neither.</summary>
    [Fact]
    public async Task A_write_by_hand_stops_the_applier_at_the_number_that_it_took()
    {
        await using var fleet = await StartAsync();
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync($"{Inserting} VALUES (9)");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await StoppedAsync();
        Assert.Equal(await LastAsync(primary), (await fleet.SeeAsync(replica)).Link!.Received!.ToString());
        replica.Kill();
        await replica.RestartAsync();
        await StoppedAsync();

        Task StoppedAsync() => Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is
        { Receiver: ReplicationThread.Running, Applier: ReplicationThread.Stopped, ApplierErrorNumber: 1950 }, "its applier stands still");
    }

    [Theory]
    [InlineData("STOP SLAVE IO_THREAD; START SLAVE IO_THREAD", true)]
    [InlineData("STOP SLAVE; START SLAVE", false)]
    public async Task One_thread_that_starts_alone_keeps_the_relay_log_and_both_together_begin_behind_what_is_executed(string statements, bool isKept)
    {
        await using var fleet = await StartAsync();
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        var executed = await LastAsync(primary);
        await using var holder = await replica.OpenAsync();
        await ExecuteAsync(holder, "LOCK TABLES app.t READ");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        var all = await LastAsync(primary);
        await ReceivedAsync(fleet, replica, all);
        await Fleets.UntilAsync(async () => await IsApplierBlockedAsync(replica), "the applier waits for the lock");
        primary.Kill();
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Connecting }, "it is noticed");

        var doing = replica.ExecuteAsync(statements);
        if (!isKept) await fleet.UntilRunsAsync(replica, "STOP SLAVE", 1);
        else await doing;
        if (isKept) Assert.Equal(all, (await fleet.SeeAsync(replica)).Link!.Received!.ToString());
        await ExecuteAsync(holder, "UNLOCK TABLES");
        await doing;
        if (isKept) await Fleets.UntilAsync(() => HasAsync(replica, 1), "it is applied");
        else Assert.Equal(executed, (await fleet.SeeAsync(replica)).Link!.Received!.ToString());
    }

    [Fact]
    public async Task A_restart_starts_both_threads_and_begins_behind_what_is_executed()
    {
        await using var fleet = await StartAsync();
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        var executed = await LastAsync(primary);
        await replica.ExecuteAsync("STOP SLAVE SQL_THREAD");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        var all = await LastAsync(primary);
        await ReceivedAsync(fleet, replica, all);
        primary.Kill();
        replica.Kill();
        await replica.RestartAsync();
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is
        { Receiver: ReplicationThread.Connecting, Applier: ReplicationThread.Running }, "both have started");
        Assert.Equal(executed, (await fleet.SeeAsync(replica)).Link!.Received!.ToString());
        await primary.RestartAsync();
        await Fleets.UntilAsync(() => HasAsync(replica, 1), "it is fetched again");
    }

    /// <summary>Gtid_IO_Pos still names what is gone, until replication starts.</summary>
    [Fact]
    public async Task Pointing_elsewhere_throws_away_what_was_received_and_shows_it_until_the_start()
    {
        await using var fleet = await StartAsync(replicas: 2);
        var (primary, replica, other) = (fleet.Servers.Primary, fleet.Servers.Replicas[0], fleet.Servers.Replicas[1]);
        var executed = await LastAsync(primary);
        await replica.ExecuteAsync("STOP SLAVE SQL_THREAD");
        await other.ExecuteAsync("STOP SLAVE");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        var all = await LastAsync(primary);
        await ReceivedAsync(fleet, replica, all);
        Assert.Equal(1198, await RefusedAsync(replica, $"CHANGE MASTER TO MASTER_PORT={other.Port}"));
        await replica.ExecuteAsync($"STOP SLAVE; CHANGE MASTER TO MASTER_PORT={other.Port}");
        Assert.Equal(all, (await fleet.SeeAsync(replica)).Link!.Received!.ToString());
        await replica.ExecuteAsync("START SLAVE");
        Assert.Equal(executed, (await fleet.SeeAsync(replica)).Link!.Received!.ToString());
        Assert.Equal(1198, await RefusedAsync(replica, "RESET SLAVE ALL"));
    }

    /// <summary>Its sibling followed it when somebody wrote to it, and is its source now.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_server_wrote_itself_it_does_not_take_from_its_source(bool acknowledges)
    {
        await using var fleet = await StartAsync(replicas: 2, semiSync: acknowledges);
        var (writer, source) = (fleet.Servers.Replicas[0], fleet.Servers.Replicas[1]);
        await source.ExecuteAsync($"STOP SLAVE; CHANGE MASTER TO MASTER_PORT={writer.Port}; START SLAVE");
        await writer.ExecuteAsync($"STOP SLAVE; {Inserting} VALUES (9)");
        await Fleets.UntilAsync(() => HasAsync(source, 9), "its sibling has it");
        await source.ExecuteAsync("STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only=OFF");
        await writer.ExecuteAsync($"CHANGE MASTER TO MASTER_PORT={source.Port}; START SLAVE");
        await source.ExecuteAsync($"{Inserting} VALUES (1)");
        await Fleets.UntilAsync(() => HasAsync(writer, 1), "it goes on behind its own");
        Assert.True((await fleet.SeeAsync(writer)).Link!.IsReplicating);
    }

    /// <summary>Nothing of its own in a domain counts for a wait, and a source sends what stands behind its position.</summary>
    [Fact]
    public async Task A_wait_for_a_position_does_not_count_what_the_server_wrote_itself()
    {
        await using var fleet = await StartAsync();
        var replica = fleet.Servers.Replicas[0];
        await replica.ExecuteAsync("SET SESSION gtid_domain_id=92; CREATE DATABASE aside");
        var server = await replica.ScalarAsync<long>("SELECT @@server_id");
        Assert.Equal(-1, await replica.ScalarAsync<long>($"SELECT MASTER_GTID_WAIT('92-{server}-1', 0.5)"));
        var executed = await LastAsync(fleet.Servers.Primary);
        Assert.Equal(0, await replica.ScalarAsync<long>($"SELECT MASTER_GTID_WAIT('{executed}', 0.5)"));
    }

    [Fact]
    public async Task A_receiver_says_that_it_runs_until_it_has_heard_nothing_for_its_timeout()
    {
        await using var fleet = await StartAsync();
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        primary.Stop();
        try
        {
            await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is
            { Receiver: ReplicationThread.Running, SilentFor.TotalSeconds: > 1.5 }, "it runs and hears nothing");
            await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Connecting }, "it connects again", seconds: 30);
            Assert.Equal(0, (await fleet.SeeAsync(replica)).Link!.ReceiverErrorNumber);
        }
        finally
        {
            primary.Continue();
        }
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Running }, "it hears again", seconds: 90);
    }

    [Fact]
    public async Task A_STOP_that_hangs_goes_on_when_it_is_killed_and_a_start_waits_for_it()
    {
        await using var fleet = await StartAsync();
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await using var holder = await replica.OpenAsync();
        await ExecuteAsync(holder, "LOCK TABLES app.t READ");
        await primary.ExecuteAsync($"{Inserting} VALUES (1)");
        await Fleets.UntilAsync(async () => await IsApplierBlockedAsync(replica), "the applier waits for the lock");
        await using var stopper = await replica.OpenAsync();
        var stopping = ExecuteAsync(stopper, "STOP SLAVE SQL_THREAD");
        await fleet.UntilRunsAsync(replica, "STOP SLAVE", 1);
        await replica.ExecuteAsync($"KILL {stopper.ServerThread}");
        var starting = replica.ExecuteAsync("START SLAVE SQL_THREAD");
        await fleet.UntilRunsAsync(replica, "START SLAVE", 1);
        Assert.False(starting.IsCompleted);
        await ExecuteAsync(holder, "UNLOCK TABLES");
        await starting;
        await Assert.ThrowsAnyAsync<MySqlException>(() => stopping);
        await Fleets.UntilAsync(() => HasAsync(replica, 1), "it goes on");
    }

    internal static async Task<Fleets> StartAsync(int replicas = 1, bool semiSync = false)
    {
        var fleet = await Fleets.StartAsync(Kind, replicas, semiSync);
        await fleet.Servers.Primary.ExecuteAsync("CREATE TABLE app.t (id INT PRIMARY KEY)");
        var all = await LastAsync(fleet.Servers.Primary);
        foreach (var replica in fleet.Servers.Replicas)
            await Fleets.UntilAsync(async () => await LastAsync(replica) == all, "the table is there");
        return fleet;
    }

    internal static async Task ExecuteAsync(MySqlConnection on, string sql)
    {
        await using var command = new MySqlCommand(sql, on);
        await command.ExecuteNonQueryAsync();
    }

    internal static Task<string?> LastAsync(FleetServer server) => server.ScalarAsync<string>("SELECT @@GLOBAL.gtid_binlog_pos");

    internal static async Task<bool> HasAsync(FleetServer server, int id) =>
        await server.ScalarAsync<long>($"SELECT COUNT(*) FROM app.t WHERE id={id}") == 1;

    private static async Task<int> RefusedAsync(FleetServer server, string sql) =>
        (int)(await Assert.ThrowsAsync<MySqlException>(() => server.ExecuteAsync(sql))).ErrorCode;

    private static Task RefusedAsync(Fleets fleet, FleetServer replica) => Fleets.UntilAsync(
        async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Stopped, ReceiverErrorNumber: 1236 }, $"{replica} is refused");

    private static Task ReceivedAsync(Fleets fleet, FleetServer replica, string? position) => Fleets.UntilAsync(
        async () => (await fleet.SeeAsync(replica)).Link!.Received!.ToString() == position, "it is received");

    private static async Task<bool> IsApplierBlockedAsync(FleetServer replica) => await replica.ScalarAsync<long>(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE user='system user' AND state LIKE 'Waiting for table%lock'") > 0;

    private static long NumberOf(string? gtid) => long.Parse(gtid!.Split('-')[2], System.Globalization.CultureInfo.InvariantCulture);

    private static string Numbers(string? state) => string.Join(',', state!.Split(',').Select(NumberOf));
}
