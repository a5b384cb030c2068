using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.SelfTest;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.SelfTest;

public sealed class WarmUpTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Minute = TimeSpan.FromMinutes(1);

    private readonly World world = new();
    private readonly MemoryQueue queue = new();
    private readonly MemoryNotices untold = new();
    private readonly Listener listener = new();
    private readonly ListLog log = new();
    private readonly CancellationTokenSource stop = new();
    private bool isQueueAway, isStoreAway;

    [Fact]
    public void It_practises_and_rehearses_and_nobody_hears_of_it() => Simulate((simulated, memory, room) =>
    {
        var before = world.Now.Members.Select(m => m.Current).ToArray();
        using var counted = new Counted();
        Watch(simulated, room);
        simulated.Await(room.WarmUp.RunAsync(stop.Token));

        Assert.Equal([PracticeCluster.Id, PracticeCluster.Id], queue.Practised.Select(f => f.Cluster));
        Assert.Empty(queue.Sent);
        Assert.Empty(memory.ReadRecentAsync(null, 10, default).Result);
        Assert.Empty(memory.ReadActiveClustersAsync(default).Result);
        Assert.Equal(World.Cluster, memory.ReadAllAsync(default).Result.Single().Id);
        Assert.Empty(memory.Entries);
        Assert.Empty(untold.Rows);
        Assert.Empty(listener.Heard);
        Assert.Empty(counted.Names);
        // On real servers: steps that are true already, and the fence of a server that is not there.
        Assert.All(world.Ran, s => Assert.True(s is WaitUntilApplied || s.Target.Key.Host == "127.0.0.1", s.Says));
        Assert.Equal(3, world.Ran.OfType<WaitUntilApplied>().Count());
        Assert.Equal(world.Now.Members.Select(m => m.Key).Where(k => k != World.Primary).Order(), world.PractisedOn.Distinct().Order());
        Assert.Equal(1, world.LossesPractised);
        Assert.Contains(log.Lines, l => l.Level == LogLevel.Information && l.Says.Contains("would replace it", StringComparison.Ordinal));
        Assert.Equal(before, world.Now.Members.Select(m => m.Current));
        Assert.Contains((LogLevel.Information, "Practised: 1 clusters rehearsed"), log.Lines);
        Assert.DoesNotContain(log.Lines, l => l.Level >= LogLevel.Warning);
    });

    [Fact]
    public void A_process_that_watches_practises_after_its_first_looks() => Simulate((simulated, _, room) =>
    {
        var looks = new TaskCompletionSource();
        world.BeforeLook = key => key.Host == "127.0.0.1" ? Task.CompletedTask : looks.Task;
        Watch(simulated, room, isLookedAt: false);
        var practising = room.WarmUp.RunAsync(stop.Token);
        simulated.Advance(2 * Minute);
        Assert.Empty(queue.Practised);

        looks.SetResult();
        simulated.Until(() => practising.IsCompleted, Minute);
        Assert.Equal(2, queue.Practised.Count);
        Assert.Equal(3, world.Ran.OfType<WaitUntilApplied>().Count());
    });

    [Fact]
    public void A_process_that_stands_by_practises_after_half_a_minute_and_rehearses_when_it_watches() => Simulate((simulated, memory, room) =>
    {
        var other = memory.TryAcquireAsync(Shard.Whole.Name, "another", 2 * Minute, default).Result;
        Assert.NotNull(other);
        _ = room.Watch.RunAsync(stop.Token);
        var practising = room.WarmUp.RunAsync(stop.Token);
        simulated.Advance(25 * Second);
        Assert.Empty(queue.Practised);
        simulated.Until(() => queue.Practised.Count == 2, 15 * Second);
        simulated.Advance(10 * Second);
        Assert.False(practising.IsCompleted);
        Assert.Empty(world.Ran.OfType<WaitUntilApplied>());

        simulated.Until(() => practising.IsCompleted, 2 * Minute);
        Assert.Equal(3, world.Ran.OfType<WaitUntilApplied>().Count());
    });

    [Fact]
    public void While_no_cluster_is_known_there_is_nothing_to_look_at_before() => Simulate((simulated, memory, room) =>
    {
        _ = room.Watch.RunAsync(stop.Token);
        simulated.Until(() => room.Watch.IsWatching, Minute);
        _ = room.WarmUp.RunAsync(stop.Token);
        simulated.Until(() => queue.Practised.Count == 2, 10 * Second);
    }, isClusterStored: false);

    [Fact]
    public void A_store_that_fails_while_it_is_practised_is_named() => Simulate((simulated, _, room) =>
    {
        Watch(simulated, room);
        isStoreAway = true;
        simulated.Await(room.WarmUp.RunAsync(stop.Token));
        Assert.Contains(
            (LogLevel.Warning, "Self-test at the start: a failover of servers made of data failed: storage is away"),
            log.Lines);
    });

    [Fact]
    public void It_is_done_once_in_a_process_and_again_when_its_time_was_over_before() => Simulate((simulated, _, room) =>
    {
        using var window = new CancellationTokenSource();
        var first = room.WarmUp.RunAsync(window.Token);
        simulated.Settle();
        window.Cancel();
        simulated.Await(first);
        Assert.Empty(queue.Practised);

        Watch(simulated, room);
        simulated.Await(room.WarmUp.RunAsync(stop.Token));
        var practised = queue.Practised.Count;
        Assert.NotEqual(0, practised);
        simulated.Await(room.WarmUp.RunAsync(stop.Token));
        Assert.Equal(practised, queue.Practised.Count);
    });

    [Fact]
    public void What_would_not_work_is_named() => Simulate((simulated, memory, room) =>
    {
        foreach (var m in world.Now.Members.Where(m => m.Key != World.Primary))
            memory.SetPromotionRuleAsync(World.Cluster, m.Key, PromotionRule.MustNot, default).Wait();
        Watch(simulated, room);
        simulated.Await(room.WarmUp.RunAsync(stop.Token));
        var line = Assert.Single(log.Lines, l => l.Level == LogLevel.Warning).Says;
        Assert.StartsWith($"cluster {World.Cluster}: a failover would not succeed now. ", line, StringComparison.Ordinal);
    });

    [Fact]
    public void A_queue_that_cannot_be_used_is_named_and_the_rest_is_rehearsed() => Simulate((simulated, memory, room) =>
    {
        isQueueAway = true;
        Watch(simulated, room);
        simulated.Await(room.WarmUp.RunAsync(stop.Token));
        var line = Assert.Single(log.Lines, l => l.Level == LogLevel.Warning).Says;
        Assert.StartsWith("Failures cannot be queued: storage is away. ", line, StringComparison.Ordinal);
        Assert.Equal(3, world.Ran.OfType<WaitUntilApplied>().Count());
        Assert.Empty(memory.ReadRecentAsync(null, 10, default).Result);
    });

    [Fact]
    public void While_recoveries_are_disabled_practice_leaves_and_counts_nothing() => Simulate((simulated, memory, room) =>
    {
        memory.RecoveryEnabled = false;
        using var counted = new Counted();
        Watch(simulated, room);
        simulated.Await(room.WarmUp.RunAsync(stop.Token));
        Assert.Empty(memory.ReadRecentAsync(null, 10, default).Result);
        Assert.Empty(counted.Names);
    });

    [Fact]
    public void Before_a_takeover_its_rehearsal_is_run_and_nothing_is_changed() => Simulate((simulated, memory, room) =>
    {
        var preparing = room.WarmUp.BeforeTakeoverAsync(World.Cluster, default);
        simulated.Await(preparing);
        Assert.Equal("", preparing.Result);
        Assert.Single(queue.Practised);
        Assert.All(world.Ran, s => Assert.IsType<WaitUntilApplied>(s));
        Assert.Empty(memory.ReadRecentAsync(null, 10, default).Result);
    });

    [Fact]
    public void Before_a_takeover_a_store_that_fails_is_named_and_stops_nothing() => Simulate((simulated, memory, room) =>
    {
        isStoreAway = true;
        var preparing = room.WarmUp.BeforeTakeoverAsync(World.Cluster, default);
        simulated.Await(preparing);
        Assert.Equal(
            "Self-test before the takeover: a failover of servers made of data failed: storage is away",
            preparing.Result);
        Assert.Equal(world.Now.Members.Length, world.Ran.OfType<WaitUntilApplied>().Count());
    });

    [Fact]
    public void Before_a_takeover_it_ends_when_it_is_cancelled() => Simulate((simulated, memory, room) =>
    {
        isStoreAway = true;
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var preparing = room.WarmUp.BeforeTakeoverAsync(World.Cluster, cancelled.Token);
        simulated.Await(() => preparing.IsCompleted);
        Assert.True(preparing.IsCanceled);
    });

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private void Watch(SimulatedTime simulated, Flows room, bool isLookedAt = true)
    {
        _ = room.Watch.RunAsync(stop.Token);
        simulated.Until(() => room.Watch.IsWatching, Minute);
        if (isLookedAt) simulated.Until(() => room.Watch.Topologies.Single().Members.All(m => m.IsSeen), Minute);
    }

    private void Simulate(Action<SimulatedTime, Memory, Flows> test, bool isClusterStored = true) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var memory = new Memory(simulated.Time);
        if (isClusterStored) memory.Store(world.Now);
        var sink = Sometimes.Away<IFailureSink>(queue, () => isQueueAway);
        var recoveries = Sometimes.Away<IRecoveryStore>(memory, () => isStoreAway);
        var ports = new FlowPorts(
            world, world, world, memory, recoveries, memory, memory, memory, sink, new NoticePorts(untold, [listener]))
        {
            Chance = Random.Shared, Pools = memory, Tokens = memory,
        };
        test(simulated, memory, new Flows(ports, new FlowSettings(), true, "p1", simulated.Time, log));
        stop.Cancel();
        simulated.Settle();
    });

    /// <summary>What this thread counts of recoveries and holds meanwhile; other tests run on other threads.</summary>
    private sealed class Counted : IDisposable
    {
        private readonly MeterListener listener = new();
        private readonly int thread = Environment.CurrentManagedThreadId;

        public Counted()
        {
            listener.InstrumentPublished = (instrument, to) =>
            {
                if (instrument.Name is Telemetry.RecoveriesName or Telemetry.HoldsName) to.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((instrument, _, _, _) =>
            {
                if (Environment.CurrentManagedThreadId == thread) Names.Add(instrument.Name);
            });
            listener.Start();
        }

        public List<string> Names { get; } = [];

        public void Dispose() => listener.Dispose();
    }
}
