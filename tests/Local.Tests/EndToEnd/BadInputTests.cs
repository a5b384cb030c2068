using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.MySql;
using OrchestratorFunctions.MySql.Tests.Probing;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>What users get wrong: an exit code, one line that names the thing and what would be right, nothing written.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task An_unknown_host_is_refused() => await AssertRefusedAsync("no-such-host.invalid:3306", "check the host name");

    [Fact]
    public async Task A_port_where_nothing_listens_is_refused() => await AssertRefusedAsync("127.0.0.1:1", "check the host and the port");

    [Fact]
    public async Task A_port_where_something_else_listens_is_refused()
    {
        var azurite = new Uri((await AzuriteServer.SharedAsync()).ConnectionString.Split(';').Single(p => p.StartsWith("TableEndpoint=", StringComparison.Ordinal))["TableEndpoint=".Length..]);
        await AssertRefusedAsync($"127.0.0.1:{azurite.Port}", "check");
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        var fleet = await Fleets.TakeAsync();
        await AssertRefusedAsync(fleet.Primary.Key, "MySql:Password", "MySql:Password=wrong");
    }

    [Fact]
    public async Task A_server_without_gtids_is_refused()
    {
        var lonely = (await Fleets.TakeAsync(replicas: 0, semiSync: false)).Primary;
        foreach (var mode in (string[])["ON_PERMISSIVE", "OFF_PERMISSIVE", "OFF"]) await lonely.ExecuteAsync($"SET GLOBAL gtid_mode={mode}");
        await AssertRefusedAsync(lonely.Key, "gtid_mode=ON");
        foreach (var mode in (string[])["OFF_PERMISSIVE", "ON_PERMISSIVE", "ON"]) await lonely.ExecuteAsync($"SET GLOBAL gtid_mode={mode}");
    }

    [Fact]
    public async Task A_name_that_leads_to_two_servers_is_refused()
    {
        var fleet = await Fleets.TakeAsync();
        var place = await Place.NewAsync();
        await using var room = await place.OpenAsync();
        // Two addresses of this machine, and on one of them another server of the fleet answers at the same port.
        using var other = new Relay(IPAddress.Parse("127.0.0.2"), fleet.Primary.Port, fleet.Replicas[0].Port);
        await using var mySql = new MySqlServers(room.Settings.MySql, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("127.0.0.2")]));
        var discover = new DiscoverInstances(mySql.Probe, room.Ports.Topologies, room.Ports.Recoveries,
            new MoveRight(room.Ports.Leases, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger.Instance);

        var found = await discover.RunAsync([new InstanceKey("two-of-them", fleet.Primary.Port)], "", default);

        var refusal = Assert.Single(found.Refusals);
        Assert.Contains("two-of-them", refusal, StringComparison.Ordinal);
        Assert.Contains("127.0.0.2", refusal, StringComparison.Ordinal);
        Assert.Contains("use the address of one of them", refusal, StringComparison.Ordinal);
        Assert.Empty(await room.Ports.Topologies.ReadAllAsync(default));
    }

    [Fact]
    public async Task What_is_no_address_is_bad_input()
    {
        var place = await Place.NewAsync();
        var result = await place.RunAsync("discover", "db1:what");
        Assert.Equal(2, result.Code);
        Assert.Contains("db1:what", Assert.Single(result.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_seed_does_not_keep_the_other_from_being_discovered()
    {
        var fleet = await Fleets.TakeAsync();
        var place = await Place.NewAsync();
        var result = await place.RunAsync("discover", "127.0.0.1:1", fleet.Primary.Key);

        Assert.Equal(1, result.Code);
        Assert.Contains("127.0.0.1:1", Assert.Single(result.Complaints), StringComparison.Ordinal);
        Assert.Contains(fleet.Replicas[0].Key, (await place.RunAsync("topology")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Watch:Intervall=00:00:01", "Watch:Intervall")]
    [InlineData("Watching:Interval=00:00:01", "Watching")]
    [InlineData("Watch:Interval=often", "Watch:Interval")]
    [InlineData("Watch:Interval=00:00:00.001", "Watch:Interval")]
    [InlineData("MySql:SslMode=Perhaps", "MySql:SslMode")]
    [InlineData("no assignment", "no assignment")]
    public async Task A_wrong_setting_is_bad_input_and_named(string assignment, string names)
    {
        var place = await Place.NewAsync();
        var result = await place.RunAsync([assignment], ["topology"]);
        Assert.Equal(2, result.Code);
        Assert.Contains(names, Assert.Single(result.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_with_settings_that_cannot_be_read_are_bad_input()
    {
        var place = await Place.NewAsync();
        var file = Path.Combine(Path.GetTempPath(), $"{place.Prefix}.json");
        await File.WriteAllTextAsync(file, "{ \"Watch\": ");
        try
        {
            var broken = await place.RunAsync("topology", "--config", file);
            Assert.Equal(2, broken.Code);
            Assert.Contains(file, Assert.Single(broken.Complaints), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
        var missing = await place.RunAsync("topology", "--config", file);
        Assert.Equal(2, missing.Code);
        Assert.Contains(file, Assert.Single(missing.Complaints), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topologie")]
    [InlineData("topology", "--colour")]
    [InlineData("recoveries", "--limit", "many")]
    [InlineData("takeover")]
    [InlineData("open", "shop")]
    [InlineData("open", "shop", "--because", " ")]
    [InlineData("failover", "shop")]
    [InlineData("failover", "shop", "--because", "")]
    public async Task A_command_line_that_cannot_be_read_is_bad_input(params string[] arguments)
    {
        var place = await Place.NewAsync();
        var result = await place.RunAsync(arguments);
        Assert.True(result.Code == 2, result.ToString());
        Assert.NotEmpty(result.Complaints);
    }

    [Fact]
    public async Task Storage_that_cannot_be_reached_ends_with_its_own_exit_code_and_one_line()
    {
        var place = await Place.NewAsync();
        const string nowhere = "http://127.0.0.1:1/a";
        var storage = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=Zm9v;TableEndpoint={nowhere};QueueEndpoint={nowhere};BlobEndpoint={nowhere}";
        var result = await place.RunAsync([$"Storage:ConnectionString={storage}"], ["topology"]);
        Assert.Equal(3, result.Code);
        Assert.Contains("Storage:ConnectionString", Assert.Single(result.Complaints, c => !c.Contains("still at work", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(string seed, string advice, params string[] settings)
    {
        var place = await Place.NewAsync();
        var result = await place.RunAsync(settings, ["discover", seed]);

        Assert.True(result.Code == 1, result.ToString());
        var line = Assert.Single(result.Complaints, c => !c.Contains("still at work", StringComparison.Ordinal));
        Assert.StartsWith(seed, line, StringComparison.Ordinal);
        Assert.Contains(advice, line, StringComparison.Ordinal);
        await using var room = await place.OpenAsync();
        Assert.Empty(await room.Ports.Topologies.ReadAllAsync(default));
    }
}
