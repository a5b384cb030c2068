using System.Net;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.MySql.Tests.Probing;

public sealed class AmbiguityTests
{
    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_name_of_one_server_is_none_and_an_address_is_never_looked_up(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        await using var room = new MySqlServers(Fleets.Options, (_, _) => Task.FromResult(new[] { IPAddress.Loopback, IPAddress.Parse("127.0.0.77"), IPAddress.Loopback.MapToIPv6() }));
        var key = new InstanceKey("db.example", fleet.Servers.Primary.Port);
        // 127.0.0.77 refuses: only one address answers.
        Assert.Null(await room.Probe.AmbiguityAsync(key, Fleets.Second, default));
        Assert.Null(await room.Probe.AmbiguityAsync(new InstanceKey("127.0.0.1", 3306), Fleets.Second, default));
    }

    [Fact]
    public async Task A_name_of_two_servers_says_which()
    {
        var first = IPAddress.Loopback;
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 1);
        // One port for both, as a round-robin name has: a relay stands for the second server's address.
        var second = IPAddress.Parse("127.0.0.78");
        using var relay = new Relay(second, fleet.Servers.Primary.Port, fleet.Servers.Replicas[0].Port);
        await using var room = new MySqlServers(Fleets.Options, (_, _) => Task.FromResult(new[] { first, second }));
        var says = await room.Probe.AmbiguityAsync(new InstanceKey("db.example", fleet.Servers.Primary.Port), Fleets.Second, default);
        Assert.Equal(
            $"db.example:{fleet.Servers.Primary.Port} leads to 2 different servers: 127.0.0.1 is server_uuid {fleet.Servers.Primary.ServerUuid}; 127.0.0.78 is server_uuid {fleet.Servers.Replicas[0].ServerUuid}",
            says);
    }
}
