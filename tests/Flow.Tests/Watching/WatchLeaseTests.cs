using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Watching;

public sealed class WatchLeaseTests : IDisposable
{
    private static readonly TimeSpan Lease = new WatchPolicy().LeaseLength, Minute = TimeSpan.FromMinutes(1), Second = TimeSpan.FromSeconds(1);

    private readonly World world = new();
    private readonly MemoryQueue queue = new();
    private readonly CancellationTokenSource stop = new();
    private bool isAway;

    [Fact]
    public void While_the_store_is_away_watching_goes_on_and_nothing_is_acted_on_until_it_is_back_and_then_once() => Simulate((simulated, memory) =>
    {
        var one = New(memory, simulated, "p1", isAway: () => isAway);
        simulated.Until(() => one.Watch.Topologies is [var t] && t.Members.All(m => m.IsSeen), Minute);

        isAway = true;
        simulated.Until(() => one.Watch.State == WatchState.FromMemory, Lease);
        world.Kill(World.Primary);
        simulated.Advance(5 * Minute);
        Assert.Equal(WatchState.FromMemory, one.Watch.State);
        Assert.False(one.Watch.Topologies.Single()[World.Primary]!.IsSeen);
        Assert.Empty(queue.Sent);
        var view = new FleetView(memory, memory, simulated.Time, new WatchShards([one.Watch], simulated.Time));
        Assert.Equal([Shard.Whole], view.FromMemory);

        isAway = false;
        simulated.Until(() => queue.Sent.Count > 0, Lease);
        Assert.Equal(WatchState.Watching, one.Watch.State);
        simulated.Await(() => memory.Entries.Count > 0);
        simulated.Advance(Minute);
        Assert.Single(queue.Sent);
        Assert.Empty(view.FromMemory);
    });

    [Fact]
    public void A_clock_that_is_set_back_while_the_store_is_away_does_not_keep_the_right_to_act() => Simulate((simulated, memory) =>
    {
        var jumping = new JumpingTime(simulated.Time);
        var one = New(memory, jumping, "p1", isAway: () => isAway);
        simulated.Until(() => one.Watch.State == WatchState.Watching, Minute);
        isAway = true;
        jumping.By = -10 * Minute;
        simulated.Advance(Lease);
        Assert.Equal(WatchState.FromMemory, one.Watch.State);
        world.Kill(World.Primary);
        simulated.Advance(Minute);
        Assert.Empty(queue.Sent);
    });

    [Fact]
    public void A_watcher_that_lost_its_lease_while_the_store_was_away_stands_by_and_never_two_may_act() => Simulate((simulated, memory) =>
    {
        var one = New(memory, simulated, "p1", isAway: () => isAway);
        simulated.Until(() => one.Watch.State == WatchState.Watching, Minute);
        var two = New(memory, simulated, "p2");
        simulated.Advance(Minute);
        Assert.Equal(WatchState.StandingBy, two.Watch.State);

        isAway = true;
        void OneActs() => Assert.False(one.Watch.State == WatchState.Watching && two.Watch.State == WatchState.Watching);
        var took = simulated.Until(() => two.Watch.State == WatchState.Watching, Minute, OneActs);
        Assert.InRange(took, Lease / 2, Lease + (2 * Second));
        Assert.Equal(WatchState.FromMemory, one.Watch.State);

        isAway = false;
        simulated.Until(() => one.Watch.State == WatchState.StandingBy, Lease, OneActs);
        simulated.Advance(Minute, OneActs);
        Assert.Equal(WatchState.Watching, two.Watch.State);
    });

    [Fact]
    public void The_shards_of_one_fleet_are_watched_side_by_side_and_every_cluster_once() => Simulate((simulated, memory) =>
    {
        for (var i = 1; i <= 8; i++) memory.Store(new Topology(ClusterId.FirstMetAt($"root{i}"), World.Noon, world.Now.Members.Select(m => Like(m, i))));
        var processes = Shard.Of(3).Select(s => New(memory, simulated, "p1", s)).ToArray();
        var all = new WatchShards(processes.Select(p => p.Watch), simulated.Time);
        simulated.Until(() => all.IsWatching, Minute);
        Assert.Equal(9, all.Topologies.Length);
        Assert.Equal(9, all.Topologies.DistinctBy(t => t.Cluster).Count());
        Assert.All(processes, p => Assert.All(p.Watch.Topologies, t => Assert.True(p.Watch.Shard.Holds(t.Cluster))));
    });

    [Theory]
    [InlineData(1, 4)]
    [InlineData(4, 1)]
    [InlineData(2, 3)]
    public void A_process_with_another_number_of_shards_stands_by_until_nobody_watches_in_the_old_number(int old, int wanted) => Simulate((simulated, memory) =>
    {
        using var drained = new CancellationTokenSource();
        var before = Shard.Of(old).Select(s => New(memory, simulated, "p1", s, cancel: drained.Token)).ToArray();
        simulated.Until(() => before.All(p => p.Watch.IsWatching), Minute);
        var after = Shard.Of(wanted).Select(s => New(memory, simulated, "p2", s)).ToArray();
        simulated.Advance(Minute, () => Assert.All(after, p => Assert.False(p.Watch.IsWatching)));
        Assert.All(before, p => Assert.True(p.Watch.IsWatching));

        drained.Cancel();
        var gap = simulated.Until(() => after.All(p => p.Watch.IsWatching), Lease);
        Assert.InRange(gap, TimeSpan.Zero, 4 * Second);
        Assert.Equal(wanted, memory.Shards);
    });

    [Fact]
    public void Two_numbers_of_shards_that_start_at_once_end_as_one() => Simulate((simulated, memory) =>
    {
        var ones = New(memory, simulated, "p1", new Shard(0, 1));
        var twos = Shard.Of(2).Select(s => New(memory, simulated, "p2", s)).ToArray();
        simulated.Until(() => ones.Watch.IsWatching || twos.All(p => p.Watch.IsWatching), Minute);
        simulated.Advance(Minute, () => Assert.False(ones.Watch.IsWatching && twos.Any(p => p.Watch.IsWatching)));
    });

    public void Dispose() => stop.Dispose();

    // Another server at the same address: what two clusters hold would be put into one of them.
    private static Member Like(Member member, int number) =>
        Member.SeenAs(member.Current! with { ServerId = member.Current.ServerId + (uint)(100 * number) }, World.Noon);

    private void Simulate(Action<SimulatedTime, Memory> test) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var memory = new Memory(simulated.Time);
        memory.Store(world.Now);
        test(simulated, memory);
        stop.Cancel();
        simulated.Settle();
    });

    private Process New(Memory memory, SimulatedTime simulated, string name, Shard? shard = null, Func<bool>? isAway = null, CancellationToken? cancel = null) =>
        New(memory, simulated.Time, name, shard, isAway, cancel);

    private Process New(Memory memory, TimeProvider time, string name, Shard? shard = null, Func<bool>? isAway = null, CancellationToken? cancel = null)
    {
        var process = new Process(world, memory, queue, time, new WatchPolicy { Interval = Second }, name, shard, isAway);
        _ = process.Watch.RunAsync(cancel ?? stop.Token);
        return process;
    }
}
