using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>Which servers belong together, and what becomes of a cluster that was never seen whole.</summary>
public sealed class ClusterTrials
{
    /// <summary>
    /// A replica is made writable on purpose, with a replica of its own (github.com/openark/orchestrator/issues/1132,
    /// /1390): it was "no problem", and then nobody replaced the primary and nobody said why.
    /// </summary>
    [Fact]
    [Trait("check", "quick")]
    public async Task Two_writers_are_a_problem_until_one_is_named_and_then_each_cluster_is_looked_after()
    {
        var fleet = await Fleets.TakeAsync(3, semiSync: false);
        await using var watcher = await Watcher.StartAsync(fleet);
        var (cut, below) = (fleet.Replicas[1], fleet.Replicas[2]);
        await cut.ExecuteAsync("STOP REPLICA; RESET REPLICA ALL; SET GLOBAL super_read_only=OFF; SET GLOBAL read_only=OFF");
        await below.ExecuteAsync($"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_PORT={cut.Port}; START REPLICA");
        await watcher.LookOnAsync(AnalysisCode.SeveralWriters);
        var analysis = await watcher.Place.RunAsync("analysis");
        Assert.True(analysis.Code == 1, analysis.ToString());

        var split = await watcher.Place.RunAsync("split", cut.Key, "--alias", "cut");
        Assert.True(split.Code == 0, split.ToString());
        await Eventually.HoldsAsync("two clusters are watched", () => watcher.Room.Flow.Watch.Topologies.Length == 2, () => TellAsync(watcher));
        Assert.Equal(["cut", "shop"], watcher.Room.Flow.Watch.Topologies.Select(t => t.Alias).Order());
        await Eventually.HoldsAsync("each has its primary", () => watcher.Room.Flow.Watch.Topologies.All(t => t.Primary is { IsSeen: true } && t.Members.Length == 2));
        // A server goes back when it follows one of the cluster again, and not before.
        var refused = await watcher.Place.RunAsync("adopt", below.Key, "shop");
        Assert.Equal((1, true), (refused.Code, refused.Error.StartsWith($"{below.Key} follows {cut.Key}, and no server of cluster shop", StringComparison.Ordinal)));
        await below.ExecuteAsync($"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_PORT={fleet.Primary.Port}; START REPLICA");
        var adopted = await watcher.Place.RunAsync("adopt", below.Key, "shop");
        Assert.True(adopted.Code == 0, adopted.ToString());
        await Eventually.HoldsAsync("it is back", () => watcher.Room.Flow.Watch.Topologies.Single(t => t.Alias == "shop").Members.Length == 3, () => TellAsync(watcher));
        fleet.Primary.Kill();
        Assert.Equal(fleet.Replicas[0].Key(), (await watcher.PromotedAsync()).Outcome.Key);
    }

