using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Detecting;

/// <summary>DetectFailures over a long time: how often something is tried, and that nothing is passed over in silence.</summary>
public sealed class DetectFailuresLimitsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly InstanceKey Db2 = new("db2", 3306);

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly MemoryQueue queue = new();
    private readonly Memory memory;
    private readonly StallAwareClock awake;
    private World world = new();
    private LiveCluster cluster = null!;

    public DetectFailuresLimitsTests()
    {
        memory = new Memory(time);
        awake = new StallAwareClock(time);
        Use(world);
    }

    /// <summary>L7: as long as nobody can be promoted it is found again and again, and said once.</summary>
    [Fact]
    public void A_dead_primary_that_nobody_can_replace_leaves_one_record_however_long_it_stays_dead() => SimulatedTime.Run(World.Noon, simulated =>
    {
        var (servers, shared) = (new World(replicas: 2, semiSync: false), new Memory(simulated.Time));
        servers.Put(t => new Topology(t.Cluster, t.TakenAt, t.Members.Select(m => m.Key == World.Primary ? m : m with { PromotionRule = PromotionRule.MustNot })));
        shared.Store(servers.Now);
        using var stop = new CancellationTokenSource();
        var process = new Process(servers, shared, new MemoryQueue(), simulated.Time);
        var told = 0;
        process.Recover.Records.Held += _ => told++;
        Task[] running = [process.Watch.RunAsync(stop.Token), process.Runs.RunAsync(TimeSpan.FromSeconds(5), stop.Token)];
        simulated.Until(() => process.Watch.Topologies is [var t] && t.Members.All(m => m.IsSeen), TimeSpan.FromMinutes(1));
        servers.Kill(World.Primary);
        simulated.Advance(TimeSpan.FromMinutes(2));
        var says = Assert.Single(shared.ReadRecentAsync(World.Cluster, 99, default).Result.Select(r => r.Recovery.Outcome!.Says).Distinct());
        Assert.StartsWith("Not started: no replica can be promoted: db2:3306 its promotion rule is must_not", says, StringComparison.Ordinal);
        Assert.Equal(1, told);
        Assert.DoesNotContain(servers.Ran, s => s is Fence);
        stop.Cancel();
        foreach (var one in running) simulated.Await(() => one.IsCompleted);
    });

    [Fact]
    public async Task A_third_failure_is_held_for_the_whole_window_with_one_record_and_one_notice()
    {
        var recover = new Process(world, memory, queue, time).Recover;
        world.Kill(World.Primary);
        var first = await recover.RunFoundAsync(Process.DeadPrimary(RecoveryIds.New(time.GetUtcNow(), Random.Shared)), world.Now, None);
        Assert.IsType<RecoveryOutcome.Promoted>(first.Recovery!.Outcome);
        Assert.True((await memory.ReadAllAsync(None))[0].Ledger.IsFormerPrimary(World.Primary));

        // Its successor dies too, and two replicas are well: that is no reason to wait for an hour.
        var second = await KilledAsync(world.Now.Primary!.Key, recover);
        Assert.InRange(second.WaitedFor, BlockWindow.RetryAfter, BlockWindow.RetryAfter + TimeSpan.FromSeconds(10));
        Assert.IsType<RecoveryOutcome.Promoted>(second.Ended.Outcome);

        Look();
        world.Kill(world.Now.Primary!.Key);
        var verdicts = NewVerdicts();
        var noticed = new List<Recovery>();
        verdicts.Held += noticed.Add;
        queue.Sent.Clear();
        await TurnAsync(verdicts, TimeSpan.FromMinutes(55));
        Assert.Empty(queue.Sent);
        Assert.Contains("2 failovers of this cluster ended less than 3600 s ago", Assert.Single(noticed).Outcome!.Says, StringComparison.Ordinal);
        Assert.Contains("Recovery:BlockLimit", noticed[0].Outcome!.Says, StringComparison.Ordinal);
        await TurnAsync(verdicts, TimeSpan.FromMinutes(6));
        Assert.NotEmpty(queue.Sent);
    }

    [Fact]
    public async Task A_former_primary_that_cannot_be_closed_is_tried_more_and_more_rarely_and_the_records_count_the_tries()
    {
        world.Kill(World.Primary);
        await new Process(world, memory, queue, time).Recover.RunAsync(Process.DeadPrimary(), None);
        world.Revive(World.Primary, Open);
        cluster.Refresh((await memory.ReadAllAsync(None))[0]);
        var gate = new GateReader(memory, memory, new GatePolicy(), time);
        var recover = new RecoverCluster(
            new ReadTopology(memory, world, time), memory, memory, new Refusing(), memory, gate, memory, new RecoveryPolicy(), new WatchPolicy(), "p1", time, NullLogger.Instance);
        var verdicts = NewVerdicts();
        var tries = new List<Recovery>();
        verdicts.Found += (failure, seen) => tries.Add(RefusedAsync(recover, failure, seen).Result);
        await TurnAsync(verdicts, TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1));

        Assert.InRange(tries.Count, 4, 6);
        Assert.All(tries, t => Assert.Equal(PlanKinds.FenceFormerPrimary, t.Kind));
        Assert.Equal([.. Enumerable.Range(2, tries.Count - 1)], tries.Skip(1).Select(t => Number(t.Evidence)));
        Assert.Contains(await RecordedAsync(), r => r.Recovery is { IsHeld: true, Code: AnalysisCode.ReturnedPrimary });
    }

    [Fact]
    public async Task A_former_primary_that_waits_for_the_closing_of_another_is_recorded_and_asked_about_when_that_ends()
    {
        var recover = new Process(world, memory, queue, time).Recover;
        world.Kill(World.Primary);
        await recover.RunFoundAsync(Process.DeadPrimary(RecoveryIds.New(time.GetUtcNow(), Random.Shared)), world.Now, None);
        var second = world.Now.Primary!.Key;
        await KilledAsync(second, recover);
        world.Revive(second, Open);
        var verdicts = NewVerdicts();
        recover.Records.Progress += verdicts.NoteEnd;
        var closing = Process.DeadPrimary(RecoveryIds.New(time.GetUtcNow(), Random.Shared)) with { Subject = second, Code = AnalysisCode.ReturnedPrimary, Kind = PlanKinds.FenceFormerPrimary };
        await recover.RunAsync(closing, None, stages: 0);
        world.Revive(World.Primary, Open); // before the plan it would be closed with the other one
        cluster.Refresh((await memory.ReadAllAsync(None))[0]);
        queue.Sent.Clear();
        await TurnAsync(verdicts, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(1));
        Assert.Empty(queue.Sent);
        var held = Assert.Single((await RecordedAsync()).Where(r => r.Recovery is { IsHeld: true, Code: AnalysisCode.ReturnedPrimary })).Recovery;
        Assert.Equal(World.Primary, held.Subject);
        Assert.Contains(closing.Id, held.Outcome!.Says, StringComparison.Ordinal);

        Assert.True((await recover.ResumeAsync(World.Cluster, None)).Recovery!.Outcome!.IsSuccess);
        Look();
        await verdicts.JudgeAsync(cluster, None);
        Assert.Equal(World.Primary, Assert.Single(queue.Sent).Subject);
    }

    [Fact]
    public async Task A_dead_source_that_is_nobodys_one_primary_leaves_a_record()
    {
        var other = new World(replicas: 2, semiSync: false);
        var second = World.Server("db7", null, false);
        other.Put(t => new Topology(World.Cluster, World.Noon, [.. t.Members, Member.SeenAs(second, World.Noon), Member.SeenAs(World.Server("db8", second, false), World.Noon)]));
        Use(other);
        world.Kill(World.Primary);
        await TurnAsync(NewVerdicts(), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
        var held = Assert.Single(await RecordedAsync()).Recovery;
        Assert.Equal((World.Primary, AnalysisCode.DeadPrimary), (held.Subject, held.Code));
        Assert.Contains("one clear primary", held.Outcome!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_intermediate_source_leaves_a_record_and_a_dead_leaf_does_not()
    {
        world.Put(t => t.With(Member.SeenAs(World.Server("db5", t[Db2]!.Current!, false), World.Noon)));
        Use(world);
        world.Kill(Db2);
        world.Kill(new InstanceKey("db4", 3306));
        await TurnAsync(NewVerdicts(), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
        Assert.Equal((Db2, AnalysisCode.DeadIntermediateSource), Assert.Single((await RecordedAsync()).Select(r => (r.Recovery.Subject, r.Recovery.Code!.Value))));
    }

    [Fact]
    public async Task Verdicts_that_came_to_nothing_do_not_count_for_the_fleet()
    {
        var process = new Process(world, memory, queue, time);
        for (var i = 0; i < FleetBreaker.Default.Limit; i++)
        {
            var (dead, alive) = (new World(), new World());
            dead.Kill(World.Primary);
            var id = new ClusterId($"c-flap{i}");
            var stored = new StoredCluster(id, "", null, [.. dead.Now.Members.Select(LiveCluster.AsStored)]);
            memory.Store(new Topology(id, World.Noon, alive.Now.Members));
            var flapping = new LiveCluster(stored, time, awake);
            foreach (var m in dead.Now.Members) flapping.Observe(m.Key, m.Outcome, awake.Now);
            var found = new List<Failure>();
            void Take(Failure failure, Topology seen) => found.Add(failure);
            process.DetectFailures.Found -= process.Runs.Begin;
            process.DetectFailures.Found += Take;
            await process.DetectFailures.JudgeAsync(flapping, None);
            process.DetectFailures.Found -= Take;
            // By the time its first stage is planned the primary answers.
            var ended = await process.Recover.RunFoundAsync(Assert.Single(found), new Topology(id, World.Noon, alive.Now.Members), None);
            Assert.False(ended.Recovery!.HasActed);
        }
        world.Kill(World.Primary);
        Look();
        queue.Sent.Clear();
        await process.DetectFailures.JudgeAsync(cluster, None);
        Assert.Single(queue.Sent);
    }

    private sealed class Refusing : IStepRunner
    {
        public Task<StepResult> RunAsync(PlannedStep step, Topology topology, StepTerms terms, CancellationToken cancel) =>
            Task.FromResult(new StepResult(StepState.Failed, TimeSpan.Zero, Says: "error 1227: access denied"));

        public Task PractiseAsync(InstanceKey key, TimeSpan within, CancellationToken cancel, bool isToBeOpened = false) => Task.CompletedTask;

        public IReadOnlyList<string> Preview(PlanStep step, Topology topology) => [];
    }

    private static int Number(ImmutableArray<string> evidence) =>
        int.Parse(evidence.Single(e => e.StartsWith("this is try ", StringComparison.Ordinal))["this is try ".Length..].Split(':')[0]);

    private static async Task<Recovery> RefusedAsync(RecoverCluster recover, Failure failure, Topology seen) => (await recover.RunFoundAsync(failure, seen, None)).Recovery!;

    private async Task<(TimeSpan WaitedFor, Recovery Ended)> KilledAsync(InstanceKey key, RecoverCluster recover)
    {
        Look();
        world.Kill(key);
        var (began, verdicts) = (time.GetUtcNow(), NewVerdicts());
        (Failure Failure, Topology Seen)? found = null;
        verdicts.Found += (failure, seen) => found ??= (failure, seen);
        cluster.Refresh((await memory.ReadAllAsync(None))[0]);
        while (found is null && time.GetUtcNow() - began < TimeSpan.FromHours(2)) await TurnAsync(verdicts, TimeSpan.FromSeconds(5));
        var ended = (await recover.RunFoundAsync(found!.Value.Failure, found.Value.Seen, None)).Recovery!;
        cluster.Refresh((await memory.ReadAllAsync(None))[0]);
        return (time.GetUtcNow() - began, ended);
    }

    private async Task TurnAsync(DetectFailures verdicts, TimeSpan by, TimeSpan? step = null)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += step ?? TimeSpan.FromSeconds(5))
        {
            Look();
            await verdicts.JudgeAsync(cluster, None);
            time.Advance(step ?? TimeSpan.FromSeconds(5));
        }
    }

    private void Use(World other)
    {
        world = other;
        memory.Store(world.Now);
        cluster = new LiveCluster(new StoredCluster(World.Cluster, "", null, [.. world.Now.Members.Select(LiveCluster.AsStored)]), time, awake);
        Look();
    }

    private DetectFailures NewVerdicts() => new(
        new GateReader(memory, memory, new GatePolicy(), time), memory, memory, queue, new WatchPolicy { HeldAfter = TimeSpan.FromMilliseconds(500) }, Random.Shared, time, NullLogger.Instance);

    private static Instance Open(Instance i) => i with { ReadOnly = false, SuperReadOnly = false };

    private Task<ImmutableArray<StoredRecovery>> RecordedAsync() => memory.ReadRecentAsync(World.Cluster, 50, None);

    private void Look()
    {
        foreach (var m in world.Now.Members) cluster.Observe(m.Key, m.Outcome, awake.Now);
    }
}
