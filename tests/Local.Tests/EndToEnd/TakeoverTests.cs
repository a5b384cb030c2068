using MySqlConnector;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>Planned switches by the command line.</summary>
public sealed class TakeoverTests
{
    [Fact]
    public async Task A_takeover_makes_the_named_replica_the_primary_and_the_old_primary_its_replica_without_losing_a_write()
    {
        var (fleet, place) = await DiscoveredAsync(replicas: 3);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        var to = fleet.Replicas[1];

        var result = await place.RunAsync("takeover", "shop", "--to", to.Key);

        Assert.True(result.Code == 0, result.ToString());
        Assert.Equal(to, await fleet.AssertOnePrimaryAsync());
        await DeadPrimaryTests.GoesOnAsync(writer);
        Assert.Equal(0, await DeadPrimaryTests.LostAsync(writer, to));
        Assert.Contains("takeover", (await place.RunAsync("explain", "last")).Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_takeover_of_an_unknown_cluster_is_bad_input()
    {
        var (_, place) = await DiscoveredAsync();
        var result = await place.RunAsync("takeover", "nowhere");

        Assert.Equal(2, result.Code);
        Assert.Contains("nowhere", Assert.Single(result.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_takeover_to_a_server_that_the_cluster_does_not_have_is_bad_input_and_changes_nothing()
    {
        var (fleet, place) = await DiscoveredAsync();
        var (before, result) = await TryAsync(fleet, place, "127.0.0.1:1");
        Assert.True(result.Code == 2, result.ToString());
        Assert.StartsWith("--to: server '127.0.0.1:1': no server of cluster shop has this name", Assert.Single(result.Complaints), StringComparison.Ordinal);
        Assert.Equal(before, await fleet.DescribeAsync());
    }

    [Fact]
    public async Task A_takeover_to_the_primary_itself_is_refused_and_changes_nothing()
    {
        var (fleet, place) = await DiscoveredAsync();
        await AssertRefusedAsync(fleet, await TryAsync(fleet, place, fleet.Primary.Key), fleet.Primary.Key);
    }

    [Fact]
    public async Task A_takeover_to_a_replica_that_does_not_apply_is_refused_and_changes_nothing()
    {
        var (fleet, place) = await DiscoveredAsync();
        var to = fleet.Replicas[0];
        await to.ExecuteAsync("STOP REPLICA SQL_THREAD");
        await AssertRefusedAsync(fleet, await TryAsync(fleet, place, to.Key), to.Key);
        await to.ExecuteAsync("START REPLICA SQL_THREAD");
    }

    [Fact]
    public async Task A_takeover_without_a_replication_account_is_refused_and_names_the_setting()
    {
        var (fleet, place) = await DiscoveredAsync();
        var before = await fleet.DescribeAsync();
        var result = await place.RunAsync(["MySql:ReplicationUser=", "MySql:ReplicationPassword="], ["takeover", "shop"]);
        await AssertRefusedAsync(fleet, (before, result), "MySql:ReplicationUser");
    }

    [Fact]
    public async Task A_takeover_whose_successor_cannot_apply_is_rolled_back()
    {
        var (fleet, place) = await DiscoveredAsync("Takeover:WriteBlockLimit=00:00:01");
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        var roles = await fleet.RolesAsync();
        var to = fleet.Replicas[0];
        await using var blocking = await LockAsync(to, "READ");

        var result = await place.RunAsync("takeover", "shop", "--to", to.Key);
        await EndAsync(blocking);

        await AssertRolledBackAsync(fleet, result, roles);
        await DeadPrimaryTests.GoesOnAsync(writer);
        Assert.Equal(0, await DeadPrimaryTests.LostAsync(writer, fleet.Primary));
    }

    [Fact]
    public async Task A_takeover_whose_primary_cannot_be_frozen_is_rolled_back_and_the_freeze_does_not_come_later()
    {
        var (fleet, place) = await DiscoveredAsync("Recovery:StepTimeout=00:00:01", "Takeover:WriteBlockLimit=00:00:01");
        await fleet.Primary.ExecuteAsync("CREATE TABLE IF NOT EXISTS app.writes (id BIGINT PRIMARY KEY, at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6))");
        var roles = await fleet.RolesAsync();
        await using var blocking = await LockAsync(fleet.Primary, "WRITE");

        var result = await place.RunAsync("takeover", "shop");
        await EndAsync(blocking);

        await AssertRolledBackAsync(fleet, result, roles);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        Assert.Equal(0, await DeadPrimaryTests.LostAsync(writer, fleet.Primary));
    }

    [Theory]
    [InlineData("dead-primary")]
    [InlineData("takeover")]
    public async Task A_plan_changes_nothing(string kind)
    {
        var (fleet, place) = await DiscoveredAsync();
        await fleet.TellAccountsAsync();
        var before = await fleet.DescribeAsync();

        var result = await place.RunAsync("plan", kind, "shop");

        Assert.True(result.Code == 0, result.ToString());
        Assert.StartsWith("REHEARSAL", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, await fleet.DescribeAsync());
        Assert.Equal("No recoveries", (await place.RunAsync("recoveries")).Output.Trim());
    }

    internal static async Task<(ServerFleet Fleet, Place Place)> DiscoveredAsync(params string[] settings) => await DiscoveredAsync(2, settings);

    internal static async Task<(ServerFleet Fleet, Place Place)> DiscoveredAsync(int replicas, params string[] settings)
    {
        var fleet = await Fleets.TakeAsync(replicas);
        var place = await Place.NewAsync(settings);
        var discovered = await place.RunAsync("discover", fleet.Replicas[0].Key, "--alias", "shop");
        Assert.True(discovered.Code == 0, discovered.ToString());
        return (fleet, place);
    }

    private static async Task<(string Before, CommandResult Result)> TryAsync(ServerFleet fleet, Place place, string to)
    {
        var before = await fleet.DescribeAsync();
        return (before, await place.RunAsync("takeover", "shop", "--to", to));
    }

    private static async Task AssertRefusedAsync(ServerFleet fleet, (string Before, CommandResult Result) tried, string names)
    {
        Assert.True(tried.Result.Code == 1, tried.Result.ToString());
        Assert.True(tried.Result.Output.Contains(names, StringComparison.Ordinal), tried.Result.ToString());
        Assert.Equal(tried.Before, await fleet.DescribeAsync());
    }

    private static async Task AssertRolledBackAsync(ServerFleet fleet, CommandResult result, string roles)
    {
        Assert.True(result.Code == 1, result.ToString());
        Assert.Contains("Rolled back", result.Output, StringComparison.Ordinal);
        await Eventually.HoldsAsync("everyone is back in place", async () => await fleet.RolesAsync() == roles, async () => $"{roles}\n--- now\n{await fleet.RolesAsync()}\n{result}");
    }

    private static async Task<MySqlConnection> LockAsync(FleetServer server, string how)
    {
        var connection = await server.OpenAsync();
        await using var command = new MySqlCommand($"LOCK TABLES app.writes {how}", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    // The product may have ended this session to get its way.
    private static async Task EndAsync(MySqlConnection blocking)
    {
        try
        {
            await using var command = new MySqlCommand("UNLOCK TABLES", blocking);
            await command.ExecuteNonQueryAsync();
        }
        catch (MySqlException)
        {
        }
    }
}
