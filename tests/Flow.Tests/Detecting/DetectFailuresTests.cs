using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Detecting;

/// <summary>Who may act, and what a store that is away or slow does. The rest is told in <c>Plays/verdicts.txt</c>.</summary>
public sealed class DetectFailuresTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly MemoryQueue queue = new();
    private readonly Memory memory;
    private readonly LiveCluster cluster;
    private readonly StallAwareClock awake;

    public DetectFailuresTests()
    {
        memory = new Memory(time);
        memory.Store(world.Now);
        awake = new StallAwareClock(time);
        cluster = new LiveCluster(new StoredCluster(World.Cluster, "", null, [.. world.Now.Members.Select(LiveCluster.AsStored)]), time, awake);
        Look();
    }

    [Fact]
    public async Task While_the_queue_is_away_the_recovery_begins_here_all_the_same_and_a_message_follows_while_the_failure_stands()
    {
        var broken = true;
        var verdicts = NewVerdicts(new Unsteady(queue, () => broken));
        var found = 0;
        verdicts.Found += (_, _) => found++;
        Kill();
        Assert.Equal(Judgement.Final, await verdicts.JudgeAsync(cluster, None));
        Assert.Equal((1, 0), (found, queue.Sent.Count));
        broken = false;
        time.Advance(TimeSpan.FromSeconds(6));
        await verdicts.JudgeAsync(cluster, None);
        Assert.Single(queue.Sent);
    }

    [Fact]
    public async Task Without_the_right_to_act_nothing_is_sent_or_recorded_and_the_next_look_acts()
    {
        var mayAct = false;
        var verdicts = NewVerdicts();
        Kill();
        time.Advance(TimeSpan.FromSeconds(5));
        for (var turn = 0; turn < 3; turn++) Assert.Equal(Judgement.Nothing, await verdicts.JudgeAsync(cluster, None, () => mayAct));
        Assert.Empty(queue.Sent);
        Assert.Empty(await RecordedAsync());
        mayAct = true;
        Assert.Equal(Judgement.Final, await verdicts.JudgeAsync(cluster, None, () => mayAct));
        Assert.Single(queue.Sent);
    }

    /// <summary>S8: the store kept the verdict waiting, and looks went on meanwhile.</summary>
    [Fact]
    public async Task What_does_not_stand_any_more_when_the_store_has_answered_is_not_acted_on()
    {
        Kill();
        var asked = 0;
        bool MayAct()
        {
            if (++asked < 2) return true;
            world.Revive(World.Primary);
            Look();
            return true;
        }
        Assert.Equal(Judgement.Nothing, await NewVerdicts().JudgeAsync(cluster, None, MayAct));
        Assert.Empty(queue.Sent);
        Assert.True(asked > 1);
    }

    [Fact]
    public async Task Of_many_primaries_that_die_at_once_some_are_sent_and_the_others_held()
    {
        var verdicts = NewVerdicts();
        Kill();
        LiveCluster[] clusters = [.. Enumerable.Range(0, 20).Select(i => new ClusterId($"c-{i}x")).Select(Copy)];
        await Task.WhenAll(clusters.Select(c => Task.Run(() => verdicts.JudgeAsync(c, None))));

        Assert.Equal(FleetBreaker.Default.Limit, queue.Sent.Select(f => f.Cluster).Distinct().Count());
        var held = (await memory.ReadRecentAsync(null, 50, None)).Select(r => Assert.IsType<RecoveryOutcome.Held>(r.Recovery.Outcome)).ToArray();
        Assert.Equal(20 - FleetBreaker.Default.Limit, held.Length);
        Assert.All(held, h => Assert.Contains("Recovery:FleetLimit", h.Refusal.Remedy, StringComparison.Ordinal));

        time.Advance(FleetBreaker.Default.Window);
        foreach (var c in clusters) await verdicts.JudgeAsync(c, None);
        Assert.Equal(2 * FleetBreaker.Default.Limit, queue.Sent.Count);
    }

    private LiveCluster Copy(ClusterId id)
    {
        memory.Store(new Topology(id, World.Noon, world.Now.Members));
        var copy = new LiveCluster(new StoredCluster(id, "", null, [.. world.Now.Members.Select(LiveCluster.AsStored)]), time, awake);
        foreach (var m in world.Now.Members) copy.Observe(m.Key, m.Outcome, awake.Now);
        return copy;
    }

    private DetectFailures NewVerdicts(IFailureQueue? other = null) => new(
        new GateReader(memory, memory, new GatePolicy(), time), memory, memory, other ?? queue, new WatchPolicy { HeldAfter = TimeSpan.FromMilliseconds(500) }, Random.Shared, time, NullLogger.Instance);

    private Task<ImmutableArray<StoredRecovery>> RecordedAsync() => memory.ReadRecentAsync(World.Cluster, 50, None);

    private void Kill()
    {
        world.Kill(World.Primary);
        Look();
    }

    private void Look()
    {
        foreach (var m in world.Now.Members) cluster.Observe(m.Key, m.Outcome, awake.Now);
    }

    private sealed class Unsteady(IFailureQueue queue, Func<bool> isBroken) : IFailureQueue
    {
        public Task SendAsync(Failure failure, CancellationToken cancel) => isBroken() ? throw new InvalidOperationException("storage is away") : queue.SendAsync(failure, cancel);
        public Task PractiseAsync(Failure failure, CancellationToken cancel) => Task.CompletedTask;
        public Task<ReceivedFailure?> ReceiveAsync(TimeSpan hiddenFor, CancellationToken cancel) => queue.ReceiveAsync(hiddenFor, cancel);
        public Task CompleteAsync(ReceivedFailure received, CancellationToken cancel) => queue.CompleteAsync(received, cancel);
        public Task AbandonAsync(ReceivedFailure received, CancellationToken cancel) => queue.AbandonAsync(received, cancel);
    }
}
