using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>What looks like a dead primary and is none: nothing may be begun, and no server changed.</summary>
public sealed class FalseAlarmTests
{
    [Fact]
    public async Task Replicas_that_all_stopped_replicating_do_not_replace_a_living_primary()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        foreach (var replica in fleet.Replicas) await replica.ExecuteAsync("STOP REPLICA");
        var before = await fleet.DescribeAsync();

        await watcher.LookOnAsync(AnalysisCode.AllPrimaryReplicasNotReplicating);

        await watcher.AssertNothingBegunAsync();
        Assert.Equal(before, await fleet.DescribeAsync());
        foreach (var replica in fleet.Replicas) await replica.ExecuteAsync("START REPLICA");
    }

    [Fact]
    public async Task A_primary_that_hangs_for_less_than_the_confirmation_time_stays_the_primary()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet, "Detection:SilenceConfirmation=00:00:08");
        var before = await fleet.DescribeAsync();

        fleet.Primary.Stop();
        await Eventually.HoldsAsync("it is suspected", () => watcher.Problems.Contains(AnalysisCode.UnreachablePrimary));
        fleet.Primary.Continue();
        await watcher.LookOnAsync("it is seen again", t => t[fleet.Primary.Key()]!.IsSeen);

        await watcher.AssertNothingBegunAsync();
        await Eventually.HoldsAsync("everything is as before", async () => before == await fleet.DescribeAsync(), fleet.DescribeAsync);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_password_of_the_watcher_is_no_death(bool everywhere)
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        var roles = await fleet.RolesAsync();
        await SetPasswordAsync(fleet, everywhere, "changed");

        await watcher.LookOnAsync("the primary refuses the account", t => IsFailing(t, fleet.Primary, ProbeFailureKind.AuthenticationDenied)
            && (!everywhere || fleet.Replicas.All(r => IsFailing(t, r, ProbeFailureKind.AuthenticationDenied))));

        await watcher.AssertNothingBegunAsync();
        Assert.Equal(roles, await fleet.RolesAsync());
        await SetPasswordAsync(fleet, everywhere, "orchestrator");
    }

    [Fact]
    public async Task A_primary_with_too_many_connections_is_no_dead_one()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        var roles = await fleet.RolesAsync();
        await using var inside = await fleet.Primary.OpenAsync();
        await using var first = await fleet.Primary.OpenAsync("app");
        await using var second = await fleet.Primary.OpenAsync("app");
        try
        {
            // More are connected than there are places, the reserve of administrators included.
            await ExecuteAsync(inside, "SET GLOBAL max_connections=1");
            await EndSessionsAsync(inside);

            await watcher.LookOnAsync("the primary says that it is full", t => IsFailing(t, fleet.Primary, ProbeFailureKind.TooManyConnections));

            await watcher.AssertNothingBegunAsync();
        }
        finally
        {
            await ExecuteAsync(inside, "SET GLOBAL max_connections=60");
        }
        Assert.Equal(roles, await fleet.RolesAsync());
    }

    [Theory]
    [InlineData("SOURCE_PORT=1")]
    [InlineData("SOURCE_PASSWORD='wrong'")]
    public async Task One_replica_that_cannot_connect_is_no_witness_enough(string change)
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        var lonely = fleet.Replicas[0];
        await lonely.ExecuteAsync($"STOP REPLICA; CHANGE REPLICATION SOURCE TO {change}; START REPLICA");
        await Eventually.HoldsAsync("it cannot connect", async () => (await lonely.SeeAsync())?.Link is { Receiver: ReplicationThread.Connecting, ReceiverErrorNumber: > 0 });
        var before = await fleet.DescribeAsync();

        await watcher.LookOnAsync("that is known", t => t[lonely.Key()]?.Current?.Link is { Receiver: ReplicationThread.Connecting });

        await watcher.AssertNothingBegunAsync();
        Assert.Equal(before, await fleet.DescribeAsync());
        await lonely.ExecuteAsync($"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_PORT={fleet.Primary.Port}, SOURCE_PASSWORD='repl'; START REPLICA");
    }

    private static bool IsFailing(Topology topology, FleetServer server, ProbeFailureKind kind) =>
        topology[server.Key()]?.Outcome is ProbeOutcome.Failed failed && failed.Kind == kind;

    private static async Task SetPasswordAsync(ServerFleet fleet, bool everywhere, string password)
    {
        foreach (var server in everywhere ? fleet.Servers : [fleet.Primary])
        {
            await using var connection = await server.OpenAsync();
            // What is read-only is so again afterwards, and the change is in no binary log.
            await ExecuteAsync(connection, $"SET GLOBAL super_read_only=OFF; SET sql_log_bin=0; ALTER USER orchestrator@'%' IDENTIFIED BY '{password}'; SET GLOBAL super_read_only=@@GLOBAL.read_only");
            await EndSessionsAsync(connection);
        }
    }

    private static async Task EndSessionsAsync(MySqlConnector.MySqlConnection connection)
    {
        var ids = new List<object>();
        await using (var query = new MySqlConnector.MySqlCommand("SELECT id FROM information_schema.processlist WHERE user='orchestrator'", connection))
        await using (var reader = await query.ExecuteReaderAsync())
            while (await reader.ReadAsync()) ids.Add(reader.GetValue(0));
        foreach (var id in ids)
            try
            {
                await ExecuteAsync(connection, $"KILL {id}");
            }
            catch (MySqlConnector.MySqlException e) when (e.ErrorCode == MySqlConnector.MySqlErrorCode.NoSuchThread)
            {
                // It ended by itself.
            }
    }

    private static async Task ExecuteAsync(MySqlConnector.MySqlConnection connection, string sql)
    {
        await using var command = new MySqlConnector.MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
