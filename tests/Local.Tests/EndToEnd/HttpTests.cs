using System.Net;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>What callers of a serving process can have done on real servers.</summary>
public sealed class HttpTests
{
    [Fact]
    public async Task A_takeover_asked_for_over_HTTP_is_answered_at_once_and_runs_to_its_end()
    {
        var (fleet, place) = await TakeoverTests.DiscoveredAsync();
        await using var child = Child.Start(place);
        await child.WatchesAsync(fleet.Servers.Count);

        var (status, answer) = await child.PostAsync($"clusters/shop/takeover?to={fleet.Replicas[1].Key}");
        Assert.Equal(HttpStatusCode.Accepted, status);
        var see = answer.GetProperty("see").GetString()!["/api/v3/".Length..];
        await Eventually.HoldsAsync("the takeover ends", async () => await child.GetAsync(see) is { } r && OutcomeOf(r).Length > 0, () => Task.FromResult(child.Log));
        Assert.Equal("promoted", OutcomeOf((await child.GetAsync(see))!.Value));
        Assert.Equal(fleet.Replicas[1], await fleet.AssertOnePrimaryAsync());

        (status, answer) = await child.PostAsync($"recoveries/{see.Split('/')[^1]}/cancel");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("is not running", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await IsToldAsync(child, fleet.Replicas[1]);
    }

    // By the surface of orchestrator's fork, and to Prometheus.
    private static async Task IsToldAsync(Child child, FleetServer primary)
    {
        await Eventually.HoldsAsync("one server is told to accept writes", async () =>
            (await child.TextAsync("/metrics")).Split('\n').Any(l => l.StartsWith("orchestrator_cluster_writers{", StringComparison.Ordinal) && l.EndsWith(" 1", StringComparison.Ordinal)),
            () => Task.FromResult(child.Log));
        var scraped = await child.TextAsync("/metrics");
        Assert.Contains("orchestrator_recoveries_total{kind=\"Takeover\",outcome=\"promoted\",result=\"success\",type=\"Takeover\"} 1\n", scraped, StringComparison.Ordinal);
        Assert.DoesNotContain("orchestrator_discoveries_total{} 0\n", scraped, StringComparison.Ordinal);
        Assert.Contains("orchestrator_lease_held{shard=\"watch/0\"} 1\n", scraped, StringComparison.Ordinal);
        Assert.Contains("orchestrator_healthy{} 1\n", scraped, StringComparison.Ordinal);
        var (status, answer) = await child.AskOldAsync("v2/clusters/shop");
        Assert.Equal((HttpStatusCode.OK, "ok", $"{primary.Key}"),
            (status, answer.GetProperty("status").GetString(), answer.GetProperty("data").GetProperty("ClusterName").GetString()));
        Assert.Equal("""{"status":"leader"}""", await child.TextAsync("/health/leader"));
    }

    [Fact]
    public async Task A_closed_primary_is_opened_over_HTTP_and_a_living_one_is_not_replaced()
    {
        var (fleet, place) = await TakeoverTests.DiscoveredAsync();
        await using var child = Child.Start(place);
        await child.WatchesAsync(fleet.Servers.Count);
        await fleet.Primary.ExecuteAsync("SET GLOBAL super_read_only=ON");

        var (status, answer) = await child.PostAsync("clusters/shop/failover?because=a%20test&primaryIsDead=true");
        Assert.True(status == HttpStatusCode.Conflict, answer.ToString());
        Assert.Equal("the command takeover", answer.GetProperty("remedy").GetString());

        (status, answer) = await child.PostAsync("clusters/shop/open?because=a%20test");
        Assert.True(status == HttpStatusCode.Accepted, answer.ToString());
        var see = answer.GetProperty("see").GetString()!["/api/v3/".Length..];
        await Eventually.HoldsAsync("the opening ends", async () => await child.GetAsync(see) is { } r && OutcomeOf(r).Length > 0, () => Task.FromResult(child.Log));
        Assert.Equal("finished", OutcomeOf((await child.GetAsync(see))!.Value));
        Assert.Equal(fleet.Primary, await fleet.AssertOnePrimaryAsync());

        (status, answer) = await child.PostAsync("clusters/shop/open?because=again");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("accepts writes already", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static string OutcomeOf(System.Text.Json.JsonElement told) =>
        told.TryGetProperty("outcome", out var outcome) ? outcome.GetProperty("result").GetString()! : "";
}
