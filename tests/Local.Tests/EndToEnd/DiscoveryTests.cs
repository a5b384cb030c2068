using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Fleet;

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

    [Fact]
    public async Task A_seed_is_found_when_its_server_starts_after_the_process_that_looks_for_it()
    {
        var fleet = await Fleets.TakeAsync();
        foreach (var server in fleet.Servers) server.Kill();
        var place = await Place.NewAsync();
        await using var child = Child.Start(place, $"Discovery:Seeds={fleet.Primary.Key}");
        await SaysAsync(child, $"{fleet.Primary.Key} of Discovery:Seeds is not found yet");
        await Eventually.HoldsAsync("health names the seed", async () => await HealthAsync(child) is (HttpStatusCode.ServiceUnavailable, var problem)
            && problem.Contains($"servers of Discovery:Seeds are not found yet, and the log says why: {fleet.Primary.Key}", StringComparison.Ordinal));

        foreach (var server in fleet.Servers) await server.RestartAsync();
        await child.WatchesAsync(fleet.Servers.Count);
        Assert.Equal(HttpStatusCode.OK, (await HealthAsync(child)).Status);
        await using var room = await place.OpenAsync();
        Assert.Equal(fleet.Servers.Count, Assert.Single(await room.Ports.Topologies.ReadAllAsync(default)).Members.Length);
    }

    [Fact]
    public async Task An_installation_is_given_its_first_server_over_HTTP_and_health_says_how_before()
    {
        var fleet = await Fleets.TakeAsync();
        var place = await Place.NewAsync();
        await using var child = Child.Start(place);
        await Eventually.HoldsAsync("health says how to begin", async () => await HealthAsync(child) is (HttpStatusCode.ServiceUnavailable, var problem)
            && problem.StartsWith("no cluster is known yet; give Discovery:Seeds, or POST /api/v3/discover", StringComparison.Ordinal), () => Task.FromResult(child.Log));

        var (status, refused) = await child.PostAsync("discover?instance=127.0.0.1:1");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("check the host and the port", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);

        (status, var answer) = await child.PostAsync($"discover?instance={fleet.Replicas[0].Key}&alias=shop");
        Assert.Equal(HttpStatusCode.OK, status);
        var found = Assert.Single(answer.GetProperty("clusters").EnumerateArray());
        Assert.Equal(("shop", fleet.Primary.Key), (found.GetProperty("alias").GetString(), found.GetProperty("primary").GetString()));
        Assert.Equal(fleet.Servers.Select(s => s.Key).Order(StringComparer.Ordinal), found.GetProperty("members").EnumerateArray().Select(m => m.GetString()!).Order(StringComparer.Ordinal));
        await child.WatchesAsync(fleet.Servers.Count);
    }

    [Fact]
    public async Task The_command_prints_what_is_stored_and_leaves_an_audit_entry()
    {
        var fleet = await Fleets.TakeAsync();
        var place = await Place.NewAsync();
        var result = await place.RunAsync("discover", fleet.Primary.Key, "--alias", "shop", "--json");
        Assert.True(result.Code == 0, result.ToString());
        await using var room = await place.OpenAsync();
        var stored = Assert.Single(await room.Ports.Topologies.ReadAllAsync(default));
        using var printed = JsonDocument.Parse(result.Output);
        var cluster = Assert.Single(printed.RootElement.GetProperty("clusters").EnumerateArray());
        Assert.Equal(stored.Id.Value, cluster.GetProperty("cluster").GetString());
        Assert.Equal(stored.Members.Select(m => m.Key.ToString()), cluster.GetProperty("members").EnumerateArray().Select(m => m.GetString()));
        var entry = Assert.Single(await room.Ports.Audit.ReadAsync(null, 10, default));
        Assert.Equal(("discover", $"{fleet.Primary.Key}, alias shop"), (entry.Act, entry.Says));
        Assert.Contains('@', entry.Actor);

        result = await place.RunAsync("discover", fleet.Primary.Key, "--alias", "a/b");
        Assert.Equal(2, result.Code);
        Assert.StartsWith("alias 'a/b': expected up to 60 characters", Assert.Single(result.Complaints), StringComparison.Ordinal);
    }

    private static Task SaysAsync(Child child, string line) =>
        Eventually.HoldsAsync($"the log says: {line}", () => child.Log.Contains(line, StringComparison.Ordinal), () => Task.FromResult(child.Log));

    private static async Task<(HttpStatusCode Status, string Problem)> HealthAsync(Child child) =>
        await child.AskAsync("health") is var (status, answer) ? (status, answer.TryGetProperty("problem", out var problem) ? problem.GetString()! : "") : default;
}
