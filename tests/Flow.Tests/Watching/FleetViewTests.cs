using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Watching;

public sealed class FleetViewTests
{
    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly Memory memory;
    private readonly FleetView view;

    public FleetViewTests()
    {
        memory = new Memory(time);
        memory.Store(new World().Now);
        view = new FleetView(memory, memory, time);
    }

    [Fact]
    public async Task A_stored_server_without_a_failure_counts_as_seen_and_one_with_a_failure_does_not()
    {
        var failed = (await memory.ReadAllAsync(default))[0].Members[0] with { LastFailure = "no answer" };
        await memory.SaveSightingsAsync(World.Cluster, [failed, new StoredMember(new InstanceKey("db9", 3306), null, null)], default);

        var topology = Assert.Single(await view.ReadAsync(default));
        Assert.Equal("no answer", Assert.IsType<ProbeOutcome.Failed>(topology[failed.Key]!.Outcome).Says);
        Assert.NotNull(topology[failed.Key]!.LastKnown);
        Assert.Equal("never seen", Assert.IsType<ProbeOutcome.Failed>(topology[new InstanceKey("db9", 3306)]!.Outcome).Says);
        Assert.Equal(3, topology.Members.Count(m => m.IsSeen));
    }

    [Fact]
    public async Task A_stored_server_was_last_seen_at_the_last_sign_of_life_of_its_shard_and_a_failed_one_when_it_was()
    {
        await memory.SaveShardsAsync(8, default);
        await memory.BeatAsync(Shard.NameOf(Shard.IndexOf(World.Cluster, 8)), "p1", World.Noon.AddMinutes(7), default);
        await memory.BeatAsync(Shard.NameOf(Shard.IndexOf(World.Cluster, 8) + 1), "p2", World.Noon.AddMinutes(9), default);
        var members = (await memory.ReadAllAsync(default))[0].Members;
        await memory.SaveSightingsAsync(World.Cluster, [members[0] with { LastFailure = "no answer", LastSeenAt = World.Noon.AddMinutes(1) }, members[1] with { LastSeenAt = World.Noon.AddMinutes(8) }], default);

        var seen = Assert.Single(await view.ReadAsync(default)).Members.ToDictionary(m => m.Key, m => m.LastSeenAt);
        Assert.Equal(World.Noon.AddMinutes(1), seen[members[0].Key]);
        Assert.Equal(World.Noon.AddMinutes(8), seen[members[1].Key]);
        Assert.Equal(World.Noon.AddMinutes(7), seen[members[2].Key]);
    }

    [Fact]
    public void A_cluster_that_was_not_looked_at_yet_is_shown_as_stored() => SimulatedTime.Run(World.Noon, simulated =>
    {
        using var stop = new CancellationTokenSource();
        var (world, shared, looks) = (new World(), new Memory(simulated.Time), new TaskCompletionSource());
        shared.Store(world.Now);
        world.BeforeLook = _ => looks.Task;
        var process = new Process(world, shared, new MemoryQueue(), simulated.Time);
        var watchers = new WatchShards([process.Watch], time);
        var shown = new FleetView(shared, shared, simulated.Time, watchers);
        _ = process.Watch.RunAsync(stop.Token);
        simulated.Until(() => watchers.IsWatching, TimeSpan.FromMinutes(1));

        Assert.All(watchers.Topologies.Single().Members, m => Assert.False(m.IsSeen));
        Assert.All(shown.ReadAsync(default).Result.Single().Members, m => Assert.True(m.IsSeen));
        world.Kill(World.Primary);
        looks.SetResult();
        simulated.Until(() => shown.ReadAsync(default).Result.Single()[World.Primary]!.IsSeen == false, TimeSpan.FromMinutes(1));
        stop.Cancel();
        simulated.Settle();
    });

    [Theory]
    [InlineData("c-test", true)]
    [InlineData("SHOP", true)]
    [InlineData("db3:3306", true)]
    [InlineData("db9:3306", false)]
    [InlineData("another", false)]
    public async Task A_cluster_is_found_by_id_alias_or_member(string hint, bool found)
    {
        await memory.SaveClusterAsync(World.Cluster, "shop", default);
        var (cluster, refusal) = await view.FindAsync(hint, default);
        Assert.Equal((found, !found), (cluster is not null, refusal is not null));
    }

    [Fact]
    public async Task A_name_of_two_clusters_finds_neither()
    {
        await memory.SaveClusterAsync(World.Cluster, "shop", default);
        await memory.SaveClusterAsync(new ClusterId("c-other"), "shop", default);
        Assert.Equal(
            "cluster 'shop': names 2 clusters (c-test, c-other)",
            (await view.FindAsync("shop", default)).Refusal!.Because);
    }
}
