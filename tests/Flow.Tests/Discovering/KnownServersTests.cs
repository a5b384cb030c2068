using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

public sealed class KnownServersTests
{
    private static readonly InstanceKey Db2 = new("db2", 3306), Db9 = new("db9", 3306), Address = new("10.0.0.2", 3306);

    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly Memory memory;
    private IReadOnlyCollection<Topology>? watched;
    private int reads;

    public KnownServersTests() => memory = new Memory(time);

    [Fact]
    public async Task Nothing_stored_is_no_cluster_and_every_seed_missing()
    {
        var known = await Known("db2:3306, db9:3306").LookAsync(default);
        Assert.False(known.HasCluster || known.IsComplete);
        Assert.Equal([Db2, Db9], known.MissingSeeds);
    }

    [Theory]
    [InlineData("db2:3306")]
    [InlineData("DB2")]
    [InlineData("replica.example.com:3306")]
    [InlineData("10.0.0.2:3306")]
    public async Task A_seed_is_known_by_the_key_of_a_member_by_what_it_calls_itself_and_by_what_it_was_asked_for(string seed)
    {
        world.Put(t => t.With(Member.SeenAs(t[Db2]!.Current! with { Aliases = [new("replica.example.com", 3306)] }, World.Noon)));
        memory.Store(world.Now);
        await memory.SaveSightingsAsync(World.Cluster, [Flow.Knowing.LiveCluster.AsStored(world.Now[Db2]!) with { OtherNames = [Address] }], default);
        // What a watcher writes later says nothing of other names.
        await memory.SaveSightingsAsync(World.Cluster, [Flow.Knowing.LiveCluster.AsStored(world.Now[Db2]!)], default);
        Assert.True((await Known(seed).LookAsync(default)).IsComplete);
        Assert.Empty(await Known(seed).ReadMissingAsync(default));
    }

    [Fact]
    public async Task While_something_is_missing_the_clusters_are_read_when_they_changed_and_now_and_then()
    {
        memory.Store(world.Now);
        var known = Known("db9:3306");
        foreach (var expected in (int[])[1, 1])
        {
            await known.LookAsync(default);
            Assert.Equal(expected, reads);
        }
        await memory.SaveClusterAsync(World.Cluster, "shop", default);
        await known.LookAsync(default);
        Assert.Equal(2, reads);
        time.Advance(TimeSpan.FromMinutes(5));
        await known.LookAsync(default);
        Assert.Equal(3, reads);
    }

    [Fact]
    public async Task Once_all_is_known_nothing_is_read_any_more()
    {
        memory.Store(world.Now);
        var known = Known("db1:3306");
        await known.LookAsync(default);
        await memory.ForgetAllAsync();
        Assert.True((await known.LookAsync(default)).IsComplete);
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task A_process_that_watches_the_fleet_knows_what_it_watches_without_reading()
    {
        watched = [world.Now];
        Assert.True((await Known("db1:3306").LookAsync(default)).IsComplete);
        Assert.Equal(0, reads);
    }

    [Fact]
    public async Task What_is_stored_and_not_watched_yet_is_not_known_yet()
    {
        memory.Store(world.Now);
        watched = [];
        Assert.False((await Known("db1:3306").LookAsync(default)).HasCluster);
        // Its other name stands in the store alone.
        await memory.SaveSightingsAsync(World.Cluster, [Flow.Knowing.LiveCluster.AsStored(world.Now[Db2]!) with { OtherNames = [Address] }], default);
        Assert.Equal([Address], (await Known("10.0.0.2:3306").LookAsync(default)).MissingSeeds);
        watched = [world.Now];
        Assert.True((await Known("10.0.0.2:3306").LookAsync(default)).IsComplete);
    }

    /// <summary>Health waits two seconds at most: a table that takes longer must not be read from its beginning again each time.</summary>
    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_reading_to_the_next_one()
    {
        memory.Store(world.Now);
        var slow = new TaskCompletionSource();
        var store = Delayed.Of(memory, slow.Task, () => reads++);
        var known = new KnownServers(store, [Db2], () => null, time);
        using var patience = new CancellationTokenSource();
        var first = known.LookAsync(patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        slow.SetResult();
        Assert.True((await known.LookAsync(default)).IsComplete);
        Assert.Equal(1, reads);
    }

    /// <summary>Answers when it may.</summary>
    public class Delayed : System.Reflection.DispatchProxy
    {
        private (ITopologyStore Store, Task May, Action Read) inner;

        public static ITopologyStore Of(ITopologyStore store, Task may, Action read)
        {
            var delayed = Create<ITopologyStore, Delayed>();
            ((Delayed)(object)delayed).inner = (store, may, read);
            return delayed;
        }

        protected override object? Invoke(System.Reflection.MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(ITopologyStore.ReadAllAsync) ? ReadAsync((CancellationToken)args![0]!) : targetMethod.Invoke(inner.Store, args);

        private async Task<System.Collections.Immutable.ImmutableArray<StoredCluster>> ReadAsync(CancellationToken cancel)
        {
            inner.Read();
            await inner.May.WaitAsync(cancel);
            return await inner.Store.ReadAllAsync(cancel);
        }
    }

    private KnownServers Known(string seeds) => new(
        Counting.Of(memory, () => reads++), new DiscoveryOptions { Seeds = seeds }.SeedKeys, () => watched, time);

    /// <summary>Counts how often all clusters are read.</summary>
    public class Counting : System.Reflection.DispatchProxy
    {
        private ITopologyStore store = null!;
        private Action read = null!;

        public static ITopologyStore Of(ITopologyStore store, Action read)
        {
            var counting = Create<ITopologyStore, Counting>();
            (((Counting)(object)counting).store, ((Counting)(object)counting).read) = (store, read);
            return counting;
        }

        protected override object? Invoke(System.Reflection.MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(ITopologyStore.ReadAllAsync)) read();
            return targetMethod.Invoke(store, args);
        }
    }
}
