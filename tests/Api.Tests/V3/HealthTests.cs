using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Api.V3;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests.V3;

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

    /// <summary>It is told and does not make the process unwell: restarting it would not mend it.</summary>
    [Fact]
    public async Task Health_tells_mistakes_of_the_program_itself()
    {
        await using var endpoints = await Endpoints.StartAsync();
        await endpoints.Memory.BeatAsync(Shard.NameOf(0), "p1", World.Noon, default);
        Assert.Empty((await endpoints.GetAsync("health")).GetProperty("ownErrors").EnumerateArray());
        endpoints.Mistakes.Note(World.Primary, new KeyNotFoundException("key 7"));
        var told = Assert.Single((await endpoints.GetAsync("health")).GetProperty("ownErrors").EnumerateArray());
        Assert.Equal("KeyNotFoundException: key 7", told.GetProperty("says").GetString());
        Assert.Equal((World.Primary.ToString(), 1), (told.GetProperty("server").GetString(), told.GetProperty("count").GetInt32()));
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

    [Fact]
    public async Task Without_a_cluster_health_is_bad_and_says_how_to_begin()
    {
        await using var endpoints = await WatchedAsync();
        await endpoints.Memory.ForgetAllAsync();
        Assert.Equal(
            "no cluster is known yet; give Discovery:Seeds, or POST /api/v3/discover, or run: orchestrator discover HOST:PORT",
            Problem(await endpoints.GetAsync("health", HttpStatusCode.ServiceUnavailable)));

        endpoints.Memory.Store(endpoints.World.Now);
        await endpoints.Memory.SaveClusterAsync(World.Cluster, "shop", default);
        await endpoints.GetAsync("health");
    }

    [Fact]
    public async Task Seeds_that_are_not_found_yet_make_health_bad_and_are_named_until_they_are()
    {
        await using var endpoints = await WatchedAsync("db1:3306, db8:3306,db9:3306");
        var health = await endpoints.GetAsync("health", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("servers of Discovery:Seeds are not found yet, and the log says why: db8:3306, db9:3306", Problem(health));
        Assert.Equal(["db8:3306", "db9:3306"], health.GetProperty("missingSeeds").EnumerateArray().Select(s => s.GetString()));

        foreach (var seed in (string[])["db8", "db9"])
        {
            await endpoints.Memory.SaveSightingsAsync(World.Cluster, [new StoredMember(new InstanceKey(seed, 3306), null, null)], default);
            await endpoints.Memory.SaveClusterAsync(World.Cluster, "", default);
        }
        await endpoints.GetAsync("health");
    }

    [Fact]
    public async Task Once_all_is_known_health_reads_the_clusters_no_more()
    {
        var isAway = false;
        await using var endpoints = await WatchedAsync("db1:3306", memory => Sometimes.Away<ITopologyStore>(memory, () => isAway));
        await endpoints.GetAsync("health");
        isAway = true;
        await endpoints.GetAsync("health");
    }

    [Fact]
    public async Task Storage_that_never_answers_is_away_after_two_seconds()
    {
        var silent = new Silent();
        await using var endpoints = await Endpoints.StartAsync(silent.Of<ISettingsStore>());
        var asking = endpoints.GetAsync("health", HttpStatusCode.ServiceUnavailable);
        await silent.Asked;
        endpoints.Time.Advance(Health.Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(asking.IsCompleted);
        endpoints.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("storage cannot be read: no answer within 2 s", Problem(await asking));
        Assert.True(silent.WasGivenUp);
    }

    private static async Task<Endpoints> WatchedAsync(string seeds = "", Func<Memory, ITopologyStore>? topologies = null)
    {
        var endpoints = await Endpoints.StartAsync(seeds: seeds, topologies: topologies);
        await endpoints.Memory.BeatAsync(Shard.NameOf(0), "p1", World.Noon, default);
        return endpoints;
    }

    private static string Problem(JsonElement answer) => answer.GetProperty("problem").GetString()!;
}