    /// <summary>
    /// A reporting server follows two clusters (github.com/ProxySQL/orchestrator/issues/128): they became one cluster
    /// with two primaries, and none of them was replaced.
    /// </summary>
    [Theory]
    [Trait("check", "quick")]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_server_that_follows_two_clusters_makes_no_one_cluster_of_them(string kind)
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false, kind);
        await using var other = await ServerFleet.StartAsync(new FleetRequest(kind, 1));
        var collector = fleet.Replicas[1];
        await collector.ExecuteAsync(kind.StartsWith("maria", StringComparison.Ordinal)
            ? $"CHANGE MASTER 'x' TO MASTER_HOST='127.0.0.1', MASTER_PORT={other.Primary.Port}, MASTER_USER='repl', MASTER_PASSWORD='repl'; START SLAVE 'x'"
            : $"CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={other.Primary.Port}, SOURCE_USER='repl', SOURCE_PASSWORD='repl', "
                + "GET_SOURCE_PUBLIC_KEY=1, SOURCE_AUTO_POSITION=1 FOR CHANNEL 'x'; START REPLICA FOR CHANNEL 'x'");
        await using var watcher = await Watcher.StartAsync(fleet.Primary, members: 3);
        var found = await watcher.Place.RunAsync("discover", other.Primary.Key, "--alias", "other");
        Assert.True(found.Code == 0, found.ToString());
        await Eventually.HoldsAsync("two clusters are watched", () => watcher.Room.Flow.Watch.Topologies.Length == 2, () => TellAsync(watcher));
        await Eventually.HoldsAsync("each has its primary", () => watcher.Room.Flow.Watch.Topologies.All(t => t.Primary is { IsSeen: true }), () => TellAsync(watcher));
        Assert.Equal([other.Primary.Key(), fleet.Primary.Key()], watcher.Room.Flow.Watch.Topologies.OrderBy(t => t.Alias).Select(t => t.Primary!.Key));
        fleet.Primary.Kill();
        Assert.Equal(fleet.Replicas[0].Key(), (await watcher.PromotedAsync()).Outcome.Key);
        collector.Kill();
    }

    /// <summary>
    /// The primary died before anybody looked, and one replica is discovered
    /// (github.com/vitessio/vitess/issues/13189): it was opened though another one, not known yet, has more.
    /// </summary>
    [Fact]
    public async Task A_primary_that_was_never_seen_is_not_replaced_by_itself()
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false);
        await fleet.Replicas[0].ExecuteAsync("STOP REPLICA IO_THREAD");
        await fleet.Primary.ExecuteAsync("CREATE DATABASE late");
        await Eventually.HoldsAsync("the other replica has it", async () =>
            await fleet.Replicas[1].ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name='late'") == 1);
        fleet.Primary.Kill();
        await fleet.Replicas[0].ExecuteAsync("START REPLICA IO_THREAD");

        await using var watcher = await Watcher.StartAsync(fleet.Replicas[0], members: 2);
        await watcher.LookOnAsync(AnalysisCode.UnreachablePrimary);
        await watcher.AssertNothingBegunAsync();
        Assert.True((await fleet.Replicas[0].SeeAsync())!.ReadOnly);
    }

    /// <summary>
    /// Our account lacks a privilege on one replica (github.com/openark/orchestrator/issues/449): it became a second
    /// cluster of the same alias, and every command by that alias was refused.
    /// </summary>
    [Fact]
    public async Task A_replica_that_does_not_tell_whom_it_follows_is_no_cluster_of_its_own()
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false);
        await fleet.Replicas[1].ExecuteAsync("SET GLOBAL super_read_only=OFF; SET sql_log_bin=0; REVOKE REPLICATION CLIENT ON *.* FROM orchestrator; SET GLOBAL super_read_only=ON");
        var place = await Place.NewAsync();
        var found = await place.RunAsync("discover", fleet.Primary.Key, "--alias", "shop");
        Assert.True(found.Code == 0, found.ToString());
        await using var room = await place.OpenAsync();
        Assert.Equal(3, Assert.Single(await room.Ports.Topologies.ReadAllAsync(default)).Members.Length);
        var topology = await place.RunAsync("topology", "shop");
        Assert.True(topology.Code == 0, topology.ToString());
        // The next trial gets servers whose account may do everything.
        fleet.Replicas[1].Kill();
    }

    /// <summary>
    /// A replica without a binary log joins while the cluster is watched
    /// (github.com/openark/orchestrator/issues/836): it never became a member, and was left behind without a word.
    /// </summary>
    [Fact]
    public async Task A_replica_without_a_binary_log_that_joins_later_is_a_member()
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false);
        var late = fleet.Replicas[1];
        late.Kill();
        await using var watcher = await Watcher.StartAsync(fleet.Primary, members: 2);
        await late.ConfigureAsync("skip-log-bin", "super_read_only=ON");
        await watcher.LookOnAsync("the replica is a member", t => t.Members.Any(m => m.Key == late.Key() && m.IsSeen));
    }

    private static Task<string> TellAsync(Watcher watcher) => Task.FromResult(string.Join('\n', watcher.Room.Flow.Watch.Topologies
        .Select(t => $"{t.Cluster} {t.Alias}: primary {t.Primary?.Key}; {string.Join(", ", t.Members.Select(m => $"{m.Key} {m.Outcome.GetType().Name}"))}")));
}
