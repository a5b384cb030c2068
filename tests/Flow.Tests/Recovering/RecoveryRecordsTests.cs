using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

/// <summary>What is stored when another process has changed the ledger since the looks.</summary>
public sealed class RecoveryRecordsTests
{
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306);

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new(replicas: 2, semiSync: false);

    /// <summary>L1, S10: another process promoted db3 after these looks; on its ledger they show db3 left behind.</summary>
    [Fact]
    public async Task A_plan_that_is_made_again_on_a_newer_ledger_is_carried_out_on_new_looks()
    {
        var memory = new Memory(time);
        var db1 = World.Server("db1", null, false);
        var (db2, db3) = (World.Server("db2", null, false) with { ReadOnly = true }, World.Server("db3", db1, false));
        var link = db3.Links[0] with { Source = Db2, SourceUuid = db2.ServerUuid };
        Instance[] before = [db1, db2, db3 with { Links = [link] }, World.Server("db4", db1, false)];
        Instance[] after = [db1 with { ReadOnly = true }, db2, World.Server("db3", null, false), before[3]];
        var known = Ledger.Empty.With(new LedgerEntry.FormerPrimary(Db2, "r1", World.Noon));
        var newer = known.With(new LedgerEntry.FormerPrimary(World.Primary, "r2", World.Noon))
            .With(new LedgerEntry.Writer(Db3, 2, "r2", World.Noon));
        Topology Of(Instance[] all, Ledger ledger) =>
            new(World.Cluster, World.Noon, all.Select(i => Member.SeenAs(i, World.Noon)), "", ledger);
        world.Put(_ => Of(after, newer));
        memory.Store(world.Now);
        var found = Process.DeadPrimary() with
        {
            Subject = Db3, Code = AnalysisCode.LeftBehind, Kind = PlanKinds.FinishRecovery,
        };
        await new Process(world, memory, new MemoryQueue(), time).Recover
            .RunFoundAsync(found, Of(before, known), CancellationToken.None);
        Assert.Empty(world.Ran);
        Assert.Equal([Db3], world.Now.Members.Where(m => m.Current is { ReadOnly: false }).Select(m => m.Key));
    }

    /// <summary>L5: what the gate read is older than a failover of another process that has begun and ended since.</summary>
    [Fact]
    public async Task A_failover_that_another_one_overtook_is_asked_for_at_the_gate_again()
    {
        var memory = new Memory(time);
        memory.Store(world.Now);
        world.Kill(World.Primary);
        var seen = world.Now;
        await GivenUpAsync(memory, seen);
        var result = await new Process(world, memory, new MemoryQueue(), time).Recover
            .RunFoundAsync(Process.DeadPrimary("f2"), seen, CancellationToken.None);
        Assert.Equal(RunStatus.NothingToDo, result.End);
        Assert.Empty(world.Ran);
        var held = (await memory.ReadAsync("f2", CancellationToken.None))!.Recovery;
        Assert.Contains("f1", Assert.IsType<RecoveryOutcome.Held>(held.Outcome).Says, StringComparison.Ordinal);
    }

    // A failover that stopped the receivers and was given up.
    private async Task GivenUpAsync(Memory memory, Topology seen)
    {
        var given = new RecoveryOutcome.Abandoned(new Refusal("nobody can be promoted"));
        var step = new PlannedStep(new StopReceiving(Db2), Tolerance.Must, TimeSpan.FromSeconds(5), "test");
        var stage = new StageRecord(new PlanStage("freeze", "test", [step]), 1, time.GetUtcNow(), [new StepResult(StepState.Done, TimeSpan.Zero)]);
        var begun = DetectFailures.RecoveryOf(Process.DeadPrimary(), new RecoveryPolicy()).With(stage);
        var lease = (await memory.TryAcquireAsync(World.Cluster.Value, "p2", TimeSpan.FromSeconds(5), default))!;
        var ledger = seen.Ledger.With(new LedgerEntry.FormerPrimary(Db3, "r0", World.Noon)) with { Version = 1 };
        Assert.Equal(WriteOutcome.Written, await memory.BeginAsync(begun, ledger, lease, default));
        var ended = begun.With(new StageRecord(PlanStage.End("abandon", given), 1, time.GetUtcNow(), []));
        await memory.SaveStageAsync(ended, null, lease, default);
        await memory.ReleaseAsync(lease, default);
    }
}
