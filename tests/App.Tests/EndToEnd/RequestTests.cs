using System.Text.Json;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.App.Tests.EndToEnd;

/// <summary>Requests as a person sends them, answered by the real worker.</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task A_deployment_says_that_it_watches_nothing_is_given_its_first_server_and_watches_it()
    {
        const string kind = "mysql-9.7";
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        var cancel = TestContext.Current.CancellationToken;
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest(kind, 1));
        await using var host = await AppWorker.StartAsync(fleet, ("Discovery__Seeds", ""));
        using var drained = new CancellationTokenSource();
        var window = host.CallTimerAsync("WatchTimer", drained.Token);
        await host.Log.SaysAsync("Watching watch/0: 0 clusters");

        var (status, health) = await host.RequestAsync(HttpMethod.Get, "/api/v2/health", cancel);
        Assert.Equal(503, status);
        Assert.Contains("no cluster is known yet", health, StringComparison.Ordinal);

        (status, var discovered) = await host.RequestAsync(HttpMethod.Post, $"/api/v2/discover?instance={fleet.Primary.Key}&alias=shop", cancel);
        Assert.True(status == 200, discovered);
        (status, var clusters) = await host.RequestAsync(HttpMethod.Get, "/api/v2/clusters", cancel);
        Assert.Equal(200, status);
        using var listed = JsonDocument.Parse(clusters);
        Assert.Equal("shop", Assert.Single(listed.RootElement.EnumerateArray()).GetProperty("alias").GetString());
        for (var turn = 0; status != 200 || turn == 0; turn++)
        {
            (status, health) = await host.RequestAsync(HttpMethod.Get, "/api/v2/health", cancel);
            Assert.True(turn < 1000, health);
        }

        await drained.CancelAsync();
        await window;
    }
}
