using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Tests.Metrics;

public sealed class FleetGaugesTests
{
    [Fact]
    public async Task A_cluster_is_told_by_its_id_with_what_is_true_of_it()
    {
        await using var endpoints = await Endpoints.StartAsync(isScraped: true);
        await PutAsync(endpoints, "sh\"o\\p",
            "db1 9.7.4 rw has=A:1-100 semi=source:1", "db2 9.7.4 ro <db1 has=A:1-100 semi=replica", "db3 9.7.4 ro <db1 has=A:1-90 lag=400");
        endpoints.Time.Advance(TimeSpan.FromSeconds(7));
        var scraped = await Scrape.OfAsync(endpoints);
        Assert.Equal([@"{alias=""sh\""o\\p"",cluster=""c-test""} 1"], scraped["orchestrator_cluster_info"]);
        Assert.Equal([@"{cluster=""c-test""} 1"], scraped["orchestrator_cluster_writers"]);
        Assert.Equal([@"{cluster=""c-test""} 1"], scraped["orchestrator_cluster_ackers"]);
        Assert.Equal([@"{cluster=""c-test""} 400"], scraped["orchestrator_cluster_max_lag_seconds"]);
        Assert.Equal([@"{cluster=""c-test""} 1"], scraped["orchestrator_automatic_recovery_enabled"]);
        Assert.Equal([@"{cluster=""c-test""} 7"], scraped["orchestrator_probe_age_seconds"]);
    }

    [Fact]
    public async Task Replicas_that_could_be_promoted_and_those_with_transactions_of_their_own_are_counted()
    {
        await using var endpoints = await Endpoints.StartAsync(isScraped: true);
        await PutAsync(endpoints, "shop",
            "db1 9.7.4 rw has=A:1-100", "db2 9.7.4 ro <db1 has=A:1-100", "db3 9.7.4 ro <db1 has=A:1-100,C:1", "db4 9.7.4 ro <db1 has=A:1-100 rule=must_not");
        var scraped = await Scrape.OfAsync(endpoints);
        Assert.Equal([@"{cluster=""c-test""} 1"], scraped["orchestrator_cluster_promotable_replicas"]);
        Assert.Equal([@"{cluster=""c-test""} 1"], scraped["orchestrator_cluster_errant_replicas"]);
        // Where there is no primary nobody can tell, and a zero would be a lie.
        await PutAsync(endpoints, "shop", "db1 9.7.4 rw has=A:1-100", "db2 9.7.4 rw has=B:1-100");
        scraped = await Scrape.OfAsync(endpoints);
        Assert.Empty(scraped["orchestrator_cluster_promotable_replicas"].Concat(scraped["orchestrator_cluster_errant_replicas"]));
    }

    [Fact]
    public async Task A_problem_is_there_while_it_stands_and_not_a_moment_longer()
    {
        await using var endpoints = await Endpoints.StartAsync(isScraped: true);
        string[] well = ["db1 9.7.4 rw has=A:1-100", "db2 9.7.4 ro <db1 has=A:1-100", "db3 9.7.4 ro <db1 has=A:1-100"];
        await PutAsync(endpoints, "shop", well);
        var before = (await Scrape.OfAsync(endpoints))["orchestrator_analysis"];
        await PutAsync(endpoints, "shop", "db1 9.7.4 ro has=A:1-100", well[1], well[2]);
        var closed = await Scrape.OfAsync(endpoints);
        Assert.Contains(@"{actionable=""false"",cluster=""c-test"",code=""NoWritablePrimary""} 1", closed["orchestrator_analysis"]);
        Assert.Equal([@"{cluster=""c-test""} 0"], closed["orchestrator_cluster_writers"]);
        await PutAsync(endpoints, "shop", well);
        Assert.Equal(before, (await Scrape.OfAsync(endpoints))["orchestrator_analysis"]);
    }

    [Fact]
    public async Task Several_servers_with_the_same_problem_are_one_series()
    {
        await using var endpoints = await Endpoints.StartAsync(isScraped: true);
        await PutAsync(endpoints, "shop", "db1 9.7.4 rw has=A:1-100", "db2 9.7.4 rw <db1 has=A:1-100", "db3 9.7.4 rw <db1 has=A:1-100");
        var scraped = await Scrape.OfAsync(endpoints);
        Assert.Equal(scraped["orchestrator_analysis"].Distinct(), scraped["orchestrator_analysis"]);
        Assert.Equal([@"{cluster=""c-test""} 3"], scraped["orchestrator_cluster_writers"]);
    }

    [Fact]
    public async Task What_keeps_a_primary_from_being_replaced_by_itself_is_told()
    {
        await using var endpoints = await Endpoints.StartAsync(isScraped: true);
        async Task<string> EnabledAsync() => Assert.Single((await Scrape.OfAsync(endpoints))["orchestrator_automatic_recovery_enabled"]);
        await endpoints.Memory.SetRecoveryEnabledAsync(false, "ann", "work", default);
        Assert.EndsWith(" 0", await EnabledAsync(), StringComparison.Ordinal);
        Assert.Equal(["0"], (await Scrape.OfAsync(endpoints))["orchestrator_recovery_enabled"]);
        await endpoints.Memory.SetRecoveryEnabledAsync(true, "ann", "done", default);
        Assert.EndsWith(" 1", await EnabledAsync(), StringComparison.Ordinal);
        using var downtime = await endpoints.SendAsync("POST", "downtime?name=c-test&for=30m&because=work");
        Assert.True(downtime.IsSuccessStatusCode, await downtime.Content.ReadAsStringAsync());
        Assert.EndsWith(" 0", await EnabledAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shards_tell_who_watches_and_which_vantage_points_are_heard()
    {
        await using var endpoints = await Endpoints.StartAsync(
            watch: new WatchPolicy { Quorum = new VantageQuorum("west", 2) }, isScraped: true,
            watchers: (world, memory, time) => new WatchShards([new Process(world, memory, new MemoryQueue(), time).Watch], time));
        await endpoints.Memory.BeatAsync("watch/0", "p1", World.Noon, default);
        await endpoints.Memory.ReportAsync("watch/0", new VantageReport("west", World.Noon, []), default);
        await endpoints.Memory.ReportAsync("watch/0", new VantageReport("north", World.Noon.AddSeconds(-91), []), default);
        endpoints.Time.Advance(TimeSpan.FromSeconds(20));
        var scraped = await Scrape.OfAsync(endpoints);
        // Another process has the shard.
        Assert.Equal([@"{shard=""watch/0""} 0"], scraped["orchestrator_lease_held"]);
        Assert.Equal([@"{shard=""watch/0""} 20"], scraped["orchestrator_watcher_age_seconds"]);
        Assert.Equal([@"{shard=""watch/0""} 1"], scraped["orchestrator_observers"]);
    }

    private static async Task PutAsync(Endpoints endpoints, string alias, params string[] servers)
    {
        var written = WrittenTopology.Read(servers, null, alias);
        endpoints.Memory.Store(new Topology(World.Cluster, World.Noon, written.Members.Select(m => m with { LastSeenAt = World.Noon }), alias));
        await endpoints.Memory.SaveClusterAsync(World.Cluster, alias, default);
        await endpoints.Memory.BeatAsync("watch/0", "p1", World.Noon, default);
    }
}
