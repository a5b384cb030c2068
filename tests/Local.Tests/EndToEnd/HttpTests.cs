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
        var see = answer.GetProperty("see").GetString()!["/api/v2/".Length..];
        await Eventually.HoldsAsync("the takeover ends", async () => await child.GetAsync(see) is { } r && OutcomeOf(r).Length > 0, () => Task.FromResult(child.Log));
        Assert.Equal("promoted", OutcomeOf((await child.GetAsync(see))!.Value));
        Assert.Equal(fleet.Replicas[1], await fleet.AssertOnePrimaryAsync());

        (status, answer) = await child.PostAsync($"recoveries/{see.Split('/')[^1]}/cancel");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("is not running", answer.GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    private static string OutcomeOf(System.Text.Json.JsonElement stored) =>
        stored.GetProperty("recovery").GetProperty("stages").EnumerateArray().LastOrDefault() is { ValueKind: System.Text.Json.JsonValueKind.Object } last
            && last.GetProperty("stage").TryGetProperty("outcome", out var outcome) && outcome.ValueKind == System.Text.Json.JsonValueKind.Object ? outcome.GetProperty("result").GetString()! : "";
}
