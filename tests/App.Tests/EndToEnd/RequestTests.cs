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

        // A cold worker may need longer than health waits.
        await HealthSaysAsync(503, "no cluster is known yet");

        var (status, discovered) = await host.RequestAsync(HttpMethod.Post, $"/api/v3/discover?instance={fleet.Primary.Key}&alias=shop", cancel);
        Assert.True(status == 200, discovered);
        (status, var clusters) = await host.RequestAsync(HttpMethod.Get, "/api/v3/clusters", cancel);
        Assert.Equal(200, status);
        using var listed = JsonDocument.Parse(clusters);
        Assert.Equal("shop", Assert.Single(listed.RootElement.GetProperty("items").EnumerateArray()).GetProperty("alias").GetString());
        await HealthSaysAsync(200, "");

        await drained.CancelAsync();
        await window;

        async Task HealthSaysAsync(int expected, string text)
        {
            var answers = new HashSet<(int, string)>();
            for (var turn = 0; turn < 300; turn++)
            {
                var answer = await host.RequestAsync(HttpMethod.Get, "/api/v3/health", cancel);
                if (answer.Status == expected && answer.Body.Contains(text, StringComparison.Ordinal)) return;
                answers.Add(answer);
                await Task.Delay(200, cancel);
            }
            Assert.Fail($"health never was {expected} with '{text}', but:\n{string.Join('\n', answers)}");
        }
    }
}
