using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.MySql.Tests;

/// <summary>
/// Whom a real server turns away, and what it refuses to our account: rules of the simulator's servers
/// (tests/Simulation/Servers/Admission.cs).
/// </summary>
public sealed class AdmissionRulesTests
{
    [Fact]
    public async Task A_server_in_offline_mode_throws_its_replicas_out_and_turns_them_away_until_it_is_online_again()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await ConnectAnewAsync(replica);
        await UntilRunningAsync(fleet, replica);

        await primary.ExecuteAsync("SET GLOBAL offline_mode=ON");
        await UntilTurnedAwayAsync(fleet, replica, 3032);
        Assert.True((await fleet.SeeAsync(primary)).OfflineMode);
        var refused = await Assert.ThrowsAsync<MySqlException>(() => primary.OpenAsync("app"));
        Assert.Equal(3032, (int)refused.ErrorCode);

        await primary.ExecuteAsync("SET GLOBAL offline_mode=OFF");
        await UntilRunningAsync(fleet, replica);
    }

    /// <summary>A replica goes on to receive and to apply while it lets nobody in.</summary>
    [Fact]
    public async Task A_replica_in_offline_mode_receives_and_applies()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await replica.ExecuteAsync("SET GLOBAL offline_mode=ON");
        await primary.ExecuteAsync("CREATE DATABASE later");
        var all = (await fleet.SeeAsync(primary)).Gtid.Executed;
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Gtid.Executed.Contains(all), "it is applied");
        Assert.True((await fleet.SeeAsync(replica)).Link!.IsReplicating);
    }

    [Theory]
    [InlineData("DROP USER repl", 1045)]
    [InlineData("ALTER USER repl ACCOUNT LOCK", 3118)]
    [InlineData("ALTER USER repl REQUIRE X509", 1045)]
    public async Task An_account_that_is_gone_is_missed_by_the_next_login_and_not_by_who_is_connected(string sql, int error)
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await primary.ExecuteAsync($"SET sql_log_bin=0; {sql}");
        await primary.ExecuteAsync("CREATE DATABASE later");
        var all = (await fleet.SeeAsync(primary)).Gtid.Executed;
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Gtid.Executed.Contains(all), "it still receives");

        await ConnectAnewAsync(replica);
        await UntilTurnedAwayAsync(fleet, replica, error);
        await replica.ExecuteAsync("STOP REPLICA IO_THREAD");
        // Stopped meanwhile it keeps the error, which is no reason to stand still.
        Assert.True((await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Stopped, FailedToConnect: true } link
            && link.ReceiverErrorNumber == error);
    }

    [Theory]
    [InlineData("SYSTEM_VARIABLES_ADMIN", "SET GLOBAL read_only=ON")]
    [InlineData("SYSTEM_VARIABLES_ADMIN", "SET GLOBAL super_read_only=ON")]
    [InlineData("SYSTEM_VARIABLES_ADMIN", "SET GLOBAL rpl_semi_sync_replica_enabled=ON")]
    [InlineData("REPLICATION_SLAVE_ADMIN", "STOP REPLICA IO_THREAD")]
    [InlineData("REPLICATION_SLAVE_ADMIN", "START REPLICA SQL_THREAD")]
    [InlineData("REPLICATION_SLAVE_ADMIN", "CHANGE REPLICATION SOURCE TO SOURCE_CONNECT_RETRY=1")]
    [InlineData("RELOAD", "RESET REPLICA ALL")]
    public async Task What_our_account_lacks_the_privilege_for_is_refused(string privilege, string sql)
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", semiSync: true);
        var replica = fleet.Servers.Replicas[0];
        if (sql.StartsWith("RESET", StringComparison.Ordinal)) await replica.ExecuteAsync("STOP REPLICA");
        await replica.ExecuteAsync(
            $"SET GLOBAL super_read_only=OFF; SET sql_log_bin=0; REVOKE {privilege} ON *.* FROM orchestrator; SET GLOBAL super_read_only=ON");

        await using var ours = await replica.OpenAsync("orchestrator");
        await using var command = new MySqlCommand(sql, ours);
        var refused = await Assert.ThrowsAsync<MySqlException>(command.ExecuteNonQueryAsync);
        Assert.Equal(1227, (int)refused.ErrorCode);
        Assert.Contains(privilege, (await fleet.SeeAsync(replica)).Missing!.All, StringComparison.Ordinal);
    }

    private static Task ConnectAnewAsync(FleetServer replica) => replica.ExecuteAsync(
        "STOP REPLICA IO_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_CONNECT_RETRY=1; START REPLICA IO_THREAD");

    private static Task UntilTurnedAwayAsync(Fleets fleet, FleetServer replica, int error) => Fleets.UntilAsync(
        async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Connecting } link && link.ReceiverErrorNumber == error,
        $"it is turned away with {error} and tries again");

    private static Task UntilRunningAsync(Fleets fleet, FleetServer replica) => Fleets.UntilAsync(
        async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Running }, "it is connected");
}
