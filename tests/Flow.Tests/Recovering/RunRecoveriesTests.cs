using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed class RunRecoveriesTests
{
    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly Memory memory;

    public RunRecoveriesTests()
    {
        memory = new Memory(time);
        memory.Store(world.Now);
        world.Kill(World.Primary);
    }

    [Fact]
    public async Task A_recovery_whose_process_died_is_taken_up()
    {
        await DieAfterTheFirstStageAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        await NewProcess("p1").Runs.TakeUpAsync(default);

        Assert.Null(await memory.ReadActiveAsync(World.Cluster, default));
        Assert.IsType<RecoveryOutcome.Promoted>((await memory.ReadAsync("f1", default))!.Recovery.Outcome);
        Assert.Single(world.Ran.OfType<SetWritable>());
    }

    [Fact]
    public async Task A_recovery_somebody_still_runs_is_left_to_them()
    {
        await DieAfterTheFirstStageAsync();
        var ran = world.Ran.Count;
        Assert.NotNull(await memory.TryAcquireAsync(World.Cluster.Value, "another", TimeSpan.FromHours(1), default));
        await NewProcess("p1").Runs.TakeUpAsync(default);

        Assert.NotNull(await memory.ReadActiveAsync(World.Cluster, default));
        Assert.Equal(ran, world.Ran.Count);
    }

    [Fact]
    public async Task What_this_process_found_begins_without_its_message_and_its_end_is_told()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = NewProcess("p1");
        process.Runs.Ended += () => ended.TrySetResult();
        process.Runs.Begin(Process.DeadPrimary(), world.Now);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.IsType<RecoveryOutcome.Promoted>((await memory.ReadAsync("f1", default))!.Recovery.Outcome);
    }

    [Fact]
    public async Task One_that_broke_is_over_too_and_nothing_is_kept_of_it()
    {
        memory.BeforeWrite = _ => throw new ProcessDied();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = NewProcess("p1");
        process.Runs.Ended += () => ended.TrySetResult();
        process.Runs.Begin(Process.DeadPrimary(), world.Now);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, process.Runs.UnderWay);
    }

    private async Task DieAfterTheFirstStageAsync()
    {
        memory.BeforeWrite = n => { if (n == 2) throw new ProcessDied(); };
        await Assert.ThrowsAsync<ProcessDied>(() => NewProcess("p0").Recover.RunAsync(Process.DeadPrimary(), default));
        memory.BeforeWrite = _ => { };
        Assert.NotNull(await memory.ReadActiveAsync(World.Cluster, default));
    }

    private Process NewProcess(string name) => new(world, memory, new MemoryQueue(), time, name: name);
}
