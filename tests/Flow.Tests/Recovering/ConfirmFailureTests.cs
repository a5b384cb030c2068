using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed class ConfirmFailureTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly Memory memory;
    private readonly ConfirmFailure confirm;

    public ConfirmFailureTests()
    {
        memory = new Memory(time);
        memory.Store(world.Now);
        confirm = new ConfirmFailure(new ReadTopology(memory, world, time), new WatchPolicy(), time);
    }

    [Fact]
    public async Task A_refused_primary_without_hearing_replicas_is_confirmed_at_the_first_look()
    {
        world.Kill(World.Primary);
        Assert.NotNull((await confirm.RunAsync(Process.DeadPrimary(), default))!.Analysis);
    }

    [Fact]
    public async Task A_primary_that_answers_again_is_not_replaced()
    {
        var seen = await confirm.RunAsync(Process.DeadPrimary(), default);
        Assert.Null(seen!.Analysis);
        Assert.Equal("nothing is wrong with db1:3306 when looked at again", seen.Because);
    }

    [Fact]
    public async Task A_primary_only_we_cannot_reach_is_not_replaced_however_long_we_look()
    {
        world.Kill(World.Primary, replicasNotice: false);
        var seen = await PassAsync(confirm.RunAsync(Process.DeadPrimary(), default), 60);
        Assert.Null(seen!.Analysis);
        Assert.Contains("still hear from it", seen.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_is_confirmed_only_after_it_has_lasted_here_too()
    {
        world.Fail(World.Primary, ProbeFailureKind.TimedOut);
        foreach (var replica in world.Now.ReplicasOf(World.Primary)) world.Link(replica.Key, l => l with { SilentFor = TimeSpan.FromSeconds(5) });
        var confirming = confirm.RunAsync(Process.DeadPrimary(), default);
        await PassOnceAsync(Second);
        Assert.False(confirming.IsCompleted);
        Assert.NotNull((await PassAsync(confirming, 20))!.Analysis);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_for_a_moment_neither_ends_the_looking_nor_counts_as_silence()
    {
        world.Fail(World.Primary, ProbeFailureKind.NameNotFound);
        foreach (var replica in world.Now.ReplicasOf(World.Primary)) world.Link(replica.Key, l => l with { SilentFor = TimeSpan.FromSeconds(5) });
        var confirming = confirm.RunAsync(Process.DeadPrimary(), default);
        for (var tenth = 0; tenth < 50; tenth++) await PassOnceAsync(Second / 10);
        Assert.False(confirming.IsCompleted);
        world.Fail(World.Primary, ProbeFailureKind.TimedOut);
        await PassOnceAsync(Second);
        Assert.False(confirming.IsCompleted);
        Assert.NotNull((await PassAsync(confirming, 8))!.Analysis);
    }

    [Fact]
    public async Task A_refusal_is_a_sign_of_life_and_ends_the_looking_at_once()
    {
        world.Fail(World.Primary, ProbeFailureKind.TooManyConnections, "too many connections");
        var seen = await confirm.RunAsync(Process.DeadPrimary(), default);
        Assert.Null(seen!.Analysis);
    }

    [Fact]
    public async Task A_primary_that_was_replaced_meanwhile_is_not_replaced_again()
    {
        world.Kill(World.Primary);
        await new Process(world, memory, new MemoryQueue(), time).Recover.RunAsync(Process.DeadPrimary(), default);
        Assert.Contains("replaced as the primary meanwhile", (await confirm.RunAsync(Process.DeadPrimary("f2"), default))!.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_primary_that_is_replaced_while_we_look_ends_the_looking_soon_with_that_reason()
    {
        world.Kill(World.Primary, replicasNotice: false);
        var confirming = confirm.RunAsync(Process.DeadPrimary(), default);
        await PassOnceAsync(Second);
        Assert.False(confirming.IsCompleted);
        memory.MarkFormer(World.Primary);
        Assert.Contains("has been replaced as the primary meanwhile", (await PassAsync(confirming, 2))!.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_was_forgotten_is_named()
    {
        await memory.ForgetAsync(World.Cluster, [World.Primary], default);
        Assert.Contains("no longer a member", (await confirm.RunAsync(Process.DeadPrimary(), default))!.Because, StringComparison.Ordinal);
    }

    private async Task<T> PassAsync<T>(Task<T> task, int seconds)
    {
        for (var tenth = 0; tenth < seconds * 10 && !task.IsCompleted; tenth++) await PassOnceAsync(Second / 10);
        return await task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task PassOnceAsync(TimeSpan length)
    {
        time.Advance(length);
        for (var turn = 0; turn < 50; turn++) await Task.Yield();
    }
}
