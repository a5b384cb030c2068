using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Watching;

public sealed class SaveSightingsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly InstanceKey Db4 = new("db4", 3306);

    private readonly World world = new();
    private readonly ListLog log = new();
    private StallAwareClock awake = null!;
    private bool isAway;

    [Fact]
    public void A_sign_of_life_is_given_when_every_member_was_looked_at_and_now_and_then_after() => Simulate((simulated, memory, cluster) =>
    {
        Look(cluster, but: World.Primary);
        simulated.Advance(5 * Second);
        Assert.Null(Beat(memory));
        Look(cluster);
        simulated.Advance(2 * Second);
        Assert.NotNull(Beat(memory));
        var first = Beat(memory);
        simulated.Advance(20 * Second);
        Assert.Equal(first, Beat(memory));
        simulated.Advance(12 * Second);
        Assert.NotEqual(first, Beat(memory));
    });

    [Fact]
    public void A_sign_of_life_is_not_given_over_news_that_could_not_be_written() => Simulate((simulated, memory, cluster) =>
    {
        Look(cluster);
        simulated.Advance(2 * Second);
        var first = Beat(memory);
        isAway = true;
        cluster.Observe(World.Primary, new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer"), TimeSpan.Zero);
        simulated.Advance(60 * Second);
        Assert.Equal(first, Beat(memory));

        isAway = false;
        simulated.Advance(2 * Second);
        Assert.Equal("no answer", memory.ReadAllAsync(default).Result[0].Members.Single(m => m.Key == World.Primary).LastFailure);
        Assert.True(Beat(memory) > first);
    });

    [Fact]
    public void Who_lost_the_shard_writes_nothing() => Simulate((simulated, memory, cluster) =>
    {
        Look(cluster);
        memory.Steal(Shard.Whole.Name);
        simulated.Advance(10 * Second);
        var before = Beat(memory);
        cluster.Observe(World.Primary, new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer"), TimeSpan.Zero);
        simulated.Advance(60 * Second);
        Assert.Equal(before, Beat(memory));
        Assert.All(memory.ReadAllAsync(default).Result[0].Members, m => Assert.Equal("", m.LastFailure));
    });

    [Fact]
    public void A_former_primary_is_one_until_it_receives_from_its_new_source() => Simulate((simulated, memory, cluster) =>
    {
        bool IsFormer() => memory.ReadAllAsync(default).Result[0].Ledger.IsFormerPrimary(Db4);
        memory.MarkFormer(Db4);
        cluster.Refresh(memory.ReadAllAsync(default).Result[0]);
        world.Link(Db4, l => l with { Receiver = ReplicationThread.Connecting });
        Look(cluster);
        simulated.Advance(5 * Second);
        Assert.True(IsFormer());
        world.Link(Db4, l => l with { Receiver = ReplicationThread.Running });
        Look(cluster);
        simulated.Advance(2 * Second);
        Assert.False(IsFormer());
    });

    /// <summary>It was under way when a recovery ended, and shows what was before that.</summary>
    [Fact]
    public void A_look_that_began_before_the_ledger_was_known_pays_nothing() => Simulate((simulated, memory, cluster) =>
    {
        bool IsFormer() => memory.ReadAllAsync(default).Result[0].Ledger.IsFormerPrimary(Db4);
        Look(cluster);
        var began = awake.Now;
        memory.MarkFormer(Db4);
        cluster.Refresh(memory.ReadAllAsync(default).Result[0]);
        cluster.Observe(Db4, world.Now[Db4]!.Outcome, began);
        simulated.Advance(5 * Second);
        Assert.True(IsFormer());
        cluster.Take(Db4, world.Now[Db4]!.Outcome);
        simulated.Advance(5 * Second);
        Assert.True(IsFormer());
        Look(cluster);
        simulated.Advance(2 * Second);
        Assert.False(IsFormer());
    });

    [Fact]
    public void Every_sign_of_life_says_when_too_few_vantage_points_are_heard() => Simulate((simulated, memory, cluster) =>
    {
        Look(cluster);
        simulated.Advance(60 * Second);
        Assert.Equal(2, log.Lines.Count);
        Assert.All(log.Lines, line => Assert.Contains("1 of the 2 vantage points needed are heard", line.Says, StringComparison.Ordinal));

        memory.ReportAsync(Shard.Whole.Name, new VantageReport("north", simulated.Time.GetUtcNow(), []), default);
        simulated.Advance(60 * Second);
        Assert.Equal(2, log.Lines.Count);
    }, new VantageQuorum("west", 2));

    private static DateTimeOffset? Beat(Memory memory) => memory.ReadBeatAsync(Shard.Whole.Name, default).Result?.At;

    private void Look(LiveCluster cluster, InstanceKey? but = null)
    {
        foreach (var m in world.Now.Members.Where(m => m.Key != but)) cluster.Observe(m.Key, m.Outcome, awake.Now);
    }

    private void Simulate(Action<SimulatedTime, Memory, LiveCluster> test, VantageQuorum? quorum = null) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var memory = new Memory(simulated.Time);
        memory.Store(world.Now);
        using var stop = new CancellationTokenSource();
        var right = WatchLease.TryTakeAsync(memory, memory, Shard.Whole, "p1", 10 * Second, simulated.Time, default).Result!;
        awake = new StallAwareClock(simulated.Time);
        var cluster = new LiveCluster(memory.ReadAllAsync(default).Result[0], simulated.Time, awake);
        var sightings = new SaveSightings(
            Sometimes.Away<ITopologyStore>(memory, () => isAway), memory, memory, Shard.Whole, new WatchPolicy { Quorum = quorum ?? VantageQuorum.Alone }, "p1", simulated.Time, log);
        var running = sightings.RunAsync(() => [cluster], () => right.MayAct, stop.Token);
        test(simulated, memory, cluster);
        stop.Cancel();
        simulated.Await(() => running.IsCompleted);
        simulated.Await(right.DisposeAsync().AsTask());
    });
}
