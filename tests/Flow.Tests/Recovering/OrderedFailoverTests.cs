using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

/// <summary>A failover that a person asks for (0032).</summary>
public sealed class OrderedFailoverTests : IDisposable
{
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly World world = new(semiSync: false);
    private readonly CancellationTokenSource stop = new();

    [Fact]
    public void A_dead_primary_is_replaced_though_recoveries_are_disabled_and_the_record_says_that() => Simulate((simulated, memory, process) =>
    {
        memory.RecoveryEnabled = false;
        world.Kill(World.Primary);
        var recovery = Done(simulated, process.Command.RunAsync(Order() with { Target = Db3 }, stop.Token, "f1")).Recovery!;
        Assert.Equal(Db3, Assert.IsType<RecoveryOutcome.Promoted>(recovery.Outcome).Key);
        Assert.Contains("passed over, because dana asks for it: recovery is disabled globally", recovery.Evidence);
        Assert.Equal("db1:3306 is to be replaced as a dead primary: the room is dark", recovery.Sentence);
        Assert.Equal("dana", memory.ReadAsync("f1", default).Result!.Recovery.Actor);
    });

    [Fact]
    public void A_living_primary_is_not_replaced_on_anybodys_word() => Simulate((simulated, memory, process) =>
    {
        var refused = Done(simulated, process.Command.RunAsync(Order(primaryIsDead: true), stop.Token));
        Assert.Equal((RunStatus.Refused, "the command takeover"), (refused.End, refused.Refusal!.Remedy));
        Assert.Empty(world.Ran);
    });

    [Fact]
    public void A_primary_that_replicas_hear_is_replaced_only_when_a_person_vouches() => Simulate((simulated, memory, process) =>
    {
        world.Kill(World.Primary, replicasNotice: false);
        var refused = Done(simulated, process.Command.RunAsync(Order(), stop.Token));
        Assert.Equal(RunStatus.Refused, refused.End);
        Assert.Contains("still hear from it", refused.Refusal!.Because, StringComparison.Ordinal);
        Assert.StartsWith("--primary-is-dead", refused.Refusal.Remedy, StringComparison.Ordinal);
        Assert.Empty(world.Ran);

        var recovery = Done(simulated, process.Command.RunAsync(Order(primaryIsDead: true), stop.Token)).Recovery!;
        Assert.IsType<RecoveryOutcome.Promoted>(recovery.Outcome);
        Assert.Contains(recovery.Evidence, e => e.StartsWith("dana vouches that db1:3306 is off", StringComparison.Ordinal));
        Assert.Contains(recovery.Evidence, e => e.Contains("still hear from it", StringComparison.Ordinal));
        Assert.True(recovery.Request!.PrimaryIsDead);
    });

    /// <summary>Another process goes on with it, on the same word, and no veto ends it.</summary>
    [Fact]
    public void Whoever_takes_it_up_goes_on_with_the_same_word() => Simulate((simulated, memory, process) =>
    {
        world.Kill(World.Primary, replicasNotice: false);
        memory.RecoveryEnabled = false;
        Assert.Equal(RunStatus.MoreToDo, Done(simulated, process.Command.RunAsync(Order(primaryIsDead: true), stop.Token, "f1", stages: 0)).End);
        var other = new Process(world, memory, new MemoryQueue(), simulated.Time, new WatchPolicy(), "p2");
        var resumed = Done(simulated, other.Recover.ResumeAsync(World.Cluster, stop.Token));
        Assert.IsType<RecoveryOutcome.Promoted>(resumed.Recovery!.Outcome);
        Assert.Null(resumed.Recovery.Cancelled);
    });

    /// <summary>Asked for twice, by a durable queue for example, it is begun once.</summary>
    [Fact]
    public void The_same_order_is_begun_once() => Simulate((simulated, memory, process) =>
    {
        world.Kill(World.Primary);
        var first = Done(simulated, process.Command.RunAsync(Order(), stop.Token, "f1")).Recovery!;
        var again = Done(simulated, process.Recover.Ordered.RunAsync(first with { Stages = [] }, stop.Token, int.MaxValue));
        Assert.Equal(RunStatus.NothingToDo, again.End);
        Assert.Single(memory.ReadRecentAsync(World.Cluster, 9, default).Result);
    });

    [Fact]
    public void An_operators_plan_makes_way_and_another_failover_does_not() => Simulate((simulated, memory, process) =>
    {
        Done(simulated, process.Command.RunAsync(new(World.Cluster, PlanKinds.Relocate, Db3, Db2, "ana"), stop.Token, "m1", stages: 0));
        world.Kill(World.Primary);
        var begun = Done(simulated, process.Command.RunAsync(Order(), stop.Token, "f1", stages: 0));
        Assert.Equal(RunStatus.MoreToDo, begun.End);
        Assert.Equal("f1", memory.ReadAsync("m1", default).Result!.Recovery.Cancelled!.SupersededBy);

        var second = Done(simulated, process.Command.RunAsync(Order(), stop.Token, "f2"));
        Assert.Equal((RunStatus.Refused, "recovery f1 of this cluster is running"), (second.End, second.Refusal!.Because));
    });

    [Fact]
    public void Loss_that_a_person_accepts_is_allowed_in_this_recovery_alone() => Simulate((simulated, memory, process) =>
    {
        world.Kill(World.Primary);
        var recovery = Done(simulated, process.Command.RunAsync(Order(acceptsLoss: true), stop.Token)).Recovery!;
        Assert.True(recovery.Policy.AllowPossibleLoss);
        Assert.Contains(recovery.Evidence, e => e.Contains("accepts that acknowledged transactions are lost", StringComparison.Ordinal));
    });

    /// <summary>S8: what shows life ends it, whoever vouched.</summary>
    [Fact]
    public void A_primary_that_answers_again_ends_it() => Simulate((simulated, memory, process) =>
    {
        world.Kill(World.Primary, replicasNotice: false);
        world.BeforeStep = step =>
        {
            if (step is StopReceiving && world.Now[World.Primary]!.Current is null) world.Revive(World.Primary);
            return Task.CompletedTask;
        };
        var recovery = Done(simulated, process.Command.RunAsync(Order(primaryIsDead: true), stop.Token)).Recovery!;
        Assert.Contains("db1:3306 answers again", Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome).Says, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Ran, s => s is SetWritable && s.Target.Key != World.Primary);
    });

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private static OperationRequest Order(bool primaryIsDead = false, bool acceptsLoss = false) => new(World.Cluster, PlanKinds.DeadPrimary, null, null, "dana")
    {
        Request = new OperatorRequest("the room is dark") { PrimaryIsDead = primaryIsDead, AcceptsLoss = acceptsLoss },
    };

    private static RunResult Done(SimulatedTime simulated, Task<RunResult> running)
    {
        simulated.Until(() => running.IsCompleted, 120 * Second);
        return running.Result;
    }

    private void Simulate(Action<SimulatedTime, Memory, Process> test) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var memory = new Memory(simulated.Time);
        memory.Store(world.Now);
        test(simulated, memory, new Process(world, memory, new MemoryQueue(), simulated.Time, new WatchPolicy(), "p1"));
    });
}
