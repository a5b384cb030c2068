using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Watching;

/// <summary>What is judged before, at and after the first look at everybody.</summary>
public sealed class ClusterWatchTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Minute = TimeSpan.FromMinutes(1);
    private static readonly InstanceKey Db4 = new("db4", 3306);

    private readonly World world = new();
    private readonly MemoryQueue queue = new();
    private readonly TaskCompletionSource looks = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stop = new();

    [Fact]
    public void Before_everybody_was_looked_at_nothing_is_judged_and_a_look_that_failed_counts() => Judge((memory, verdicts, cluster) =>
    {
        var judged = 0;
        verdicts.Judged += (_, _) => judged++;
        foreach (var m in world.Now.Members)
        {
            Assert.Equal(Judgement.Nothing, verdicts.JudgeAsync(cluster, default).Result);
            cluster.Observe(m.Key, m.Outcome, default);
        }
        Assert.Equal(0, judged);
        Assert.Equal(Judgement.Final, verdicts.JudgeAsync(cluster, default).Result);
        Assert.Equal((1, 1), (judged, queue.Sent.Count));
    });

    [Fact]
    public void A_member_declared_this_moment_is_looked_at_before_its_primary_is_replaced() => Judge((memory, verdicts, cluster) =>
    {
        foreach (var m in world.Now.Members) cluster.Observe(m.Key, m.Outcome, default);
        // The gate reads what is declared, and meets a member that no probe has met.
        var added = Add(memory);
        Assert.Equal(Judgement.Nothing, verdicts.JudgeAsync(cluster, default).Result);
        Assert.Equal([added], cluster.NotLookedAt);
        Assert.Empty(queue.Sent);

        cluster.Observe(added, new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer"), default);
        Assert.Equal(Judgement.Final, verdicts.JudgeAsync(cluster, default).Result);
        Assert.Single(queue.Sent);
    });

    [Fact]
    public void A_watcher_whose_first_looks_take_long_holds_nothing_against_a_living_primary() => Simulate((simulated, memory) =>
    {
        world.BeforeLook = _ => looks.Task;
        var process = Watch(simulated, memory, Second);
        process.DetectFailures.Judged += (_, _) => Assert.True(looks.Task.IsCompleted);
        simulated.Advance(20 * Second);
        Assert.Empty(Recorded(memory));
        Assert.All(memory.ReadAllAsync(default).Result.Single().Members, m => Assert.Equal("", m.LastFailure));

        looks.SetResult();
        simulated.Advance(10 * Second);
        Assert.All(process.Watch.Topologies.Single().Members, m => Assert.True(m.IsSeen));
        Assert.Empty(Recorded(memory));
    });

    /// <summary>A process that has just started on a quarter of a core does not hear answers in time.</summary>
    [Fact]
    public void First_looks_that_time_out_once_are_taken_again_before_anything_is_held_against_a_living_primary() => Simulate((simulated, memory) =>
    {
        var late = world.Now.Members.ToDictionary(m => m.Key, m => m.Outcome);
        var first = new HashSet<InstanceKey>();
        world.BeforeLook = key =>
        {
            if (first.Add(key)) world.Fail(key, ProbeFailureKind.TimedOut, "no answer in time");
            else world.Put(t => t.With(t[key]!.With(late[key], World.Noon)));
            return Task.CompletedTask;
        };
        var process = Watch(simulated, memory, Second);
        process.DetectFailures.Judged += (_, found) => Assert.Empty(found.Where(a => a.Key == World.Primary));
        simulated.Advance(20 * Second);
        Assert.All(process.Watch.Topologies.Single().Members, m => Assert.True(m.IsSeen));
        Assert.Empty(Recorded(memory));
    });

    [Fact]
    public void A_member_that_was_forgotten_and_found_again_is_probed_again_and_its_cluster_judged() => Simulate((simulated, memory) =>
    {
        var process = Watch(simulated, memory, Second);
        simulated.Until(() => process.Watch.Topologies is [var t] && t.Members.All(m => m.IsSeen), Minute);
        memory.ForgetAsync(World.Cluster, [Db4], default);
        simulated.Until(() => process.Watch.Topologies[0][Db4] is null, Minute);
        simulated.Advance(10 * Second);
        memory.SaveSightingsAsync(World.Cluster, [LiveCluster.AsStored(world.Now[Db4]!)], default);
        memory.SaveClusterAsync(World.Cluster, "", default);
        simulated.Until(() => process.Watch.Topologies[0][Db4] is not null, Minute);
        simulated.Until(() => process.Watch.Topologies[0][Db4] is { IsSeen: true }, Minute);
    });

    [Fact]
    public void A_primary_that_is_dead_at_the_start_is_judged_when_the_last_member_was_looked_at() => Simulate((simulated, memory) =>
    {
        world.Kill(World.Primary);
        world.BeforeLook = key => key == Db4 ? looks.Task : Task.CompletedTask;
        Watch(simulated, memory, Second);
        simulated.Advance(20 * Second);
        Assert.Empty(queue.Sent);
        Assert.Empty(Recorded(memory));

        world.Fail(Db4, ProbeFailureKind.TimedOut, "no answer");
        looks.SetResult();
        simulated.Until(() => queue.Sent.Count > 0, Second);
        Assert.Equal(AnalysisCode.DeadPrimaryAndSomeReplicas, queue.Sent[0].Code);
    });

    [Fact]
    public void What_the_first_looks_show_together_waits_for_no_tick() => Simulate((simulated, memory) =>
    {
        // Nobody has ever seen its replicas: that the dead one has any is known when they were looked at.
        StoredMember[] unseen = [.. world.Now.Members.Where(m => m.Key != World.Primary).Select(m => new StoredMember(m.Key, null, null))];
        memory.SaveSightingsAsync(World.Cluster, unseen, default).Wait();
        world.Kill(World.Primary);
        world.BeforeLook = AfterThePrimary;
        Watch(simulated, memory, Minute);
        simulated.Until(() => queue.Sent.Count > 0, 10 * Second);

        Task AfterThePrimary(InstanceKey key)
        {
            if (key == World.Primary) looks.TrySetResult();
            return looks.Task;
        }
    });

    [Fact]
    public void A_new_member_is_looked_at_for_a_verdict_and_keeps_nobody_from_seeing_a_dead_primary() => Simulate((simulated, memory) =>
    {
        var process = Watch(simulated, memory, Minute);
        simulated.Until(() => process.Watch.Topologies.Single().Members.All(m => m.IsSeen), Minute);
        simulated.Advance(Minute + Second);
        // A session is held by now. The next tick, which gives it a loop of its own, is most of a minute away.
        var added = Add(memory, "db2");
        process.Watch.Refresh();
        simulated.Until(() => process.Watch.Topologies.Single()[added] is not null, 10 * Second);
        Assert.DoesNotContain(world.Looks, l => l.Key == added);
        world.Kill(World.Primary);
        simulated.Until(() => queue.Sent.Count > 0, Second);
        Assert.Contains(world.Looks, l => l.Key == added);
    });

    [Fact]
    public void A_new_replica_that_hears_the_primary_keeps_it_from_being_replaced() => Simulate((simulated, memory) =>
    {
        var sight = new Sight(world);
        var process = Watch(simulated, memory, Second, sight);
        simulated.Until(() => process.Watch.Topologies.Single().Members.All(m => m.IsSeen), Minute);
        var added = Add(memory);
        foreach (var replica in world.Now.ReplicasOf(World.Primary).Where(r => r.Key != added))
            world.Link(replica.Key, l => l with { Receiver = ReplicationThread.Connecting, ReceiverErrorNumber = 2003 });
        sight.IsCutFromPrimary = true;
        simulated.Advance(20 * Second);
        Assert.Empty(queue.Sent);
        Assert.Empty(world.Ran);
    });

    [Fact]
    public void A_former_primary_that_is_back_at_the_start_is_fenced_when_everybody_was_looked_at() => Simulate((simulated, memory) =>
    {
        world.Kill(World.Primary);
        var recovering = new Process(world, memory, queue, simulated.Time).Recover.RunAsync(Process.DeadPrimary(), default);
        simulated.Await(recovering);
        world.Revive(World.Primary);
        world.BeforeLook = key => key == Db4 ? looks.Task : Task.CompletedTask;
        Watch(simulated, memory, Second);
        simulated.Advance(20 * Second);
        Assert.Empty(queue.Sent);

        looks.SetResult();
        simulated.Until(() => world.Now[World.Primary]!.Current!.ReadOnly, 2 * Second);
        Assert.Equal(PlanKinds.FenceFormerPrimary, Assert.Single(queue.Sent).Kind);
    });

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private static IEnumerable<StoredRecovery> Recorded(Memory memory) => memory.ReadRecentAsync(World.Cluster, 10, default).Result;

    // Another replica, which somebody else has found and stored.
    private InstanceKey Add(Memory memory, string below = "db1")
    {
        var server = World.Server("db9", world.Now[new InstanceKey(below, 3306)]!.LastKnown!, true);
        world.Put(t => t.With(Member.SeenAs(server, World.Noon)));
        memory.SaveSightingsAsync(World.Cluster, [new StoredMember(server.Key, server, World.Noon)], default).Wait();
        memory.SaveClusterAsync(World.Cluster, "", default).Wait();
        return server.Key;
    }

    private Process Watch(SimulatedTime simulated, Memory memory, TimeSpan interval, Sight? sight = null)
    {
        var policy = new WatchPolicy { Interval = interval };
        var process = new Process(world, memory, queue, simulated.Time, policy, sight: sight);
        _ = process.Watch.RunAsync(stop.Token);
        simulated.Until(() => process.Watch.IsWatching, Minute);
        return process;
    }

    // A dead primary, a picture of the cluster without a look, and who judges it.
    private void Judge(Action<Memory, DetectFailures, LiveCluster> test)
    {
        var time = new FakeTimeProvider(World.Noon);
        var memory = new Memory(time);
        memory.Store(world.Now);
        world.Kill(World.Primary);
        var stored = memory.ReadAllAsync(default).Result.Single();
        var gate = new GateReader(memory, memory, new GatePolicy(), time);
        var verdicts = new DetectFailures(gate, memory, memory, queue, new WatchPolicy(), Random.Shared, time, NullLogger.Instance);
        test(memory, verdicts, new LiveCluster(stored, time, new StallAwareClock(time)));
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
