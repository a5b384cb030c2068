using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

/// <summary>An operator speaks while another process runs a recovery in one go.</summary>
public sealed class SignalRecoveryTests
{
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306);

    private readonly World world = new();
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void A_cancel_ends_a_long_wait_within_a_second_or_two_and_what_was_done_is_undone() => Simulate((simulated, memory, mover, other) =>
    {
        var moving = Move(mover);
        simulated.Until(() => Stage(memory) == "arrive", TimeSpan.FromSeconds(1));
        Assert.Equal(Db2, world.Now[Db3]!.Current!.Link!.Source);

        var telling = other.Tell.RunAsync(World.Cluster, "m1", Word(SignalKind.Cancel, simulated), default);
        simulated.Until(() => moving.IsCompleted && telling.IsCompleted, TimeSpan.FromSeconds(3));
        Assert.Equal("Rolled back: cancelled by dana: wrong one", moving.Result.Recovery!.Outcome!.Says);
        Assert.Equal(World.Primary, world.Now[Db3]!.Current!.Link!.Source);
        Assert.Equal(RunStatus.Ended, telling.Result.End);
        Assert.Contains("not waited for any longer: cancelled by dana", moving.Result.Recovery.Last("arrive")!.Results[0].Says, StringComparison.Ordinal);
    });

    [Fact]
    public void A_cancel_during_other_steps_is_left_and_heard_when_they_are_done() => Simulate((simulated, memory, mover, other) =>
    {
        world.BeforeStep = step => step is PointTo && step.Target.Key == Db3 && !connected.Task.IsCompleted ? connected.Task : Task.CompletedTask;
        var moving = Move(mover);
        simulated.Until(() => Stage(memory) == "move", TimeSpan.FromSeconds(1));
        var telling = other.Tell.RunAsync(World.Cluster, "m1", Word(SignalKind.Cancel, simulated), default);
        simulated.Until(() => telling.IsCompleted, TimeSpan.FromSeconds(7));
        Assert.Equal(RunStatus.Left, telling.Result.End);
        Assert.False(moving.IsCompleted);

        connected.SetResult();
        simulated.Until(() => moving.IsCompleted, TimeSpan.FromSeconds(2));
        Assert.Contains("cancelled by dana", moving.Result.Recovery!.Outcome!.Says, StringComparison.Ordinal);
        Assert.Equal(World.Primary, world.Now[Db3]!.Current!.Link!.Source);
    });

    [Fact]
    public void What_was_left_is_heard_by_the_process_that_takes_the_recovery_up() => Simulate((simulated, memory, mover, other) =>
    {
        simulated.Await(mover.Command.RunAsync(new(World.Cluster, PlanKinds.Relocate, Db3, Db2, "dana"), default, "m1", stages: 1));
        simulated.Await(memory.PostSignalAsync(World.Cluster, "m1", Word(SignalKind.Cancel, simulated), default));
        var resumed = other.Recover.ResumeAsync(World.Cluster, default);
        simulated.Until(() => resumed.IsCompleted, TimeSpan.FromSeconds(1));
        Assert.Contains("cancelled by dana", resumed.Result.Recovery!.Outcome!.Says, StringComparison.Ordinal);
    });

    [Fact]
    public void A_word_for_another_recovery_is_not_heard_and_an_approval_is_not_left() => Simulate((simulated, memory, mover, other) =>
    {
        simulated.Await(memory.PostSignalAsync(World.Cluster, "m0", Word(SignalKind.Cancel, simulated), default));
        var moving = Move(mover);
        simulated.Until(() => Stage(memory) == "arrive", TimeSpan.FromSeconds(1));
        var telling = other.Tell.RunAsync(World.Cluster, "m1", Word(SignalKind.Approve, simulated), default);
        simulated.Until(() => telling.IsCompleted, TimeSpan.FromSeconds(7));
        Assert.Equal(RunStatus.Busy, telling.Result.End);
        connected.SetResult();
        simulated.Until(() => moving.IsCompleted, TimeSpan.FromSeconds(2));
        Assert.Equal(new RecoveryOutcome.Relocated(Db3, Db2, ""), moving.Result.Recovery!.Outcome);
        Assert.True(memory.WordsRead > 0);
    });

    [Fact]
    public void A_wait_ends_with_the_process_that_runs_it() => Simulate((simulated, memory, mover, _) =>
    {
        using var stop = new CancellationTokenSource();
        var moving = mover.Command.RunAsync(new(World.Cluster, PlanKinds.Relocate, Db3, Db2, "dana"), stop.Token, "m1");
        simulated.Until(() => Stage(memory) == "arrive", TimeSpan.FromSeconds(1));
        stop.Cancel();
        simulated.Until(() => moving.IsCompleted, TimeSpan.FromSeconds(1));
        Assert.True(moving.IsCanceled);
        Assert.Equal("arrive", Stage(memory));
    });

    [Fact]
    public void A_failover_that_takes_less_than_a_second_asks_for_no_word() => Simulate((simulated, memory, mover, _) =>
    {
        world.Kill(World.Primary);
        var failing = mover.Recover.RunFoundAsync(Process.DeadPrimary(), world.Now, default);
        simulated.Await(failing);
        Assert.IsType<RecoveryOutcome.Promoted>(failing.Result.Recovery!.Outcome);
        Assert.Equal(0, memory.WordsRead);
    });

    private static Task<RunResult> Move(Process mover) => mover.Command.RunAsync(new(World.Cluster, PlanKinds.Relocate, Db3, Db2, "dana"), default, "m1");

    private static string? Stage(Memory memory) => memory.ReadActiveAsync(World.Cluster, default).Result?.Stages.LastOrDefault()?.Stage.Name;

    private static OperatorSignal Word(SignalKind wish, SimulatedTime simulated) => new(wish, "dana", "wrong one", simulated.Time.GetUtcNow());

    // The moved replica does not connect by itself.
    private void Simulate(Action<SimulatedTime, Memory, Process, Process> test) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var memory = new Memory(simulated.Time);
        memory.Store(world.Now);
        world.BeforeStep = step => step is WaitUntilReceiving && step.Target.Key == Db3 ? connected.Task : Task.CompletedTask;
        test(simulated, memory, new Process(world, memory, new MemoryQueue(), simulated.Time, name: "p1"), new Process(world, memory, new MemoryQueue(), simulated.Time, name: "p2"));
    });
}
