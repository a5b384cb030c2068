using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Core.Planning.Steps;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Flow.Practising;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed class ReceiveFailuresTests : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly Memory memory;
    private readonly Mailbox mailbox = new();
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    public ReceiveFailuresTests()
    {
        memory = new Memory(time);
        memory.Store(world.Now);
        world.Kill(World.Primary);
    }

    [Fact]
    public async Task A_failure_is_recovered_and_its_message_completed()
    {
        Start();
        await mailbox.SendAsync(Process.DeadPrimary(), default);
        Assert.Equal(("completed", "f1"), await NextAsync());
        Assert.True((await memory.ReadAsync("f1", default))!.Recovery.Outcome!.IsSuccess);
    }

    [Fact]
    public async Task A_failure_delivered_again_after_its_recovery_is_dropped()
    {
        Start();
        await mailbox.SendAsync(Process.DeadPrimary(), default);
        await NextAsync();
        await mailbox.SendAsync(Process.DeadPrimary(), default);

        Assert.Equal(("completed", "f1"), await NextAsync());
        Assert.Single(world.Ran.OfType<SetWritable>());
        Assert.Equal("f1", Assert.Single(await memory.ReadRecentAsync(World.Cluster, 9, default)).Recovery.Id);
    }

    [Fact]
    public async Task A_message_about_a_busy_cluster_is_given_back_and_not_at_once()
    {
        Assert.NotNull(await memory.TryAcquireAsync(World.Cluster.Value, "another", TimeSpan.FromDays(1000), default));
        Start();
        await mailbox.SendAsync(Process.DeadPrimary(), default);
        var next = mailbox.NextAsync();
        for (var second = 0; second < 4; second++) await PassAsync();
        Assert.False(next.IsCompleted);

        while (!next.IsCompleted) await PassAsync();
        Assert.Equal(("given back", "f1"), await next);
        Assert.Empty(world.Ran);
    }

    [Fact]
    public async Task A_failure_that_does_not_stand_when_looked_at_again_is_recorded_and_its_message_completed()
    {
        world.Revive(World.Primary);
        Start();
        await mailbox.SendAsync(Process.DeadPrimary(), default);
        Assert.Equal(("completed", "f1"), await NextAsync());
        Assert.Contains("looked at again", Assert.IsType<RecoveryOutcome.Held>((await memory.ReadAsync("f1", default))!.Recovery.Outcome).Refusal.Because, StringComparison.Ordinal);
        Assert.Empty(world.Ran);
        Assert.Null(await memory.ReadActiveAsync(World.Cluster, default));
    }

    [Fact]
    public async Task What_a_process_left_behind_that_died_while_it_practised_is_dropped()
    {
        var left = Process.DeadPrimary() with { Cluster = PracticeFailover.Cluster };
        var lease = await memory.TryAcquireAsync(PracticeFailover.Cluster.Value, "p0", Bound, default);
        await memory.BeginAsync(Verdicts.RecoveryOf(left, new RecoveryPolicy()), null, lease!, default);
        await memory.ReleaseAsync(lease!, default);
        Start();
        await mailbox.SendAsync(left, default);
        Assert.Equal(("completed", "f1"), await NextAsync());
        Assert.Equal(1, memory.Asked[PracticeFailover.Cluster.Value]);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.WaitAsync(Bound);
        stop.Dispose();
    }

    private Process NewProcess(string name) => new(world, memory, new MemoryQueue(), time, name: name);

    private void Start()
    {
        var receive = new ReceiveFailures(mailbox, NewProcess("p1").Recover, time, NullLogger.Instance);
        running = receive.RunAsync(stop.Token);
    }

    /// <summary>What became of the next message; time passes until something does, slowly: a recovery under way must not lose its lease to it.</summary>
    private async Task<(string What, string Id)> NextAsync()
    {
        var next = mailbox.NextAsync();
        while (!next.IsCompleted) await PassAsync(0.01);
        return await next;
    }

    private async Task PassAsync(double seconds = 1)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        for (var turn = 0; turn < 50; turn++) await Task.Yield();
    }

    /// <summary>A queue that tells what became of each message.</summary>
    private sealed class Mailbox : IFailureQueue
    {
        private readonly Channel<Failure> waiting = Channel.CreateUnbounded<Failure>();
        private readonly Channel<(string, string)> done = Channel.CreateUnbounded<(string, string)>();

        public async Task<(string What, string Id)> NextAsync() => await done.Reader.ReadAsync().AsTask().WaitAsync(Bound);

        public Task SendAsync(Failure failure, CancellationToken cancel)
        {
            waiting.Writer.TryWrite(failure);
            return Task.CompletedTask;
        }

        public Task PractiseAsync(Failure failure, CancellationToken cancel) => Task.CompletedTask;

        public Task<ReceivedFailure?> ReceiveAsync(TimeSpan hiddenFor, CancellationToken cancel) =>
            Task.FromResult(waiting.Reader.TryRead(out var failure) ? new ReceivedFailure(failure, 1, failure.Id) : null);

        public Task CompleteAsync(ReceivedFailure received, CancellationToken cancel) => Tell("completed", received);

        public Task AbandonAsync(ReceivedFailure received, CancellationToken cancel) => Tell("given back", received);

        private Task Tell(string what, ReceivedFailure received)
        {
            done.Writer.TryWrite((what, received.Failure.Id));
            return Task.CompletedTask;
        }
    }
}
