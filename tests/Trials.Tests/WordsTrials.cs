using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>Words, limits and verbs: what people say to it, and what it answers.</summary>
public sealed class WordsTrials
{
    /// <summary>https://github.com/percona/orchestrator/pull/80: a downtime that silently is none.</summary>
    [Fact]
    [Trait("check", "quick")]
    public async Task A_server_in_downtime_under_another_of_its_names_is_not_failed_over()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        var name = OtherName(watcher, fleet.Primary.Key()).ToUpperInvariant();
        var set = await watcher.Place.RunAsync("downtime", name, "--for", "90m", "--because", "reboot");
        Assert.True(set.Code == 0, set.ToString());
        Assert.StartsWith($"{fleet.Primary.Key} is in downtime until", set.Output, StringComparison.Ordinal);
        Assert.Contains($"{fleet.Primary.Key}: in downtime until", (await watcher.Place.RunAsync("topology", "SHOP")).Output, StringComparison.Ordinal);

        fleet.Primary.Kill();

        Assert.Contains("downtime", (await watcher.HeldAsync()).Says, StringComparison.Ordinal);
        var analysis = await watcher.Place.RunAsync("analysis", "shop");
        Assert.Equal(1, analysis.Code);
        Assert.Contains("Not recovered: in downtime until", analysis.Output, StringComparison.Ordinal);
        await watcher.AssertNothingBegunAsync();
    }

    /// <summary>The same: a cluster named in capitals, and what names nothing.</summary>
    [Fact]
    public async Task A_downtime_is_set_or_refused_and_never_neither()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        var place = watcher.Place;
        foreach (var (arguments, complaint) in new (string[], string)[]
        {
            (["downtime", "shopp", "--for", "2h"], "did you mean 'shop'?"),
            (["downtime", "far.example.com:3306", "--for", "2h"], "no known server has this name"),
            (["downtime", "shop", "--for", "90"], "--for 90: expected a duration with a unit, for example 90m, 2h or 1d"),
            (["undowntime", "nobody"], "no cluster has this id, alias or member"),
        })
        {
            var refused = await place.RunAsync(arguments);
            Assert.True(refused.Code == 2, refused.ToString());
            Assert.Contains(complaint, Assert.Single(refused.Complaints), StringComparison.Ordinal);
        }
        Assert.Equal("Nothing is in downtime", (await place.RunAsync("downtimes")).Output.Trim());
        var ended = await place.RunAsync("undowntime", "shop");
        Assert.Equal((1, "cluster shop is in no downtime"), (ended.Code, Assert.Single(ended.Complaints)));

        var enabled = await place.RunAsync("enable-recovery");
        Assert.Equal((1, "recoveries are enabled already"), (enabled.Code, Assert.Single(enabled.Complaints)));

        Assert.Equal(0, (await place.RunAsync("downtime", "SHOP", "--for", "2h")).Code);
        Assert.StartsWith("cluster shop: in downtime until", (await place.RunAsync("downtimes")).Output, StringComparison.Ordinal);
        Assert.Contains("the whole cluster: in downtime", (await place.RunAsync("topology")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await place.RunAsync("undowntime", watcher.Cluster.Value.ToUpperInvariant())).Code);
        Assert.Equal("Nothing is in downtime", (await place.RunAsync("downtimes")).Output.Trim());
    }

    /// <summary>https://github.com/outbrain/orchestrator/issues/242: a successor named by another of its names.</summary>
    [Fact]
    public async Task A_planned_switch_finds_its_successor_by_another_name()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        var successor = fleet.Replicas[1];
        var switched = await watcher.Place.RunAsync("takeover", "SHOP", "--to", OtherName(watcher, successor.Key()).ToUpperInvariant());
        Assert.True(switched.Code == 0, switched.ToString());
        Assert.Equal(successor, await fleet.AssertOnePrimaryAsync());
    }

    /// <summary>https://github.com/openark/orchestrator/issues/1421, https://github.com/openark/orchestrator/issues/1277.</summary>
    [Fact]
    public async Task A_decommissioned_server_is_forgotten_until_it_replicates_again()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        var (place, gone) = (watcher.Place, fleet.Replicas[0]);
        var alive = await place.RunAsync("forget", gone.Key);
        Assert.Equal(1, alive.Code);
        Assert.Contains("is alive and replicates from", Assert.Single(alive.Complaints), StringComparison.Ordinal);

        gone.Kill();
        var forgotten = await place.RunAsync("forget", gone.Key);
        Assert.True(forgotten.Code == 0, forgotten.ToString());
        await Eventually.HoldsAsync("the watcher lets it go", () => watcher.Topology[gone.Key()] is null);
        await watcher.LookOnAsync("it stays away", t => t[gone.Key()] is null);
        Assert.DoesNotContain(gone.Key, (await place.RunAsync("topology", "shop")).Output, StringComparison.Ordinal);

        await gone.RestartAsync();
        await Eventually.HoldsAsync("it replicates and is found again", () => watcher.Topology[gone.Key()] is { IsSeen: true });
        Assert.Single(watcher.Room.Flow.Watch.Topologies);
    }

    /// <summary>The same, of a whole cluster.</summary>
    [Fact]
    public async Task A_living_cluster_is_forgotten_when_that_is_meant()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        var alive = await watcher.Place.RunAsync("forget", "shop");
        Assert.Equal(1, alive.Code);
        Assert.Contains("3 of its 3 servers are alive", Assert.Single(alive.Complaints), StringComparison.Ordinal);
        Assert.Equal(0, (await watcher.Place.RunAsync("forget", "SHOP", "--force")).Code);
        await Eventually.HoldsAsync("nothing is watched", () => watcher.Room.Flow.Watch.Topologies.IsEmpty);
        await Eventually.TimePassesAsync(TimeSpan.FromSeconds(2));
        Assert.Empty(await watcher.Room.Ports.Topologies.ReadAllAsync(default));
    }

    /// <summary>https://github.com/outbrain/orchestrator/issues/150, https://github.com/openark/orchestrator/issues/867.</summary>
    [Fact]
    public async Task The_preferred_replica_is_promoted()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        var (place, wanted) = (watcher.Place, fleet.Replicas[1]);
        Assert.Equal(2, (await place.RunAsync("promotion-rule", wanted.Key, "must")).Code);
        var set = await place.RunAsync("promotion-rule", OtherName(watcher, wanted.Key()), "prefer", "--for", "2h");
        Assert.True(set.Code == 0, set.ToString());
        Assert.Contains($"{wanted.Key}: promotion rule prefer until", (await place.RunAsync("topology", "shop")).Output, StringComparison.Ordinal);
        await Eventually.HoldsAsync("the watcher knows it", () => watcher.Topology[wanted.Key()]!.PromotionRule == PromotionRule.Prefer);

        fleet.Primary.Kill();
        Assert.Equal(wanted.Key(), (await watcher.PromotedAsync()).Outcome.Key);
    }

    /// <summary>https://github.com/openark/orchestrator/issues/483: one alias for several clusters.</summary>
    [Fact]
    public async Task An_alias_names_one_cluster_only()
    {
        var (one, other) = (await Fleets.TakeAsync(replicas: 0, semiSync: false), await Fleets.TakeAsync(replicas: 1, semiSync: false));
        var place = await Place.NewAsync();
        var found = await place.RunAsync("discover", one.Primary.Key, other.Primary.Key, "--alias", "x");
        Assert.True(found.Code == 1, found.ToString());
        Assert.Contains($"of {other.Primary.Key}: alias 'x' names cluster", Assert.Single(found.Complaints), StringComparison.Ordinal);
        Assert.Contains(one.Primary.Key, (await place.RunAsync("topology", "X")).Output, StringComparison.Ordinal);

        Assert.Equal(1, (await place.RunAsync("alias", other.Primary.Key, "X")).Code);
        Assert.Equal(2, (await place.RunAsync("alias", other.Primary.Key, "a/b")).Code);
        Assert.Equal(0, (await place.RunAsync("alias", other.Primary.Key, "y")).Code);
        Assert.Equal(0, (await place.RunAsync("alias", "x", "--remove")).Code);
        Assert.Equal(0, (await place.RunAsync("alias", "y", "x")).Code);
        Assert.Contains(other.Primary.Key, (await place.RunAsync("topology", "x")).Output, StringComparison.Ordinal);
    }

    /// <summary>https://github.com/vitessio/vitess/issues/8612, https://github.com/openark/orchestrator/pull/617.</summary>
    [Fact]
    [Trait("check", "quick")]
    public async Task A_server_with_a_very_long_gtid_set_is_discovered_and_shown()
    {
        var lonely = (await Fleets.TakeAsync(replicas: 0, semiSync: false)).Primary;
        var random = new Random(7);
        var (set, next) = (new System.Text.StringBuilder(Guid.NewGuid().ToString()), 1L);
        while (set.Length < 400_000) set.Append(':').Append(next += 2 + random.Next(3));
        await lonely.ExecuteAsync("RESET BINARY LOGS AND GTIDS");
        await lonely.ExecuteAsync($"SET GLOBAL gtid_purged='{set}'");
        var place = await Place.NewAsync();
        var found = await place.RunAsync("discover", lonely.Key, "--alias", "long");
        Assert.True(found.Code == 0, found.ToString());
        await using var room = await place.OpenAsync();
        var stored = Assert.Single((await room.Ports.Topologies.ReadAllAsync(default))[0].Members);
        Assert.True(stored.LastSeen!.Gtid.Executed.ToString()!.Length >= 390_000);
        Assert.Contains(lonely.Key, (await place.RunAsync("topology", "long")).Output, StringComparison.Ordinal);
        await lonely.ExecuteAsync("RESET BINARY LOGS AND GTIDS");
    }

    /// <summary>https://github.com/openark/orchestrator/issues/1016, https://github.com/openark/orchestrator/issues/893.</summary>
    [Fact]
    public async Task A_replica_that_lacks_the_table_of_data_centres_shows_it()
    {
        var fleet = await Fleets.TakeAsync();
        var lacking = fleet.Replicas[0];
        await fleet.Primary.ExecuteAsync("CREATE DATABASE IF NOT EXISTS meta; CREATE TABLE meta.dc (name VARCHAR(20)); INSERT INTO meta.dc VALUES ('east')");
        await fleet.Primary.ExecuteAsync("GRANT SELECT ON meta.* TO orchestrator");
        await Eventually.HoldsAsync("replicas have it", async () =>
            await lacking.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema='meta'") == 1);
        await lacking.ExecuteAsync("SET GLOBAL super_read_only=0; SET sql_log_bin=0; DROP TABLE meta.dc; SET GLOBAL super_read_only=1");
        var place = await Place.NewAsync("MySql:DataCenterQuery=SELECT name FROM meta.dc");
        var seed = await place.RunAsync("discover", lacking.Key);
        Assert.Equal(1, seed.Code);
        Assert.Contains("error 1146: Table 'meta.dc' doesn't exist", Assert.Single(seed.Complaints), StringComparison.Ordinal);

        await using var watcher = await Watcher.StartAsync(fleet, place);
        var drawn = await place.RunAsync("topology", "shop");
        Assert.Contains($"{lacking.Key}: seen in part; it did not answer: data centre (MySql:DataCenterQuery): error 1146", drawn.Output, StringComparison.Ordinal);
        var analysis = await place.RunAsync("analysis", "shop");
        Assert.True(analysis.Code == 1, analysis.ToString());
        Assert.Contains($"{lacking.Key}  SeenInPart", analysis.Output, StringComparison.Ordinal);
        await watcher.LookOnAsync(AnalysisCode.SeenInPart);
        await fleet.Primary.ExecuteAsync("DROP DATABASE meta");
    }

    /// <summary>https://github.com/MariaDB/server/pull/243, https://github.com/petoju/terraform-provider-mysql/issues/289.</summary>
    [Theory]
    [InlineData("5.7.44-log", "it says that its version is '5.7.44-log', and does not know what such a server knows (error 1193")]
    [InlineData("10.11-vendor-MariaDB", "its version is '10.11-vendor-MariaDB'")]
    public async Task A_server_with_a_strange_version_is_told_as_it_was_read(string version, string says)
    {
        var lonely = (await Fleets.TakeAsync(replicas: 0, semiSync: false, kind: "mariadb-10.11")).Primary;
        await lonely.ConfigureAsync($"version={version}");
        var place = await Place.NewAsync();
        var found = await place.RunAsync("discover", lonely.Key);
        await lonely.ConfigureAsync("version=10.11.18-MariaDB");
        Assert.Equal(1, found.Code);
        var line = Assert.Single(found.Complaints);
        Assert.Contains(says, line, StringComparison.Ordinal);
        Assert.Contains("supported are MySQL and Percona Server from 5.7 to 9.x and MariaDB from 10.x to 11.x, whose version has to say MariaDB; upgrade it", line, StringComparison.Ordinal);
    }

    // What a server calls itself, besides the address it was found by.
    private static string OtherName(Watcher watcher, InstanceKey key) =>
        watcher.Topology[key]!.LastKnown!.Aliases.First(a => a != key).ToString();
}
