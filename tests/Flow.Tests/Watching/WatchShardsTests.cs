using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Watching;

public sealed class WatchShardsTests
{
    /// <summary>Who discovers and then asks is answered by the watcher's memory, which must know by then.</summary>
    [Fact]
    public void What_was_just_stored_is_watched_when_it_is_taken_in() => SimulatedTime.Run(World.Noon, simulated =>
    {
        var world = new World();
        var memory = new Memory(simulated.Time);
        using var stop = new CancellationTokenSource();
        var process = new Process(world, memory, new MemoryQueue(), simulated.Time);
        var shards = new WatchShards([process.Watch], simulated.Time);
        var watching = shards.RunAsync(stop.Token);
        simulated.Until(() => shards.IsWatching, TimeSpan.FromMinutes(1));
        Assert.Empty(shards.Topologies);

        memory.Store(world.Now);
        memory.SaveClusterAsync(World.Cluster, "", default);
        var taken = shards.TakeInAsync([World.Cluster], default);
        Assert.True(simulated.Until(() => taken.IsCompleted, TimeSpan.FromMinutes(1)) < TimeSpan.FromSeconds(3));
        Assert.Equal(World.Cluster, Assert.Single(shards.Topologies).Cluster);
        stop.Cancel();
        simulated.Await(watching);
    });

    [Fact]
    public void What_is_never_stored_is_not_waited_for_without_end() => SimulatedTime.Run(World.Noon, simulated =>
    {
        using var stop = new CancellationTokenSource();
        var process = new Process(new World(), new Memory(simulated.Time), new MemoryQueue(), simulated.Time);
        var shards = new WatchShards([process.Watch], simulated.Time);
        var watching = shards.RunAsync(stop.Token);
        simulated.Until(() => shards.IsWatching, TimeSpan.FromMinutes(1));
        var taken = shards.TakeInAsync([World.Cluster], default);
        simulated.Until(() => taken.IsCompleted, TimeSpan.FromMinutes(1));
        Assert.Empty(shards.Topologies);
        stop.Cancel();
        simulated.Await(watching);
    });
}
