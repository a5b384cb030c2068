using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed partial class RunRecoveriesTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), HalfAMinute = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LeaseLength = new WatchPolicy().LeaseLength;

    private readonly CancellationTokenSource stop = new();
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
    public void A_failover_of_a_cluster_that_somebody_has_for_a_moment_begins_when_it_is_free() => Simulate((simulated, shared, process) =>
    {
        var lease = shared.TryAcquireAsync(World.Cluster.Value, "looks", LeaseLength, default).Result!;
        process.Runs.Begin(Process.DeadPrimary(), world.Now);
        simulated.Advance(Second);
        Assert.Null(shared.ReadAsync("f1", default).Result);
        simulated.Await(shared.ReleaseAsync(lease, default));
        simulated.Until(() => shared.ReadAsync("f1", default).Result?.Recovery.IsEnded == true, 2 * Second);
        Assert.IsType<RecoveryOutcome.Promoted>(shared.ReadAsync("f1", default).Result!.Recovery.Outcome);
    });

    [Fact]
    public void A_failover_that_another_one_runs_elsewhere_is_left_to_it() => Simulate((simulated, shared, process) =>
    {
        Leave(shared, World.Cluster);
        var lease = shared.TryAcquireAsync(World.Cluster.Value, "elsewhere", TimeSpan.FromHours(1), default).Result!;
        var ended = 0;
        process.Runs.Ended += () => Interlocked.Increment(ref ended);
        process.Runs.Begin(Process.DeadPrimary("f3"), world.Now);
        simulated.Until(() => Volatile.Read(ref ended) == 1, 2 * Second);
        Assert.Equal(lease, shared.TryRenewAsync(lease, TimeSpan.FromHours(1), default).Result! with { Until = lease.Until });
        Assert.Null(shared.ReadAsync("f3", default).Result);
    });

    [Fact]
    public void Of_two_verdicts_on_one_failure_one_is_acted_on() => Simulate((simulated, shared, process) =>
    {
        var (dead, ended) = (world.Now, 0);
        process.Runs.Ended += () => Interlocked.Increment(ref ended);
        foreach (var id in (string[])["f1", "f2", "f3"]) process.Runs.Begin(Process.DeadPrimary(id), dead);
        simulated.Until(() => Volatile.Read(ref ended) == 3, 2 * Second);
        Assert.Single(shared.ReadRecentAsync(World.Cluster, 10, default).Result);
        Assert.Single(world.Ran.OfType<Fence>());
    });

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

    [Fact]
    public void A_recovery_whose_process_died_a_moment_ago_goes_on_when_its_lease_has_run_out() => Simulate((simulated, shared, process) =>
    {
        Leave(shared, World.Cluster);
        var lease = shared.TryAcquireAsync(World.Cluster.Value, "dead", LeaseLength, default).Result;
        simulated.Advance(Second);
        // The first look finds the lease held, and the next one of all clusters is half a minute away.
        _ = process.Runs.RunAsync(HalfAMinute, stop.Token);
        var died = lease!.Until - LeaseLength;
        simulated.Until(() => shared.ReadActiveAsync(World.Cluster, default).Result is null, HalfAMinute);

        var took = simulated.Time.GetUtcNow() - died;
        Assert.InRange(took, LeaseLength, LeaseLength + (2 * Second));
        Assert.IsType<RecoveryOutcome.Promoted>(shared.ReadAsync("f1", default).Result!.Recovery.Outcome);
    });

    [Fact]
    public void A_process_that_lives_and_recovers_is_asked_about_once_a_lease_length() => Simulate((simulated, shared, process) =>
    {
        Leave(shared, World.Cluster);
        var lease = shared.TryAcquireAsync(World.Cluster.Value, "alive", LeaseLength, default).Result!;
        var before = shared.Asked[World.Cluster.Value];
        _ = process.Runs.RunAsync(HalfAMinute, stop.Token);
        simulated.Advance(12 * LeaseLength, () => Assert.NotNull(shared.TryRenewAsync(lease, LeaseLength, default).Result));

        Assert.InRange(shared.Asked[World.Cluster.Value] - before, 10, 12);
        Assert.Empty(world.Ran);
    });

    [Fact]
    public void A_recovery_that_takes_minutes_keeps_no_other_one_waiting() => Simulate((simulated, shared, process) =>
    {
        var another = new ClusterId("c-another");
        shared.Store(new Topology(another, World.Noon, world.Now.Members));
        world.BeforeStep = _ => new TaskCompletionSource().Task;
        Leave(shared, World.Cluster);
        _ = process.Runs.RunAsync(HalfAMinute, stop.Token);
        simulated.Advance(Second);
        Leave(shared, another);
        var before = shared.Asked[another.Value];
        simulated.Until(() => shared.Asked[another.Value] > before, HalfAMinute + Second);
        Assert.NotNull(shared.ReadActiveAsync(World.Cluster, default).Result);
    });

    [Fact]
    public void The_end_of_one_caller_waits_for_what_it_took_up_and_for_nothing_else() => Simulate((simulated, shared, process) =>
    {
        var step = new TaskCompletionSource();
        world.BeforeStep = _ => step.Task;
        Leave(shared, World.Cluster);
        using var window = new CancellationTokenSource();
        var first = process.Runs.RunAsync(HalfAMinute, stop.Token);
        simulated.Settle();
        var second = process.Runs.RunAsync(HalfAMinute, window.Token);
        simulated.Settle();
        window.Cancel();
        simulated.Await(() => second.IsCompleted);

        step.SetResult();
        simulated.Until(() => shared.ReadActiveAsync(World.Cluster, default).Result is null, HalfAMinute);
        Assert.False(first.IsCompleted);
        Assert.IsType<RecoveryOutcome.Promoted>(shared.ReadAsync("f1", default).Result!.Recovery.Outcome);
    });

    [Fact]
    public async Task The_end_of_one_caller_keeps_nothing_from_beginning_and_the_last_one_waits_for_it()
    {
        var (reached, step) = (new TaskCompletionSource(), new TaskCompletionSource());
        world.BeforeStep = _ =>
        {
            reached.TrySetResult();
            return step.Task;
        };
        var runs = NewProcess("p1").Runs;
        using CancellationTokenSource one = new(), two = new();
        var first = runs.RunAsync(HalfAMinute, one.Token);
        var second = runs.RunAsync(HalfAMinute, two.Token);
        await two.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        runs.Begin(Process.DeadPrimary(), world.Now);
        await reached.Task.WaitAsync(HalfAMinute);
        Assert.NotNull(await memory.ReadActiveAsync(World.Cluster, default));

        await one.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.NotNull(await memory.TryAcquireAsync(World.Cluster.Value, "another", LeaseLength, default));
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        runs.Ended += () => ended.TrySetResult();
        runs.Begin(Process.DeadPrimary("f2"), world.Now);
        await ended.Task.WaitAsync(HalfAMinute);
        Assert.Null(await memory.ReadAsync("f2", default));
    }

    [Fact]
    public void What_somebody_practised_and_left_is_not_taken_up() => Simulate((simulated, shared, process) =>
    {
        Leave(shared, PracticeCluster.Id);
        var before = shared.Asked[PracticeCluster.Id.Value];
        _ = process.Runs.RunAsync(HalfAMinute, stop.Token);
        simulated.Await(process.Runs.TakeUpAsync(default));
        simulated.Advance(2 * HalfAMinute);
        Assert.Equal(before, shared.Asked[PracticeCluster.Id.Value]);
    });

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private async Task DieAfterTheFirstStageAsync()
    {
        memory.BeforeWrite = n => { if (n == 2) throw new ProcessDied(); };
        await Assert.ThrowsAsync<ProcessDied>(() => NewProcess("p0").Recover.RunAsync(Process.DeadPrimary(), default));
        memory.BeforeWrite = _ => { };
        Assert.NotNull(await memory.ReadActiveAsync(World.Cluster, default));
    }

    // A recovery that was begun and left at its start, with nobody holding the lease.
    private static void Leave(Memory memory, ClusterId cluster)
    {
        var failure = Process.DeadPrimary(cluster == World.Cluster ? "f1" : "f2") with { Cluster = cluster };
        var lease = memory.TryAcquireAsync(cluster.Value, "p0", LeaseLength, default).Result!;
        var recovery = DetectFailures.RecoveryOf(failure, new RecoveryPolicy());
        Assert.Equal(WriteOutcome.Written, memory.BeginAsync(recovery, null, lease, default).Result);
        memory.ReleaseAsync(lease, default).Wait();
    }

    private void Simulate(Action<SimulatedTime, Memory, Process> test) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var shared = new Memory(simulated.Time);
        shared.Store(world.Now);
        test(simulated, shared, new Process(world, shared, new MemoryQueue(), simulated.Time));
        stop.Cancel();
        simulated.Settle();
    });

    private Process NewProcess(string name) => new(world, memory, new MemoryQueue(), time, name: name);
}
