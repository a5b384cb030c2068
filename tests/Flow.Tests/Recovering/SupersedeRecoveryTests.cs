using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

/// <summary>The primary dies while something that an operator asked for, or a repair, has its cluster.</summary>
public sealed class SupersedeRecoveryTests : IDisposable
{
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private World world = new(semiSync: false);
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource never = new();

    [Theory]
    [InlineData("db3", "drain", true)]
    [InlineData("db3", "drain", false)]
    [InlineData("db2", "catch-up", true)]
    [InlineData("db2", "catch-up", false)]
    public void A_takeover_that_waits_for_a_sibling_or_for_its_successor_makes_way_for_the_failover(string waits, string stage, bool sameProcess) => Simulate((simulated, memory, watcher, other) =>
    {
        Write(110);
        world.BeforeStep = step => step is WaitUntilApplied && step.Target.Key.Host == waits && !world.Ran.OfType<Fence>().Any() ? never.Task : Task.CompletedTask;
        var order = new OperationRequest(World.Cluster, PlanKinds.Takeover, null, Db2, "dana");
        var switching = (sameProcess ? watcher : other).Command.RunAsync(order, stop.Token, "t1");
        simulated.Until(() => Stage(memory) == stage, 5 * Second);

        world.Kill(World.Primary);
        simulated.Until(() => Failover(memory) is not null, (sameProcess ? 4 : 6) * Second);
        AssertPromoted(memory);
        Assert.Equal(RunStatus.Ended, switching.Result.End);
        var superseded = Read(memory, "t1")!;
        Assert.IsType<RecoveryOutcome.Abandoned>(superseded.Outcome);
        Assert.Contains($"superseded by recovery {Failover(memory)!.Id}: the replacement of the dead primary db1:3306 goes first", superseded.Outcome!.Says, StringComparison.Ordinal);
        Assert.Contains("the planned switch away from db1:3306 makes way for it (recovery t1)", Failover(memory)!.Evidence);
        Assert.Single(world.Now.Members, m => m.Current is { ReadOnly: false });
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_move_that_drains_for_minutes_makes_way_and_keeps_what_it_received(bool sameProcess) => Simulate(new World(), (simulated, memory, watcher, other) =>
    {
        Write(110);
        world.BeforeStep = step => step is WaitUntilApplied && !world.Ran.OfType<Fence>().Any() ? never.Task : Task.CompletedTask;
        var moving = (sameProcess ? watcher : other).Command.RunAsync(new(World.Cluster, PlanKinds.Relocate, Db3, Db2, "dana"), stop.Token, "m1");
        simulated.Until(() => Stage(memory) == "drain", 5 * Second);

        world.Kill(World.Primary);
        simulated.Until(() => Failover(memory) is not null, (sameProcess ? 4 : 6) * Second);
        AssertPromoted(memory);
        Assert.Equal(RunStatus.Ended, moving.Result.End);
        Assert.StartsWith("Rolled back: superseded by recovery", Read(memory, "m1")!.Outcome!.Says, StringComparison.Ordinal);
        // Pointed to db1 again it would have lost what only its relay log has.
        Assert.DoesNotContain(world.Ran, s => s is PointTo { Source: var source } && source == World.Primary);
        Assert.Contains("the move of db3:3306 below db2:3306 makes way for it (recovery m1)", Failover(memory)!.Evidence);
    });

    [Fact]
    public void A_step_that_is_under_way_is_waited_for_and_then_undone() => Simulate((simulated, memory, watcher, other) =>
    {
        var connected = new TaskCompletionSource();
        world.BeforeStep = step => step is PointTo && step.Target.Key == Db3 && !connected.Task.IsCompleted ? connected.Task : Task.CompletedTask;
        var moving = other.Command.RunAsync(new(World.Cluster, PlanKinds.Relocate, Db3, Db2, "dana"), stop.Token, "m1");
        simulated.Until(() => Stage(memory) == "move", 5 * Second);
        world.Kill(World.Primary);
        simulated.Advance(10 * Second);
        Assert.Null(Failover(memory));
        Assert.DoesNotContain(world.Ran, s => s is Fence);

        connected.SetResult();
        simulated.Until(() => Failover(memory) is not null, 5 * Second);
        AssertPromoted(memory);
        Assert.True(moving.IsCompleted);
    });

    [Fact]
    public void What_a_dead_process_left_is_ended_first_when_its_lease_has_run_out() => Simulate(new World(), (simulated, memory, watcher, other) =>
    {
        simulated.Await(other.Command.RunAsync(new(World.Cluster, PlanKinds.Relocate, Db3, Db2, "dana"), default, "m1", stages: 1));
        Assert.NotNull(memory.TryAcquireAsync(World.Cluster.Value, "dead", new WatchPolicy().LeaseLength, default).Result);
        world.Kill(World.Primary);
        simulated.Until(() => Failover(memory) is not null, new WatchPolicy().LeaseLength + (5 * Second));
        AssertPromoted(memory);
        var left = Read(memory, "m1")!;
        Assert.True(Failover(memory)!.Id == left.Cancelled?.SupersededBy, Core.Explaining.RecoveryText.Tell(left) + Core.Explaining.RecoveryText.Tell(Failover(memory)!));
    });

    [Fact]
    public void A_repair_does_not_keep_a_failover_waiting_and_is_done_after_it() => Simulate((simulated, memory, watcher, other) =>
    {
        // db4 was a primary once, is back, and cannot be closed yet.
        var db4 = new InstanceKey("db4", 3306);
        var close = new TaskCompletionSource();
        world.BeforeStep = step => step is SetReadOnly && step.Target.Key == db4 && !close.Task.IsCompleted ? close.Task : Task.CompletedTask;
        world.Put(t => t.With(t[db4]! with { IsFormerPrimary = true }));
        world.Revive(db4, i => i with { Links = [], ReadOnly = false, SuperReadOnly = false });
        memory.MarkFormer(db4);
        watcher.Watch.Refresh();
        simulated.Until(() => Stage(memory) == "fence", 10 * Second);

        world.Kill(World.Primary);
        simulated.Advance(3 * Second);
        close.SetResult();
        simulated.Until(() => Failover(memory) is not null, 5 * Second);
        AssertPromoted(memory);
        simulated.Until(() => world.Now[db4]!.Current!.ReadOnly, 40 * Second);
    });

    [Fact]
    public void A_failure_that_does_not_stand_or_is_forbidden_ends_nobodys_plan() => Simulate((simulated, memory, watcher, other) =>
    {
        world.BeforeStep = step => step is WaitUntilReceiving ? never.Task : Task.CompletedTask;
        var moving = other.Command.RunAsync(new(World.Cluster, PlanKinds.Relocate, Db3, Db2, "dana"), stop.Token, "m1");
        simulated.Until(() => Stage(memory) == "arrive", 5 * Second);
        var old = watcher.Recover.RunAsync(Process.DeadPrimary("old"), default);
        simulated.Until(() => old.IsCompleted, 60 * Second);
        Assert.Equal(RunStatus.Busy, old.Result.End);
        memory.RecoveryEnabled = false;
        world.Kill(World.Primary);
        simulated.Advance(10 * Second);
        Assert.False(moving.IsCompleted);
        Assert.Null(Read(memory, "m1")!.Cancelled);
        Assert.Contains(memory.ReadRecentAsync(World.Cluster, 10, default).Result, r => r.Recovery.Outcome is RecoveryOutcome.Held { Refusal.Because: "recovery is disabled globally" });
    });

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    // The primary wrote on, and the replicas have received that and not applied it.
    private void Write(int upTo)
    {
        var all = GtidSet.Parse($"{world.Now[World.Primary]!.Current!.ServerUuid}:1-{upTo}");
        world.Revive(World.Primary, i => i with { Gtid = i.Gtid with { Executed = all } });
        foreach (var key in new[] { Db2, Db3 }) world.Link(key, l => l with { Received = all });
    }

    private static string? Stage(Memory memory) => memory.ReadActiveAsync(World.Cluster, default).Result?.Stages.LastOrDefault()?.Stage.Name;

    private static Recovery? Read(Memory memory, string id) => memory.ReadAsync(id, default).Result?.Recovery;

    private static Recovery? Failover(Memory memory) => memory.ReadRecentAsync(World.Cluster, 50, default, begun: true).Result
        .Select(r => r.Recovery).FirstOrDefault(r => r.Kind == PlanKinds.DeadPrimary && r.IsEnded);

    private static void AssertPromoted(Memory memory) =>
        Assert.True(Failover(memory)!.Outcome is RecoveryOutcome.Promoted, Core.Explaining.RecoveryText.Tell(Failover(memory)!));

    // One process watches and the other one does what the operator asked it for.
    private void Simulate(Action<SimulatedTime, Memory, Process, Process> test) => Simulate(world, test);

    private void Simulate(World servers, Action<SimulatedTime, Memory, Process, Process> test) => SimulatedTime.Run(World.Noon, simulated =>
    {
        world = servers;
        var memory = new Memory(simulated.Time);
        memory.Store(world.Now);
        var watch = new WatchPolicy();
        var queue = new MemoryQueue();
        Process NewProcess(string name) => new(world, memory, queue, simulated.Time, watch, name);
        var watcher = NewProcess("p1");
        var running = Task.WhenAll(watcher.Watch.RunAsync(stop.Token), watcher.Runs.RunAsync(TimeSpan.FromSeconds(30), stop.Token));
        simulated.Until(() => watcher.Watch.IsWatching, 10 * Second);
        simulated.Advance(2 * Second);
        test(simulated, memory, watcher, NewProcess("p2"));
        stop.Cancel();
        simulated.Await(() => running.IsCompleted);
    }, moment: TimeSpan.FromMilliseconds(10));
}
