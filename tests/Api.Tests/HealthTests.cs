using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_is_good_while_a_watcher_gave_a_sign_of_life_lately()
    {
        await using var endpoints = await Endpoints.StartAsync();
        await endpoints.Memory.BeatAsync(Shard.NameOf(0), "p1", World.Noon, default);
        endpoints.Time.Advance(TimeSpan.FromSeconds(89));

        var health = await endpoints.GetAsync("health");
        Assert.True(health.GetProperty("healthy").GetBoolean());
        Assert.Equal("p1", health.GetProperty("watcher").GetString());
        Assert.Equal(89, health.GetProperty("watcherSeenSecondsAgo").GetDouble());

        endpoints.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False((await endpoints.GetAsync("health", HttpStatusCode.ServiceUnavailable)).GetProperty("healthy").GetBoolean());
    }

    [Fact]
    public async Task Health_needs_a_sign_of_life_of_every_shard_and_names_those_without()
    {
        await using var endpoints = await Endpoints.StartAsync();
        await endpoints.Memory.SaveShardsAsync(3, default);
        foreach (var shard in (int[])[0, 2]) await endpoints.Memory.BeatAsync(Shard.NameOf(shard), $"p{shard}", World.Noon, default);

        var health = await endpoints.GetAsync("health", HttpStatusCode.ServiceUnavailable);
        Assert.Contains("for watch/1", Problem(health), StringComparison.Ordinal);
        Assert.Equal([true, false, true], health.GetProperty("shards").EnumerateArray().Select(s => s.TryGetProperty("watcher", out _)));

        await endpoints.Memory.BeatAsync(Shard.NameOf(1), "p1", World.Noon, default);
        Assert.True((await endpoints.GetAsync("health")).GetProperty("healthy").GetBoolean());
    }

    [Fact]
    public async Task Health_is_bad_when_there_never_was_a_watcher()
    {
        await using var endpoints = await Endpoints.StartAsync();
        Assert.False((await endpoints.GetAsync("health", HttpStatusCode.ServiceUnavailable)).GetProperty("healthy").GetBoolean());
    }

    [Fact]
    public async Task Health_is_bad_and_says_so_when_storage_is_away()
    {
        await using var endpoints = await Endpoints.StartAsync(Broken.Of<ISettingsStore>());
        Assert.StartsWith("storage", Problem(await endpoints.GetAsync("health", HttpStatusCode.ServiceUnavailable)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_tells_what_each_vantage_point_finds_and_that_too_few_are_heard()
    {
        await using var endpoints = await Endpoints.StartAsync(watch: new WatchPolicy { Quorum = new VantageQuorum("west", 2) });
        await endpoints.Memory.BeatAsync("watch/0", "p1", World.Noon, default);
        await endpoints.Memory.ReportAsync("watch/0", new VantageReport("west", World.Noon, []), default);
        await endpoints.Memory.ReportAsync("watch/0", new VantageReport("north", World.Noon.AddSeconds(-60), [World.Primary]), default);

        var shard = (await endpoints.GetAsync("health")).GetProperty("shards")[0];
        Assert.Equal(["north 60 db1:3306", "west 0 "], shard.GetProperty("vantages").EnumerateArray().Select(v =>
            $"{v.GetProperty("vantage").GetString()} {v.GetProperty("seenSecondsAgo").GetDouble()} {string.Join(',', v.GetProperty("dead").EnumerateArray().Select(d => d.GetString()))}"));

        endpoints.Time.Advance(TimeSpan.FromSeconds(31));
        var health = await endpoints.GetAsync("health", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("watch/0: 1 of the 2 vantage points needed are heard, so no primary is replaced. To allow it: Detection:Vantages", Problem(health));
    }

    private static string Problem(JsonElement answer) => answer.GetProperty("problem").GetString()!;
}
