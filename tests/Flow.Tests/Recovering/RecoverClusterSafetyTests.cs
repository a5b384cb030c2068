using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

/// <summary>What a run sees and may still do when the world changes under it: found by a review of the loop, each by the invariant it broke.</summary>
public sealed class RecoverClusterSafetyTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306), Db4 = new("db4", 3306);

    private readonly FakeTimeProvider time = new(World.Noon);
    private World world = new(replicas: 2, semiSync: false);
    private readonly MemoryQueue queue = new();
    private readonly Memory memory;

    public RecoverClusterSafetyTests()
    {
        memory = new Memory(time);
        memory.Store(world.Now);
    }

    private void Use(World other)
    {
        world = other;
        memory.Store(world.Now);
    }

    private Process NewProcess(string name = "p1", RecoveryPolicy? policy = null) => new(world, memory, queue, time, name: name, policy: policy);

    private InstanceKey[] Writers => [.. world.Now.Members.Where(m => m.Current is { ReadOnly: false }).Select(m => m.Key)];

    private void Behind(InstanceKey key) => world.Put(t =>
    {
        var now = t[key]!.Current!;
        var uuid = t[World.Primary]!.LastKnown!.ServerUuid;
        return t.With(t[key]!.With(new ProbeOutcome.Seen(now with { Gtid = now.Gtid with { Executed = GtidSet.Parse($"{uuid}:1-90") } }), World.Noon));
    });

    // S1, S8: the primary is restarted while its successor applies what it received
    [Fact]
    public async Task A_primary_that_is_back_while_the_candidate_catches_up_is_not_replaced_beside()
    {
        foreach (var key in new[] { Db2, Db3 }) Behind(key);
        memory.Store(world.Now);
        world.Kill(World.Primary);
        var opened = new List<string>();
        world.BeforeStep = step =>
        {
            if (step is WaitUntilApplied) world.Revive(World.Primary);
            if (step is SetWritable && step.Target.Key != World.Primary && world.Now[World.Primary]!.Current is { ReadOnly: false }) opened.Add($"{step.Target.Key} was opened while {World.Primary} accepts writes");
            return Task.CompletedTask;
        };
        var result = await NewProcess().Recover.RunAsync(Process.DeadPrimary(), None);
        Assert.True(opened.Count == 0 && Writers.Length == 1,
            $"{string.Join("; ", opened)}; writers: {string.Join(", ", Writers.AsEnumerable())}; {result.Recovery!.Outcome!.Says}; looks at the primary: {world.Looks.Count(l => l.Key == World.Primary)}");
    }

    // S1, S8: a stored promotion is run by whoever resumes, although the primary was just seen alive
    [Fact]
    public async Task A_planned_promotion_is_not_run_when_the_primary_is_back_at_the_resume()
    {
        world.Kill(World.Primary);
        var result = await NewProcess("p0").Recover.RunAsync(Process.DeadPrimary(), None, stages: 0);
        while (result.Recovery!.Stages[^1].Stage.Name != "promote") result = await NewProcess().Recover.StepAsync(World.Cluster, "f1", None);
        world.Revive(World.Primary);
        time.Advance(TimeSpan.FromSeconds(20));
        result = await NewProcess("p2").Recover.ResumeAsync(World.Cluster, None);
        Assert.True(!world.Ran.Any(s => s is SetWritable && s.Target.Key != World.Primary), $"ran: {string.Join("; ", world.Ran.Select(s => s.Says))}; {result.Recovery!.Outcome?.Says}");
    }

    // S5, S8: the primary refuses at first, and is back while a silent sibling is waited for
    [Fact]
    public async Task Whoever_takes_a_promotion_up_does_not_take_the_first_look_for_a_fresh_one()
    {
        world.Kill(World.Primary);
        var result = await NewProcess("p0").Recover.RunAsync(Process.DeadPrimary(), None, stages: 0);
        while (result.Recovery!.Stages[^1].Stage.Name != "promote")
            result = await NewProcess().Recover.StepAsync(World.Cluster, "f1", None);
        var isBack = false;
        world.BeforeLook = key =>
        {
            if (key != Db3 || isBack) return Task.CompletedTask;
            isBack = true;
            time.Advance(TimeSpan.FromSeconds(2));
            world.Revive(World.Primary);
            return Task.CompletedTask;
        };
        result = await NewProcess("p2").Recover.ResumeAsync(World.Cluster, None);
        Assert.DoesNotContain(world.Ran, s => s is SetWritable && s.Target.Key != World.Primary);
        Assert.Contains("answers again", result.Recovery!.Outcome!.Says, StringComparison.Ordinal);
    }

    // S1, S11: the switch's process dies before it opens the successor, a person opens the old primary, the next process opens the successor
    [Fact]
    public async Task A_planned_opening_is_not_run_when_the_old_primary_was_opened_by_hand_meanwhile()
    {
        world.BeforeStep = step => step is SetWritable ? throw new ProcessDied() : Task.CompletedTask;
        await Record.ExceptionAsync(() => NewProcess("p0").Command.RunAsync(new(World.Cluster, PlanKinds.Takeover, null, null, "operator"), None));
        Assert.Empty(Writers);
        world.BeforeStep = _ => Task.CompletedTask;
        world.Put(t => t.With(t[World.Primary]!.With(new ProbeOutcome.Seen(t[World.Primary]!.Current! with { ReadOnly = false, SuperReadOnly = false }), World.Noon)));
        time.Advance(TimeSpan.FromMinutes(1));
        var most = 0;
        world.BeforeStep = _ => { most = Math.Max(most, Writers.Length); return Task.CompletedTask; };
        var result = await NewProcess("p2").Recover.ResumeAsync(World.Cluster, None);
        most = Math.Max(most, Writers.Length);
        Assert.True(most <= 1, $"{most} writers at once; {string.Join("; ", world.Ran.Select(s => s.Says))}; {result.Recovery!.Outcome?.Says}");
    }

    // S8: storage was slow between the verdict and the first step
    [Fact]
    public async Task What_was_seen_long_ago_is_looked_at_again_before_the_first_step()
    {
        world.Kill(World.Primary);
        var seen = world.Now;
        world.Revive(World.Primary);
        foreach (var key in new[] { Db2, Db3 }) world.Link(key, l => l with { Receiver = ReplicationThread.Running, ReceiverErrorNumber = 0 });
        time.Advance(TimeSpan.FromSeconds(15));
        var result = await NewProcess().Recover.RunFoundAsync(Process.DeadPrimary(), seen, None);
        Assert.Empty(world.Ran);
        Assert.Contains("answers again", result.Recovery!.Outcome!.Says, StringComparison.Ordinal);
    }

    // S8: another process had the lease, or the store was slow to give it
    [Fact]
    public async Task A_verdict_that_waited_for_its_lease_is_confirmed_before_anything_is_stored()
    {
        world.Kill(World.Primary);
        var seen = world.Now;
        world.Revive(World.Primary);
        var slow = new SlowLeases(memory, () => time.Advance(TimeSpan.FromSeconds(2)));
        var (live, gate) = (new ReadTopology(memory, world, time), new GateReader(memory, memory, new GatePolicy(), time));
        var recover = new RecoverCluster(
            live, memory, memory, world, slow, gate, memory, RecoveryPolicy.Default, new WatchPolicy(), "p1", time, NullLogger.Instance);
        var result = await recover.RunFoundAsync(Process.DeadPrimary(), seen, None);
        Assert.Equal(RunStatus.NothingToDo, result.End);
        Assert.Empty(world.Ran);
    }

    private sealed class SlowLeases(IClusterLease leases, Action wait) : IClusterLease
    {
        public Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan length, CancellationToken cancel)
        {
            wait();
            return leases.TryAcquireAsync(name, holder, length, cancel);
        }

        public Task<Lease?> ReadAsync(string name, CancellationToken cancel) => leases.ReadAsync(name, cancel);
        public Task<Lease?> TryRenewAsync(Lease lease, TimeSpan length, CancellationToken cancel) => leases.TryRenewAsync(lease, length, cancel);
        public Task ReleaseAsync(Lease lease, CancellationToken cancel) => leases.ReleaseAsync(lease, cancel);

        public Task ReleaseAsync(string name, string holder, CancellationToken cancel) => leases.ReleaseAsync(name, holder, cancel);
    }

    // S11: one look at the frozen primary with the fence's 150 ms
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_takeover_of_a_primary_that_answers_after_200_ms_leaves_neither_it_frozen_nor_its_replicas_elsewhere(int replicas)
    {
        Use(new World(replicas, semiSync: false));
        var policy = new RecoveryPolicy { HasReplicationAccount = true };
        var live = new ReadTopology(memory, new Far(world, World.Primary, TimeSpan.FromMilliseconds(200)), time);
        var gate = new GateReader(memory, memory, new GatePolicy(), time);
        var recover = new RecoverCluster(live, memory, memory, world, memory, gate, memory, policy, new WatchPolicy(), "p1", time, NullLogger.Instance);
        var command = new RunOperation(live, recover, policy, new WatchPolicy().ProbeTimeout, Random.Shared, time);
        var outcome = (await command.RunAsync(new(World.Cluster, PlanKinds.Takeover, null, null, "operator"), None)).Recovery!.Outcome!;
        Assert.True(Writers.Length == 1, $"writers: {Writers.Length}; {outcome.Says}; then: {string.Join("; ", Analyzer.Analyze(world.Now).Select(a => $"{a.Key} {a.Code} {a.Kind}"))}");
        Assert.True(outcome is RecoveryOutcome.Promoted || world.Now.ReplicasOf(World.Primary).Length == replicas,
            $"{outcome.Says}; replicas of db1: {string.Join(", ", world.Now.ReplicasOf(World.Primary).Select(r => r.Key))}");
    }

    // S3, S19: two clusters share their servers, and both recover; the second one has stored its freeze, or carried it out
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task What_one_recovery_achieved_is_not_undone_by_one_of_another_cluster_with_the_same_servers(int stages)
    {
        Use(new World(replicas: 3, semiSync: false));
        var twin = new ClusterId("c-twin");
        memory.Store(new Topology(twin, World.Noon, world.Now.Members));
        world.Kill(World.Primary);
        await NewProcess("p1").Recover.RunAsync(Process.DeadPrimary(), None, stages: 0);
        await NewProcess("p2").Recover.RunAsync(Process.DeadPrimary("f2") with { Cluster = twin }, None, stages);
        Assert.Equal(stages > 0, world.Ran.Any(s => s is StopReceiving));
        var first = (await NewProcess("p1").Recover.ResumeAsync(World.Cluster, None)).Recovery!;
        Assert.Equal(Db2, Assert.IsType<RecoveryOutcome.Promoted>(first.Outcome).Key);
        var second = (await NewProcess("p2").Recover.ResumeAsync(twin, None)).Recovery!;
        Assert.True(second.IsEnded);
        Assert.All(new[] { Db3, Db4 }, key => Assert.True(
            world.Now[key]!.Current!.Link is { IsReplicating: true } link && link.Source == Db2, $"{key}: {second.Outcome!.Says}"));
        Assert.Equal([Db2], Writers);
    }

    // S14
    [Fact]
    public async Task A_recovery_that_has_done_nothing_yet_is_not_resumed_against_a_veto()
    {
        world.Kill(World.Primary);
        await NewProcess("p0").Recover.RunAsync(Process.DeadPrimary(), None, stages: 0);
        Assert.Empty(world.Ran);
        memory.RecoveryEnabled = false;
        await memory.SetDowntimeAsync(World.Cluster, null, new Downtime("dana", "the rack is moved", time.GetUtcNow().AddHours(2)), None);
        time.Advance(TimeSpan.FromMinutes(30));
        await NewProcess("p2").Runs.TakeUpAsync(None);
        Assert.True(world.Ran.Count == 0, $"ran: {string.Join("; ", world.Ran.Select(s => s.Says))}");
    }

    // S8, L3: who resumes closes a primary that is alive and well
    [Fact]
    public async Task A_stored_freeze_is_not_run_on_a_primary_that_is_back_at_the_resume()
    {
        world.Kill(World.Primary);
        await NewProcess("p0").Recover.RunAsync(Process.DeadPrimary(), None, stages: 0);
        world.Revive(World.Primary);
        foreach (var key in new[] { Db2, Db3 }) world.Link(key, l => l with { Receiver = ReplicationThread.Running, ReceiverErrorNumber = 0 });
        time.Advance(TimeSpan.FromSeconds(20));
        await NewProcess("p2").Runs.TakeUpAsync(None);
        Assert.True(!world.Ran.Any(s => s is Fence), $"ran: {string.Join("; ", world.Ran.Select(s => s.Says))}");
    }

    // L3: the fence is not lifted even when the primary wakes within the very recovery that fenced it
    [Fact]
    public async Task A_primary_that_wakes_while_its_recovery_is_given_up_accepts_writes_again()
    {
        world.Put(t => t.With(t[World.Primary]!.With(new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer in time"), World.Noon, TimeSpan.FromSeconds(9))));
        foreach (var key in new[] { Db2, Db3 }) world.Link(key, l => l with { SilentFor = TimeSpan.FromSeconds(9) });
        var seen = world.Now;
        world.BeforeStep = step =>
        {
            // Nobody can be promoted any more.
            if (step is StopReceiving) world.Link(step.Target.Key, l => l with { Applier = ReplicationThread.Stopped, ApplierErrorNumber = 1030, ApplierError = "disk full" });
            // It wakes while the freeze is undone, and the first thing it does is what lies in its socket.
            if (step is StartReplication) world.Revive(World.Primary, i => i with { ReadOnly = true, SuperReadOnly = true });
            return Task.CompletedTask;
        };
        var result = await NewProcess().Recover.RunFoundAsync(Process.DeadPrimary(), seen, None);
        Assert.IsType<RecoveryOutcome.Abandoned>(result.Recovery!.Outcome);
        Assert.True(Writers.Length == 1, $"writers: {Writers.Length}; {result.Recovery.Outcome.Says}; ran: {string.Join("; ", world.Ran.Select(s => s.Says))}");
    }
}
