using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

/// <summary>What holds at every write and every step. How recoveries go is told in <c>Plays/recover.txt</c>.</summary>
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
}
