using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Detecting;

public sealed class GateReaderTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306);

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly Memory memory;

    public GateReaderTests()
    {
        memory = new Memory(time);
        memory.Store(world.Now);
        world.Kill(World.Primary);
    }

    [Fact]
    public async Task What_is_known_and_allowed_proceeds() => Assert.IsType<GateVerdict.Proceed>(await AskAsync(memory, memory));

    [Fact]
    public async Task A_switch_that_cannot_be_read_holds() =>
        Assert.Contains("could not be read", Assert.IsType<GateVerdict.Hold>(await AskAsync(Broken.Of<ISettingsStore>(), memory)).Refusal.Because, StringComparison.Ordinal);

    [Fact]
    public async Task Earlier_recoveries_that_cannot_be_read_hold() =>
        Assert.Contains("could not be read", Assert.IsType<GateVerdict.Hold>(await AskAsync(memory, Broken.Of<IRecoveryStore>())).Refusal.Because, StringComparison.Ordinal);

    [Fact]
    public async Task A_recent_failover_holds_until_it_is_acknowledged_and_does_not_hold_itself()
    {
        await new Process(world, memory, new MemoryQueue(), time).Recover.RunAsync(Process.DeadPrimary(), None);

        Assert.Contains("f1", Assert.IsType<GateVerdict.Hold>(await AskAsync(memory, memory)).Refusal.Because, StringComparison.Ordinal);
        Assert.IsType<GateVerdict.Proceed>(await AskAsync(memory, memory, self: "f1"));
        await memory.AcknowledgeAsync("f1", "somebody", "", None);
        Assert.IsType<GateVerdict.Proceed>(await AskAsync(memory, memory));
    }

    [Fact]
    public async Task Failovers_of_other_clusters_are_counted_and_planned_switches_and_practice_are_not()
    {
        var reader = new GateReader(memory, memory, new GatePolicy(), time);
        await new Process(world, memory, new MemoryQueue(), time).Recover.RunAsync(Process.DeadPrimary(), None);
        Assert.Equal(World.Cluster, Assert.Single((await reader.ReadAsync(new ClusterId("c-other"), None)).Fleet!.Value).Cluster);
        Assert.Empty((await reader.ReadAsync(World.Cluster, None, self: "f1")).Fleet!.Value);

        var practice = PracticeCluster.Id;
        var lease = (await memory.TryAcquireAsync(practice.Value, "p2", TimeSpan.FromMinutes(1), None))!;
        var practised = DetectFailures.RecoveryOf(Process.DeadPrimary("f2") with { Cluster = practice }, new RecoveryPolicy());
        Assert.Equal(WriteOutcome.Written, await memory.BeginAsync(practised, null, lease, None));
        Assert.Equal(World.Cluster, Assert.Single((await reader.ReadAsync(new ClusterId("c-other"), None)).Fleet!.Value).Cluster);

        var calm = new Memory(time);
        calm.Store(new World().Now);
        await new Process(new World(), calm, new MemoryQueue(), time).Command.RunAsync(new(World.Cluster, PlanKinds.Takeover, null, null, "operator"), None);
        Assert.Empty((await new GateReader(calm, calm, new GatePolicy(), time).ReadAsync(World.Cluster, None)).Fleet!.Value);
        Assert.Null((await new GateReader(calm, Broken.Of<IRecoveryStore>(), new GatePolicy(), time).ReadAsync(World.Cluster, None)).Fleet);
    }

    [Fact]
    public async Task Twenty_moves_after_a_failover_do_not_end_its_window()
    {
        await new Process(world, memory, new MemoryQueue(), time).Recover.RunAsync(Process.DeadPrimary(), None);
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            var move = new Recovery { Id = $"m{i:00}", Cluster = World.Cluster, Kind = PlanKinds.Relocate, Actor = "dana", StartedAt = time.GetUtcNow(), Subject = Db3, Target = Db2 };
            var lease = (await memory.TryAcquireAsync(World.Cluster.Value, $"h{i}", TimeSpan.FromSeconds(5), None))!;
            Assert.Equal(WriteOutcome.Written, await memory.BeginAsync(move, null, lease, None));
            await memory.SaveStageAsync(move.With(new StageRecord(PlanStage.End("relocated", new RecoveryOutcome.Relocated(Db3, Db2, "")), 1, time.GetUtcNow(), [])), null, lease, None);
            await memory.ReleaseAsync(lease, None);
        }
        var hold = Assert.IsType<GateVerdict.Hold>(await AskAsync(memory, memory));
        Assert.Contains("recovery f1 replaced", hold.Refusal.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovery_that_did_nothing_holds_nothing_and_does_not_count_for_the_fleet()
    {
        world.Revive(World.Primary);
        var ended = await new Process(world, memory, new MemoryQueue(), time).Recover.RunFoundAsync(Process.DeadPrimary(), world.Now, None);
        Assert.IsType<RecoveryOutcome.Abandoned>(ended.Recovery!.Outcome);
        Assert.Empty(world.Ran);
        time.Advance(TimeSpan.FromSeconds(3));
        world.Kill(World.Primary);
        Assert.IsType<GateVerdict.Proceed>(await AskAsync(memory, memory));
        Assert.Empty((await new GateReader(memory, memory, new GatePolicy(), time).ReadAsync(new ClusterId("c-other"), None)).Fleet!.Value);
    }

    [Fact]
    public async Task A_failover_that_waited_for_its_approval_holds_from_its_end()
    {
        var asking = new Process(world, memory, new MemoryQueue(), time, policy: new RecoveryPolicy { HasReplicationAccount = true, ApproveClusters = ["*"] });
        await asking.Recover.RunAsync(Process.DeadPrimary(), None);
        time.Advance(TimeSpan.FromMinutes(59));
        var told = await asking.Recover.TellAsync(World.Cluster, "f1", new OperatorSignal(SignalKind.Approve, "dana", "", time.GetUtcNow()), None);
        Assert.IsType<RecoveryOutcome.Promoted>(told.Recovery!.Outcome);
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.IsType<GateVerdict.Hold>(await AskAsync(memory, memory));
    }

    [Fact]
    public async Task A_record_that_this_version_cannot_read_is_named_and_not_passed_over()
    {
        await new Process(world, memory, new MemoryQueue(), time).Recover.RunAsync(Process.DeadPrimary(), None, stages: 0);
        memory.Unreadable = ActiveRecovery.Unreadable("f1", "step 'ParkServer' is not known here", "9.1.0");
        var hold = Assert.IsType<GateVerdict.Hold>(await AskAsync(memory, memory));
        Assert.False(hold.IsUnderWay);
        Assert.Contains("recovery f1", hold.Refusal.Because, StringComparison.Ordinal);
        Assert.Contains("version 9.1.0 wrote it", hold.Refusal.Because, StringComparison.Ordinal);
        var asked = await new Process(world, memory, new MemoryQueue(), time).Command.RunAsync(new(World.Cluster, PlanKinds.Relocate, Db3, Db2, "dana"), None);
        Assert.Equal((RunStatus.Refused, hold.Refusal), (asked.End, asked.Refusal));
    }

    [Fact]
    public async Task A_planned_switch_holds_nothing()
    {
        Assert.True((await new Process(new World(), memory, new MemoryQueue(), time).Command.RunAsync(new(World.Cluster, PlanKinds.Takeover, null, null, "operator"), None))!.Recovery!.Outcome!.IsSuccess);
        Assert.IsType<GateVerdict.Proceed>(await AskAsync(memory, memory));
    }

    private async Task<GateVerdict> AskAsync(ISettingsStore settings, IRecoveryStore recoveries, string self = "") =>
        RecoveryGate.Decide(
            Process.DeadPrimary("f2").ToAnalysis(), world.Now, await new GateReader(settings, recoveries, new GatePolicy(), time).ReadAsync(World.Cluster, None, self));
}
