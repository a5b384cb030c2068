using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed class RecoverClusterTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly MemoryQueue queue = new();
    private readonly Memory memory;

    public RecoverClusterTests()
    {
        memory = new Memory(time);
        memory.Store(world.Now);
    }

    private Process NewProcess(string name = "p1") => new(world, memory, queue, time, name: name);

    [Fact]
    public async Task A_dead_primary_is_replaced_and_marked_as_former()
    {
        world.Kill(World.Primary);
        var result = await NewProcess().Recover.RunAsync(Process.DeadPrimary(), None);

        Assert.Equal(RunStatus.Ended, result.End);
        var promoted = Assert.IsType<RecoveryOutcome.Promoted>(result.Recovery!.Outcome);
        Assert.Empty(promoted.Lost);
        Assert.False(world.Now[promoted.Key]!.Current!.ReadOnly);
        Assert.Equal(2, world.Now.ReplicasOf(promoted.Key).Length);
        Assert.True((await memory.ReadAllAsync(None))[0].Ledger.IsFormerPrimary(World.Primary));
    }

    [Fact]
    public async Task The_fence_comes_before_anything_is_made_writable()
    {
        world.Kill(World.Primary);
        await NewProcess().Recover.RunAsync(Process.DeadPrimary(), None);

        Assert.True(world.Ran.FindIndex(s => s is Fence) < world.Ran.FindIndex(s => s is SetWritable));
        Assert.Single(world.Ran.OfType<SetWritable>());
    }

    [Fact]
    public async Task A_message_delivered_twice_starts_one_recovery()
    {
        world.Kill(World.Primary);
        var process = NewProcess();
        await process.Recover.RunAsync(Process.DeadPrimary(), None);
        var second = await process.Recover.RunAsync(Process.DeadPrimary(), None);

        Assert.Equal(RunStatus.NothingToDo, second.End);
        Assert.Single(await memory.ReadRecentAsync(World.Cluster, 10, None));
        Assert.Single(world.Ran.OfType<SetWritable>());
    }

    [Fact]
    public async Task Of_two_processes_one_recovers_and_the_other_is_told_that_it_is_busy()
    {
        world.Kill(World.Primary);
        var reached = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        world.BeforeStep = async step =>
        {
            if (step is not StopReceiving) return;
            reached.TrySetResult();
            await goOn.Task;
        };
        var first = NewProcess("p1").Recover.RunAsync(Process.DeadPrimary(), None);
        await reached.Task;
        var second = await NewProcess("p2").Recover.RunAsync(Process.DeadPrimary("f2"), None);
        goOn.SetResult();

        Assert.Equal(RunStatus.Busy, second.End);
        Assert.Equal(RunStatus.Ended, (await first).End);
        Assert.Single(world.Ran.OfType<SetWritable>());
    }

    public static TheoryData<int> EveryWrite => [1, 2, 3, 4, 5, 6, 7];

    [Theory]
    [MemberData(nameof(EveryWrite))]
    public async Task A_process_that_dies_before_any_write_is_replaced_by_one_that_ends_with_the_same_candidate(int deadly)
    {
        world.Kill(World.Primary);
        memory.BeforeWrite = n => { if (n == deadly) throw new ProcessDied(); };
        var dying = NewProcess("p1").Recover;
        Recovery? last = null;
        dying.Records.Progress += r => last = r;
        var died = await Record.ExceptionAsync(() => dying.RunAsync(Process.DeadPrimary(), None)) is ProcessDied;
        memory.BeforeWrite = _ => { };
        var chosen = last?.Choice?.Candidate;
        time.Advance(TimeSpan.FromMinutes(1));

        var next = NewProcess("p2").Recover;
        var result = await next.ResumeAsync(World.Cluster, None);
        if (result.End == RunStatus.NothingToDo && died) result = await next.RunAsync(Process.DeadPrimary(), None);

        var stored = (await memory.ReadAsync("f1", None))!.Recovery;
        var promoted = Assert.IsType<RecoveryOutcome.Promoted>(stored.Outcome);
        if (chosen is not null) Assert.Equal(chosen, promoted.Key);
        Assert.Equal(promoted.Key, Assert.Single(world.Now.Members, m => m.Current is { ReadOnly: false }).Key);
        Assert.Empty(promoted.Lost);
    }

    [Fact]
    public async Task A_process_that_lost_its_lease_runs_no_further_step()
    {
        world.Kill(World.Primary);
        world.BeforeStep = step =>
        {
            if (step is Fence) memory.Steal(World.Cluster.Value);
            return Task.CompletedTask;
        };
        var result = await NewProcess().Recover.RunAsync(Process.DeadPrimary(), None);

        Assert.Equal(RunStatus.LeaseLost, result.End);
        Assert.DoesNotContain(world.Ran, s => s is SetWritable or PointTo or ForgetSource);
        Assert.NotNull(await memory.ReadActiveAsync(World.Cluster, None));
    }

    [Fact]
    public async Task The_gate_is_asked_again_before_the_first_step()
    {
        world.Kill(World.Primary);
        memory.RecoveryEnabled = false;
        var result = await NewProcess().Recover.RunAsync(Process.DeadPrimary(), None);

        Assert.Equal(RunStatus.NothingToDo, result.End);
        Assert.Empty(world.Ran);
        var held = Assert.IsType<RecoveryOutcome.Held>((await memory.ReadAsync("f1", None))!.Recovery.Outcome);
        Assert.Contains("disabled", held.Refusal.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_primary_that_answers_again_is_left_alone()
    {
        var result = await NewProcess().Recover.RunAsync(Process.DeadPrimary(), None);

        Assert.Equal(RunStatus.NothingToDo, result.End);
        Assert.IsType<RecoveryOutcome.Held>((await memory.ReadAsync("f1", None))!.Recovery.Outcome);
        Assert.Empty(world.Ran);
    }

    [Fact]
    public async Task A_recovery_run_stage_by_stage_ends_as_one_run_in_one_go()
    {
        world.Kill(World.Primary);
        var result = await NewProcess("p0").Recover.RunAsync(Process.DeadPrimary(), None, stages: 0);
        Assert.Equal((RunStatus.MoreToDo, 0), (result.End, world.Ran.Count));
        for (var turn = 1; result.End == RunStatus.MoreToDo; turn++)
        {
            Assert.InRange(turn, 1, RecoveryPolicy.StageLimit);
            result = await NewProcess($"p{turn}").Recover.StepAsync(World.Cluster, "f1", None);
        }
        Assert.Equal(RunStatus.Ended, result.End);
        Assert.Empty(Assert.IsType<RecoveryOutcome.Promoted>(result.Recovery!.Outcome).Lost);
        Assert.Equal(RunStatus.Ended, (await NewProcess().Recover.StepAsync(World.Cluster, "f1", None)).End);
        Assert.Equal(RunStatus.NothingToDo, (await NewProcess().Recover.StepAsync(World.Cluster, "another", None)).End);
    }

    [Fact]
    public async Task A_cluster_that_asks_first_waits_and_an_approval_lets_it_go_on()
    {
        world.Kill(World.Primary);
        var process = NewAskingProcess();
        Assert.Equal(RunStatus.AwaitsApproval, (await process.Recover.RunAsync(Process.DeadPrimary(), None)).End);
        var writes = memory.Writes;
        Assert.Equal(RunStatus.AwaitsApproval, (await process.Recover.ResumeAsync(World.Cluster, None)).End);
        Assert.Equal(writes, memory.Writes);
        Assert.DoesNotContain(world.Ran, s => s is SetWritable or PointTo);

        time.Advance(TimeSpan.FromMinutes(1));
        world.Looks.Clear();
        var result = await process.Recover.TellAsync(World.Cluster, "f1", Word(SignalKind.Approve), None);
        // It may be back since it was looked at last, so it gets the time of any server.
        Assert.Equal(new WatchPolicy().ProbeTimeout, world.Looks.First(l => l.Key == World.Primary).Timeout);
        Assert.IsType<RecoveryOutcome.Promoted>(result.Recovery!.Outcome);
        Assert.Contains((await memory.ReadAsync("f1", None))!.Recovery.Stages, s => s.Signal is { By: "dana" });
    }

    [Fact]
    public async Task A_question_whose_time_has_run_out_is_given_up_by_whoever_looks_next()
    {
        world.Kill(World.Primary);
        var process = NewAskingProcess();
        await process.Recover.RunAsync(Process.DeadPrimary(), None);
        time.Advance(RecoveryPolicy.Default.ApprovalTimeout);
        var result = await process.Recover.ResumeAsync(World.Cluster, None);
        Assert.Equal(RunStatus.Ended, result.End);
        Assert.Contains("nobody approved", Assert.IsType<RecoveryOutcome.Abandoned>(result.Recovery!.Outcome).Refusal.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_comes_to_nothing_is_refused_with_the_reason_and_changes_nothing()
    {
        var process = NewAskingProcess();
        Assert.Contains("is not running", (await process.Recover.TellAsync(World.Cluster, "f1", Word(SignalKind.Approve), None)).Refusal!.Because, StringComparison.Ordinal);
        world.Kill(World.Primary);
        await process.Recover.RunAsync(Process.DeadPrimary(), None);
        await process.Recover.TellAsync(World.Cluster, "f1", Word(SignalKind.Cancel), None);
        Assert.Null(await memory.ReadActiveAsync(World.Cluster, None));
        Assert.Equal(RunStatus.Refused, (await process.Recover.TellAsync(World.Cluster, "f1", Word(SignalKind.Cancel), None)).End);
    }

    private static OperatorSignal Word(SignalKind wish) => new(wish, "dana", "", World.Noon);
    private Process NewAskingProcess() => new(world, memory, queue, time, policy: new RecoveryPolicy { HasReplicationAccount = true, ApproveClusters = ["*"] });

    [Fact]
    public async Task Every_stage_is_stored_before_its_steps_run()
    {
        world.Kill(World.Primary);
        world.BeforeStep = async step =>
        {
            var active = await memory.ReadActiveAsync(World.Cluster, None);
            Assert.Contains(active!.Stages[^1].Stage.Steps, s => s.Step == step);
        };
        var result = await NewProcess().Recover.RunAsync(Process.DeadPrimary(), None);
        Assert.True(result.Recovery!.Outcome!.IsSuccess);
    }

    [Fact]
    public async Task A_takeover_ends_with_the_old_primary_as_a_replica()
    {
        var result = (await NewProcess().Command.RunAsync(new(World.Cluster, PlanKinds.Takeover, null, new InstanceKey("db3", 3306), "operator"), None))!;

        Assert.Equal(new InstanceKey("db3", 3306), Assert.IsType<RecoveryOutcome.Promoted>(result.Recovery!.Outcome).Key);
        Assert.Equal("db3:3306", world.Now[World.Primary]!.Current!.Link!.Source.ToString());
        Assert.True(world.Now[World.Primary]!.Current!.ReadOnly);
    }

    [Fact]
    public async Task A_plan_touches_nothing()
    {
        var before = world.Now;
        var (plan, _) = await NewProcess().Command.PlanAsync(World.Cluster, PlanKinds.DeadPrimary, null, None);

        Assert.True(plan!.Outcome!.IsSuccess);
        Assert.Empty(world.Ran);
        Assert.Same(before, world.Now);
        Assert.Empty(await memory.ReadRecentAsync(null, 10, None));
    }
}
