namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>What discovery finds on real servers.</summary>
public sealed class DiscoveryTests
{
    [Fact]
    public async Task Replicas_without_report_host_are_found_from_their_source_alone()
    {
        var fleet = await Fleets.TakeAsync();
        foreach (var replica in fleet.Replicas)
        {
            await replica.ExecuteAsync("SET PERSIST_ONLY report_host = ''");
            replica.Kill();
            await replica.RestartAsync();
        }
        await Eventually.HoldsAsync("both replicas read from the primary and neither says its name", async () =>
            await fleet.Primary.QueryAsync("SHOW REPLICAS") is { Count: 2 } named && named.All(r => (string?)r["Host"] == ""));

        var found = await (await Place.NewAsync()).RunAsync("discover", fleet.Primary.Key, "--alias", "shop");
        Assert.True(found.Code == 0, found.ToString());
        Assert.All(fleet.Servers, server => Assert.Contains(server.Key, found.Output, StringComparison.Ordinal));
    }
}
