using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Watching;

/// <summary>Two places from which the same servers are watched, and what they make of it together.</summary>
public sealed class VantageReporterTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Second = TimeSpan.FromSeconds(1);

    private readonly World world = new();
    private readonly MemoryQueue queue = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Sight east, west;

    public VantageReporterTests() => (east, west) = (new Sight(world), new Sight(world));

    [Fact]
    public void A_dead_primary_is_replaced_when_both_find_it_dead_and_the_record_says_who_agreed() => Simulate((simulated, memory) =>
    {
        var (acting, _) = Both(simulated, memory);
        world.Kill(World.Primary);
        simulated.Until(() => queue.Sent.Count > 0, 3 * Second);
        Assert.Contains("vantage point west finds it dead too", queue.Sent[0].Evidence);
        simulated.Await(() => memory.Entries.Count > 0);
        simulated.Advance(Minute);
        Assert.Single(queue.Sent);
        Assert.Single(memory.Entries);
        Assert.Equal(WatchState.Watching, acting.Watch.State);
    });

    [Fact]
    public void A_primary_that_only_one_place_cannot_reach_is_not_replaced_and_the_record_says_who_objects() => Simulate((simulated, memory) =>
    {
        Both(simulated, memory);
        CutFromReplicas();
        east.IsCutFromPrimary = true;
        simulated.Advance(Minute);
        Assert.Empty(queue.Sent);
        var held = Assert.IsType<RecoveryOutcome.Held>(memory.ReadRecentAsync(World.Cluster, 1, default).Result.Single().Recovery.Outcome);
        Assert.Equal("1 of the 2 vantage points needed find db1:3306 dead: west does not", held.Refusal.Because);
        Assert.Contains("Detection:Vantages", held.Refusal.Remedy, StringComparison.Ordinal);

        // The other one loses it too: now they agree.
        west.IsCutFromPrimary = true;
        simulated.Until(() => queue.Sent.Count > 0, 15 * Second);
    });

    [Fact]
    public void Who_sees_it_again_takes_back_its_word() => Simulate((simulated, memory) =>
    {
        Both(simulated, memory);
        CutFromReplicas();
        west.IsCutFromPrimary = true;
        simulated.Until(() => Dead(memory).Contains(World.Primary), 5 * Second);
        simulated.Advance(Minute);
        Assert.Contains(World.Primary, Dead(memory));
        Assert.Empty(queue.Sent);

        west.IsCutFromPrimary = false;
        simulated.Until(() => Dead(memory).Length == 0, 5 * Second);
        east.IsCutFromPrimary = true;
        simulated.Advance(Minute);
        Assert.Empty(queue.Sent);
    });

    [Fact]
    public void Without_a_second_place_a_dead_primary_is_held_and_replaced_when_one_comes() => Simulate((simulated, memory) =>
    {
        Start(simulated, memory, "p1", "east", east);
        world.Kill(World.Primary);
        simulated.Advance(Minute);
        Assert.Empty(queue.Sent);
        Assert.Contains("no other one has reported", memory.ReadRecentAsync(World.Cluster, 1, default).Result.Single().Recovery.Outcome!.Says, StringComparison.Ordinal);

        Start(simulated, memory, "p2", "west", west);
        simulated.Until(() => queue.Sent.Count > 0, 15 * Second);
    });

    [Fact]
    public void A_word_nobody_repeats_is_worth_nothing() => Simulate((simulated, memory) =>
    {
        Start(simulated, memory, "p1", "east", east);
        memory.ReportAsync(Shard.Whole.Name, new VantageReport("west", simulated.Time.GetUtcNow(), [World.Primary]), default);
        simulated.Advance(VantageQuorum.FreshFor + Second);
        world.Kill(World.Primary);
        simulated.Advance(Minute);
        Assert.Empty(queue.Sent);
    });

    [Fact]
    public void Who_observed_acts_on_what_it_knows_when_the_watcher_is_gone() => Simulate((simulated, memory) =>
    {
        var (acting, observer) = Both(simulated, memory, needed: 1);
        memory.Steal(Shard.Whole.Name);
        simulated.Until(() => acting.Watch.State == WatchState.Observing, Minute);
        Assert.Equal(WatchState.Observing, observer.Watch.State);
        Assert.All(observer.Watch.Topologies.Single().Members, m => Assert.True(m.IsSeen));

        // The thief's lease runs out; one of the two takes it, and what dies then is replaced at once.
        simulated.Time.Advance(TimeSpan.FromHours(2));
        simulated.Until(() => acting.Watch.State == WatchState.Watching || observer.Watch.State == WatchState.Watching, Minute);
        Assert.NotEqual(acting.Watch.State, observer.Watch.State);
        world.Kill(World.Primary);
        simulated.Until(() => queue.Sent.Count > 0, 3 * Second);
        simulated.Await(() => memory.Entries.Count > 0);
        Assert.Single(queue.Sent);
    });

    [Fact]
    public void A_process_that_stood_still_for_a_while_says_again_soon_what_it_found() => Simulate((simulated, memory) =>
    {
        Both(simulated, memory);
        CutFromReplicas();
        west.IsCutFromPrimary = true;
        simulated.Until(() => Dead(memory).Contains(World.Primary), 5 * Second);
        simulated.Time.Advance(20 * Second);
        simulated.Settle();
        simulated.Until(() => memory.ReadReportsAsync(Shard.Whole.Name, default).Result.Any(r => r.Vantage == "west" && r.Dead.Contains(World.Primary) && simulated.Time.GetUtcNow() - r.At < Second), 5 * Second);
    });

    [Fact]
    public void Who_rises_stores_what_it_sees_itself() => Simulate((simulated, memory) =>
    {
        var (acting, _) = Both(simulated, memory, needed: 1);
        east.IsCutFromPrimary = true;
        simulated.Until(() => Stored(memory).LastFailure.Length > 0, 5 * Second);
        memory.Steal(Shard.Whole.Name);
        simulated.Until(() => acting.Watch.State == WatchState.Observing, Minute);
        east.IsCutFromPrimary = false;
        simulated.Time.Advance(TimeSpan.FromHours(2));
        simulated.Until(() => Stored(memory).LastFailure.Length == 0, Minute);
    });

    [Fact]
    public void Of_two_processes_of_the_other_place_one_looks() => Simulate((simulated, memory) =>
    {
        var (_, observer) = Both(simulated, memory);
        var third = New(simulated, memory, "p3", "west", west);
        _ = third.Watch.RunAsync(stop.Token);
        simulated.Advance(Minute);
        Assert.Equal((WatchState.Observing, WatchState.StandingBy), (observer.Watch.State, third.Watch.State));
    });

    [Fact]
    public void Who_observes_writes_no_sightings_and_discovers_nothing() => Simulate((simulated, memory) =>
    {
        Both(simulated, memory);
        var added = new InstanceKey("db9", 3306);
        var before = memory.ReadMarkAsync(default).Result;
        memory.Steal(Shard.Whole.Name);
        simulated.Advance(TimeSpan.FromSeconds(20));
        world.Put(t => t.With([Member.SeenAs(t[new InstanceKey("db2", 3306)]!.Current! with { ReportedReplicas = [added] }, World.Noon)], World.Noon));
        world.Revive(World.Primary, i => i with { ReadOnly = true });
        simulated.Advance(Minute);
        Assert.Equal(before, memory.ReadMarkAsync(default).Result);
        Assert.False(memory.ReadAllAsync(default).Result.Single().Members.Single(m => m.Key == World.Primary).LastSeen!.ReadOnly);
    });

    [Fact]
    public void Nobody_says_a_word_before_the_first_look_at_everybody() => Simulate((simulated, memory) =>
    {
        var looks = new TaskCompletionSource();
        memory.SaveShardsAsync(1, default);
        memory.TryAcquireAsync(Shard.Whole.Name, "thief", 10 * Minute, default);
        world.BeforeLook = key => key == World.Primary ? Task.CompletedTask : looks.Task;
        Start(simulated, memory, "p2", "west", west);
        simulated.Advance(10 * Second);
        Assert.Empty(memory.ReadReportsAsync(Shard.Whole.Name, default).Result);
        looks.SetResult();
        simulated.Until(() => memory.ReadReportsAsync(Shard.Whole.Name, default).Result.Any(r => r.Vantage == "west"), 2 * Second);
    });

    [Fact]
    public void Who_rises_before_its_first_look_at_everybody_judges_nothing_until_then() => Simulate((simulated, memory) =>
    {
        var looks = new TaskCompletionSource();
        memory.SaveShardsAsync(1, default);
        memory.TryAcquireAsync(Shard.Whole.Name, "thief", 10 * Second, default);
        world.BeforeLook = _ => looks.Task;
        var observer = Start(simulated, memory, "p2", "west", west, needed: 1);
        Assert.Equal(WatchState.Observing, observer.Watch.State);
        simulated.Until(() => observer.Watch.State == WatchState.Watching, Minute);
        simulated.Advance(10 * Second);
        Assert.Empty(memory.ReadRecentAsync(World.Cluster, 1, default).Result);
        Assert.All(memory.ReadAllAsync(default).Result.Single().Members, m => Assert.Equal("", m.LastFailure));
        looks.SetResult();
        simulated.Advance(10 * Second);
        Assert.Empty(memory.ReadRecentAsync(World.Cluster, 1, default).Result);
        world.Kill(World.Primary);
        simulated.Until(() => queue.Sent.Count > 0, 3 * Second);
    });

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private static System.Collections.Immutable.ImmutableArray<InstanceKey> Dead(Memory memory) =>
        memory.ReadReportsAsync(Shard.Whole.Name, default).Result.FirstOrDefault(r => r.Vantage == "west")?.Dead ?? [];

    private static Flow.Ports.StoredMember Stored(Memory memory) => memory.ReadAllAsync(default).Result.Single().Members.Single(m => m.Key == World.Primary);

    // East acts, west observes.
    private (Process Acting, Process Observing) Both(SimulatedTime simulated, Memory memory, int needed = 2)
    {
        var acting = Start(simulated, memory, "p1", "east", east, needed);
        simulated.Until(() => acting.Watch.State == WatchState.Watching, Minute);
        var observing = Start(simulated, memory, "p2", "west", west, needed);
        simulated.Until(() => observing.Watch.State == WatchState.Observing && observing.Watch.Topologies is [var t] && t.Members.All(m => m.IsSeen), Minute);
        return (acting, observing);
    }

    private Process Start(SimulatedTime simulated, Memory memory, string name, string vantage, Sight sight, int needed = 2)
    {
        var process = New(simulated, memory, name, vantage, sight, needed);
        var running = process.Watch.RunAsync(stop.Token);
        simulated.Until(() => process.Watch.IsWatching || running.IsCompleted, Minute);
        Assert.False(running.IsCompleted);
        return process;
    }

    private Process New(SimulatedTime simulated, Memory memory, string name, string vantage, Sight sight, int needed = 2) =>
        new(world, memory, queue, simulated.Time, new WatchPolicy { Quorum = new VantageQuorum(vantage, needed) }, name, sight: sight);

    // The network between the primary and everybody parts.
    private void CutFromReplicas()
    {
        foreach (var replica in world.Now.ReplicasOf(World.Primary)) world.Link(replica.Key, l => l with { Receiver = ReplicationThread.Connecting, ReceiverErrorNumber = 2003 });
    }

    private void Simulate(Action<SimulatedTime, Memory> test) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var memory = new Memory(simulated.Time);
        memory.Store(world.Now);
        test(simulated, memory);
        stop.Cancel();
        simulated.Settle();
    });
}
