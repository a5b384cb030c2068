using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed class HookStepsTests
{
    private static readonly Topology Fleet = WrittenTopology.Read("db1 rw has=A:1-9 | refused\ndb2 ro <db1 has=A:1-9");

    private static readonly Recovery Seed = new()
    {
        Id = "r1", Cluster = Fleet.Cluster, Kind = PlanKinds.DeadPrimary, Actor = "x", StartedAt = WrittenTopology.Noon, Subject = WrittenTopology.Key("db1"),
    };

    private static Task<StepResult> RunAsync(IHookRunner? hooks, TimeProvider? time = null, CancellationToken cancel = default, bool isInBackground = false)
    {
        var hook = new RunHook(Seed.Subject, HookPoint.PreFailover, "page") { IsInBackground = isInBackground };
        var planned = new PlannedStep(hook, Tolerance.Must, TimeSpan.FromSeconds(10), "");
        return new HookSteps(hooks, RecoveryFilter.All, time ?? TimeProvider.System, NullLogger.Instance).RunAsync(planned, Seed, Fleet, cancel);
    }

    [Theory]
    [InlineData(true, StepState.Done)]
    [InlineData(false, StepState.Failed)]
    public async Task What_a_hook_says_is_the_result_of_its_step(bool agrees, StepState state)
    {
        var hook = new Played((_, facts, _) => Task.FromResult(new HookResult(agrees, $"asked about {facts.Failed} by {facts.Id}")));
        var result = await RunAsync(hook);
        Assert.Equal((state, "asked about db1:3306 by r1/pre-failover/page"), (result.State, result.Says));
    }

    [Fact]
    public async Task Out_of_time_it_is_stopped()
    {
        var time = new FakeTimeProvider();
        var running = RunAsync(new Played(async (_, _, cancel) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            return new HookResult(true, "");
        }), time);
        time.Advance(TimeSpan.FromSeconds(11));
        var result = await running;
        Assert.Equal((StepState.TimedOut, "it did not end within 10 s; what it began as another user may go on"), (result.State, result.Says));
    }

    [Fact]
    public async Task Who_does_not_wait_any_longer_is_not_told_of_an_end()
    {
        using var cancel = new CancellationTokenSource();
        var running = RunAsync(new Played(async (_, _, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return new HookResult(true, "");
        }), cancel: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task One_in_the_background_is_begun_and_not_waited_for()
    {
        var begun = new TaskCompletionSource();
        var result = await RunAsync(new Played(async (_, _, cancel) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            return new HookResult(false, "");
        }), new FakeTimeProvider(), isInBackground: true);
        Assert.Equal((StepState.Done, "begun, and not waited for"), (result.State, result.Says));
        await begun.Task;
    }

    [Fact]
    public async Task A_process_without_hooks_and_a_mistake_in_one_do_not_agree()
    {
        Assert.Equal((StepState.Failed, "this process has no hooks in its settings"), (await RunAsync(null) is var none ? (none.State, none.Says) : default));
        var broken = await RunAsync(new Played((_, _, _) => throw new InvalidOperationException("secret")));
        Assert.Equal((StepState.Failed, "it could not be run (InvalidOperationException)"), (broken.State, broken.Says));
    }

    private sealed class Played(Func<HookPoint, HookFacts, CancellationToken, Task<HookResult>> run) : IHookRunner
    {
        public Task<HookResult> RunAsync(HookPoint point, HookFacts facts, CancellationToken cancel) => run(point, facts, cancel);
    }
}
