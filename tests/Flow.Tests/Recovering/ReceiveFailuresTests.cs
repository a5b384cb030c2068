using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

/// <summary>Messages are taken, recovered and completed, on a clock that the test turns.</summary>
public sealed class ReceiveFailuresTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly World world = new();
    private readonly Mailbox mailbox = new();
    private Memory memory = null!;

    [Fact]
    public void A_failure_is_recovered_and_its_message_completed() => Receive(simulated =>
    {
        mailbox.Give(Process.DeadPrimary());
        Assert.Equal(("completed", "f1"), Next(simulated));
        Assert.True(Read("f1").Outcome!.IsSuccess);
    });

    [Fact]
    public void A_failure_delivered_again_after_its_recovery_is_dropped() => Receive(simulated =>
    {
        mailbox.Give(Process.DeadPrimary());
        Next(simulated);
        var writes = memory.Writes;
        mailbox.Give(Process.DeadPrimary());

        Assert.Equal(("completed", "f1"), Next(simulated));
        Assert.Single(world.Ran.OfType<SetWritable>());
        Assert.Equal("f1", Assert.Single(memory.ReadRecentAsync(World.Cluster, 9, default).Result).Recovery.Id);
        // The one write may be that of the lease.
        Assert.True(memory.Writes <= writes + 1, $"{memory.Writes - writes} writes for a message that was dropped");
    });

    [Fact]
    public void A_message_about_a_busy_cluster_is_given_back_and_not_at_once() => Receive(simulated =>
    {
        simulated.Await(memory.TryAcquireAsync(World.Cluster.Value, "another", TimeSpan.FromDays(1000), default));
        mailbox.Give(Process.DeadPrimary());
        simulated.Advance(9 * Second);
        Assert.Empty(mailbox.Done);

        Assert.Equal(("given back", "f1"), Next(simulated));
        Assert.Empty(world.Ran);
    });

    [Fact]
    public void A_failure_that_does_not_stand_when_looked_at_again_is_recorded_and_its_message_completed() => Receive(simulated =>
    {
        world.Revive(World.Primary);
        mailbox.Give(Process.DeadPrimary());
        Assert.Equal(("completed", "f1"), Next(simulated));
        Assert.Contains("looked at again", Assert.IsType<RecoveryOutcome.Held>(Read("f1").Outcome).Refusal.Because, StringComparison.Ordinal);
        Assert.Empty(world.Ran);
        Assert.Null(memory.ReadActiveAsync(World.Cluster, default).Result);
    });

    [Fact]
    public void What_a_process_left_behind_that_died_while_it_practised_is_dropped() => Receive(simulated =>
    {
        var left = Process.DeadPrimary() with { Cluster = PracticeCluster.Id };
        var lease = memory.TryAcquireAsync(PracticeCluster.Id.Value, "p0", 30 * Second, default).Result;
        simulated.Await(memory.BeginAsync(DetectFailures.RecoveryOf(left, new RecoveryPolicy()), null, lease!, default));
        simulated.Await(memory.ReleaseAsync(lease!, default));
        mailbox.Give(left);
        Assert.Equal(("completed", "f1"), Next(simulated));
        Assert.Equal(1, memory.Asked[PracticeCluster.Id.Value]);
    });

    private Recovery Read(string id) => memory.ReadAsync(id, default).Result!.Recovery;

    // A process receives, and the primary is dead.
    private void Receive(Action<SimulatedTime> test) => SimulatedTime.Run(World.Noon, simulated =>
    {
        memory = new Memory(simulated.Time);
        memory.Store(world.Now);
        world.Kill(World.Primary);
        using var stop = new CancellationTokenSource();
        var process = new Process(world, memory, new MemoryQueue(), simulated.Time, name: "p1");
        var running = new ReceiveFailures(mailbox, process.Recover, simulated.Time, NullLogger.Instance).RunAsync(stop.Token);
        test(simulated);
        stop.Cancel();
        simulated.Await(() => running.IsCompleted);
    });

    /// <summary>What becomes of the next message.</summary>
    private (string What, string Id) Next(SimulatedTime simulated)
    {
        simulated.Until(() => mailbox.Done.Count > 0, 60 * Second);
        return mailbox.Done.Dequeue();
    }

    /// <summary>A queue that tells what became of each message.</summary>
    private sealed class Mailbox : IFailureQueue
    {
        private readonly Queue<Failure> waiting = new();

        public Queue<(string What, string Id)> Done { get; } = new();

        public void Give(Failure failure) => waiting.Enqueue(failure);

        public Task SendAsync(Failure failure, CancellationToken cancel) => throw new NotSupportedException("nothing sends here");

        public Task PractiseAsync(Failure failure, CancellationToken cancel) => Task.CompletedTask;

        public Task<ReceivedFailure?> ReceiveAsync(TimeSpan hiddenFor, CancellationToken cancel) =>
            Task.FromResult(waiting.TryDequeue(out var failure) ? new ReceivedFailure(failure, 1, failure.Id) : null);

        public Task CompleteAsync(ReceivedFailure received, CancellationToken cancel) => Tell("completed", received);

        public Task AbandonAsync(ReceivedFailure received, CancellationToken cancel) => Tell("given back", received);

        private Task Tell(string what, ReceivedFailure received)
        {
            Done.Enqueue((what, received.Failure.Id));
            return Task.CompletedTask;
        }
    }
}
