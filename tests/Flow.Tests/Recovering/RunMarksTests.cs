using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed class RunMarksTests
{
    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly Memory memory;

    public RunMarksTests()
    {
        memory = new Memory(time);
        memory.Store(world.Now);
    }

    [Fact]
    public async Task A_mark_is_set_in_the_store_and_no_server_hears_of_it()
    {
        var result = await RunAsync(MarkFormerPrimary.Of(World.Primary));
        Assert.Equal(StepState.Done, result.State);
        Assert.True(await IsMarkedAsync());
        Assert.Empty(world.Ran);
    }

    [Fact]
    public async Task A_mark_that_stands_already_is_a_success_and_a_cleared_one_is_gone()
    {
        var marked = MarkFormerPrimary.Of(World.Primary).Effect(world.Now);
        memory.Store(marked);
        world.Put(_ => marked);
        Assert.Equal(StepState.AlreadyTrue, (await RunAsync(MarkFormerPrimary.Of(World.Primary))).State);
        Assert.Equal(StepState.Done, (await RunAsync(ClearFormerPrimary.Of(World.Primary))).State);
        Assert.False(await IsMarkedAsync());
    }

    [Fact]
    public async Task While_the_store_is_away_a_mark_is_not_taken_for_set()
    {
        var marks = new RunMarks(Broken.Of<ITopologyStore>(), time);
        await Assert.ThrowsAnyAsync<Exception>(() => marks.RunAsync(World.Cluster, MarkFormerPrimary.Of(World.Primary), world.Now, default));
    }

    private Task<StepResult> RunAsync(MarkStep step) => new RunMarks(memory, time).RunAsync(World.Cluster, step, world.Now, default);

    private async Task<bool> IsMarkedAsync() =>
        (await memory.ReadAllAsync(default))[0].Members.Single(m => m.Key == World.Primary).IsFormerPrimary;
}
