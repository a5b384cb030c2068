using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Watching;

/// <summary>What recoveries leave open is known to whoever comes next, and is seen to without a person (S10, S21, L3, L9).</summary>
public sealed class LedgerTests
{
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306), Db4 = new("db4", 3306);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly MemoryQueue queue = new();

    private static InstanceKey[] Writers(World world) => [.. world.Now.Members.Where(m => m.Current is { ReadOnly: false }).Select(m => m.Key)];

    [Fact]
    public void A_primary_that_is_back_right_after_its_replacement_is_closed_within_a_second() => Watch(new World(replicas: 2, semiSync: false), (simulated, memory, world) =>
    {
        world.Kill(World.Primary);
        simulated.Until(() => memory.Entries.Count > 0, 10 * Second);
        Assert.True(Newest(memory).Outcome is RecoveryOutcome.Promoted, Core.Explaining.RecoveryText.Tell(Newest(memory)));
        world.Revive(World.Primary);
        simulated.Until(() => Writers(world).Length == 1, Second);
        Assert.NotEqual(World.Primary, Writers(world)[0]);
    });

    /// <summary>The first recovery is given up with a candidate that may be open, the second one is of that candidate.</summary>
    [Fact]
    public void The_first_of_two_dead_primaries_is_closed_when_it_is_back() => Watch(new World(replicas: 3, semiSync: false), (simulated, memory, world) =>
    {
        InstanceKey? opened = null;
        world.BeforeStep = step =>
        {
            if (step is SetWritable && opened is null) world.Kill(opened = step.Target.Key);
            return Task.CompletedTask;
        };
        world.Kill(World.Primary);
        simulated.Until(() => memory.Entries.Count > 0, 60 * Second);
        Assert.IsType<RecoveryOutcome.Abandoned>(Newest(memory).Outcome);
        simulated.Advance(TimeSpan.FromMinutes(2));
        Assert.True(Writers(world).Length == 1, string.Join("\n", memory.ReadRecentAsync(World.Cluster, 9, default).Result.Select(r => Core.Explaining.RecoveryText.Tell(r.Recovery))));
        world.Revive(World.Primary);
        simulated.Until(() => Writers(world).Length == 1, 2 * Second);
        Assert.DoesNotContain(World.Primary, Writers(world));
        world.Revive(opened!, i => i with { ReadOnly = false, SuperReadOnly = false });
        simulated.Until(() => Writers(world).Length == 1, 2 * Second);
        Assert.DoesNotContain(opened, Writers(world));
    });

    /// <summary>It wakes, does what lies in its socket, and nobody had taken its place.</summary>
    [Fact]
    public void A_primary_that_was_fenced_by_a_failover_that_was_given_up_accepts_writes_again() => Watch(new World(replicas: 2, semiSync: false), (simulated, memory, world) =>
    {
        world.BeforeStep = step =>
        {
            if (step is StopReceiving) foreach (var key in new[] { Db2, Db3 }) world.Fail(key, ProbeFailureKind.Refused);
            return Task.CompletedTask;
        };
        world.Kill(World.Primary);
        simulated.Until(() => memory.Entries.Count > 0, 60 * Second);
        Assert.IsType<RecoveryOutcome.Abandoned>(Newest(memory).Outcome);
        world.BeforeStep = _ => Task.CompletedTask;
        foreach (var key in new[] { Db2, Db3 }) world.Revive(key);
        world.Revive(World.Primary, i => i with { ReadOnly = true, SuperReadOnly = true });
        simulated.Until(() => Writers(world) is [var one] && one == World.Primary, TimeSpan.FromMinutes(2));
        Assert.All(new[] { Db2, Db3 }, key => Assert.NotEqual(ReplicationThread.Stopped, world.Now[key]!.Current!.Link!.Receiver));
    });

    /// <summary>The only candidate refuses for a while to accept writes; the replicas follow it already.</summary>
    [Fact]
    public void A_promotion_whose_last_statement_failed_is_carried_out_later() => Watch(new World(replicas: 1, semiSync: false), (simulated, memory, world) =>
    {
        world.Refuses = step => step is SetWritable;
        world.Kill(World.Primary);
        simulated.Until(() => memory.Entries.Count > 0, 60 * Second);
        Assert.Empty(Writers(world));
        world.Refuses = _ => false;
        simulated.Until(() => Writers(world) is [var one] && one == Db2, TimeSpan.FromMinutes(10));
    });

    /// <summary>S4, S5: what the first recovery knew to be within reach is not forgotten by the second one.</summary>
    [Fact]
    public void A_second_recovery_loses_nothing_in_silence_that_the_first_one_knew_of() => Simulate(new World(replicas: 3, semiSync: true), (simulated, memory, world) =>
    {
        foreach (var key in new[] { Db3, Db4 }) Behind(world, key);
        memory.Store(world.Now);
        world.Kill(World.Primary);
        world.BeforeStep = step =>
        {
            if (step is not SetWritable || step.Target.Key != Db2) return Task.CompletedTask;
            // They were pointed to it a moment ago: their relay logs are gone, and they have received nothing yet.
            foreach (var key in new[] { Db3, Db4 })
            {
                Behind(world, key);
                world.Link(key, l => l with { Received = null });
            }
            world.Kill(Db2);
            return Task.CompletedTask;
        };
        var process = new Process(world, memory, queue, simulated.Time);
        var first = Run(simulated, process.Recover.RunAsync(Process.DeadPrimary(), default)).Recovery!;
        Assert.IsType<RecoveryOutcome.Abandoned>(first.Outcome);
        memory.SaveSightingsAsync(World.Cluster, [.. world.Now.Members.Select(Flow.Knowing.LiveCluster.AsStored)], default);
        simulated.Advance(60 * Second);
        Run(simulated, process.Recover.RunAsync(Process.DeadPrimary("f2") with { Subject = Db2 }, default));
        var second = memory.ReadAsync("f2", default).Result!.Recovery;
        var known = first.Choice!.Position;
        Assert.True(
            second.Outcome is not RecoveryOutcome.Promoted p || world.Now[p.Key]!.Current!.Gtid.Executed.Contains(known) || second.Choice!.PossiblyLost.Length > 0,
            second.Outcome!.Says);
        Assert.True(second.Choice!.PossiblyLost.Contains("was within reach of db2:3306", StringComparison.Ordinal), Core.Explaining.RecoveryText.Tell(second));
    });

    /// <summary>Bad input: an entry of another version is named, and nothing is decided without it.</summary>
    [Fact]
    public void A_ledger_that_this_version_cannot_read_is_named_in_the_record() => Simulate(new World(replicas: 2), (simulated, memory, world) =>
    {
        memory.WriteLedger(World.Cluster, """{"entries":[{"owed":"something-new","key":"db1:3306"}],"version":3}""");
        world.Kill(World.Primary);
        var process = new Process(world, memory, queue, simulated.Time);
        var ended = Run(simulated, process.Recover.RunAsync(Process.DeadPrimary(), default)).Recovery!;
        Assert.Contains("the ledger of cluster c-test cannot be read", ended.Outcome!.Says, StringComparison.Ordinal);
        Assert.Contains("something-new", ended.Outcome.Says, StringComparison.Ordinal);
        Assert.Empty(world.Ran);
    });

    [Fact]
    public void A_recovery_that_was_planned_with_an_older_ledger_is_planned_again() => Simulate(new World(replicas: 2, semiSync: false), (simulated, memory, world) =>
    {
        world.Kill(World.Primary);
        var seen = world.Now;
        memory.MarkFormer(new InstanceKey("db9", 3306));
        var process = new Process(world, memory, queue, simulated.Time);
        var ended = Run(simulated, process.Recover.RunFoundAsync(Process.DeadPrimary(), seen, default));
        Assert.True(ended.Recovery!.Outcome is RecoveryOutcome.Promoted, Core.Explaining.RecoveryText.Tell(ended.Recovery));
        Assert.True(memory.ReadLedgerAsync(World.Cluster, default).Result.IsFormerPrimary(World.Primary));
    });

    /// <summary>L7, L9: a switch left it closed, and its successor is open by its own restart.</summary>
    [Fact]
    public void A_server_that_a_recovery_left_closed_beside_another_primary_leaves_a_record()
    {
        var world = new World(replicas: 2, semiSync: false);
        var (db2, db1) = (World.Server("db2", null, false), World.Server("db1", null, false) with { ReadOnly = true });
        Instance[] all = [db1, db2, World.Server("db3", db2, false)];
        var closed = Ledger.Empty.With(new LedgerEntry.Closed(World.Primary, "r1", World.Noon));
        world.Put(_ => new(World.Cluster, World.Noon, all.Select(i => Member.SeenAs(i, World.Noon)), "", closed));
        Recovery[] Held(Memory memory) => [.. memory.ReadRecentAsync(World.Cluster, 9, default).Result
            .Select(r => r.Recovery).Where(r => r is { IsHeld: true, Code: AnalysisCode.ClosedByRecovery })];
        Watch(world, (simulated, memory, _) =>
        {
            simulated.Until(() => Held(memory).Length > 0, 30 * Second);
            Assert.Equal(World.Primary, Held(memory)[0].Subject);
            Assert.Contains("db2:3306 is the primary", Held(memory)[0].Outcome!.Says, StringComparison.Ordinal);
        });
    }

    private static Recovery Newest(Memory memory) => memory.ReadRecentAsync(World.Cluster, 1, default, begun: true).Result[0].Recovery;

    private static void Behind(World world, InstanceKey key) => world.Put(t =>
    {
        var now = t[key]!.Current!;
        var behind = now with { Gtid = now.Gtid with { Executed = GtidSet.Parse($"{t[World.Primary]!.LastKnown!.ServerUuid}:1-90") } };
        return t.With(t[key]!.With(new ProbeOutcome.Seen(behind), World.Noon));
    });

    private static RunResult Run(SimulatedTime simulated, Task<RunResult> run)
    {
        simulated.Await(run);
        return run.Result;
    }

    private static void Simulate(World world, Action<SimulatedTime, Memory, World> test) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var memory = new Memory(simulated.Time);
        memory.Store(world.Now);
        test(simulated, memory, world);
    });

    private void Watch(World world, Action<SimulatedTime, Memory, World> test) => Simulate(world, (simulated, memory, _) =>
    {
        using var stop = new CancellationTokenSource();
        var process = new Process(world, memory, queue, simulated.Time);
        Task[] running = [process.Watch.RunAsync(stop.Token), process.Runs.RunAsync(5 * Second, stop.Token)];
        simulated.Until(() => process.Watch.Topologies is [var t] && t.Members.All(m => m.IsSeen), 60 * Second);
        test(simulated, memory, world);
        stop.Cancel();
        foreach (var one in running) simulated.Await(() => one.IsCompleted);
    });
}
