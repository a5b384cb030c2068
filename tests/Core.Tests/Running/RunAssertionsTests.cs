using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Core.Tests.Planning;

namespace OrchestratorFunctions.Core.Tests.Running;

public sealed class RunAssertionsTests
{
    private const string Dead = """
        db1 rw has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 has=A:1-100
        db3 ro <db1 io=connecting err=2003 has=A:1-100
        """;

    private static readonly InstanceKey Db1 = WrittenTopology.Key("db1"), Db2 = WrittenTopology.Key("db2");
    private static readonly Moment Now = new(WrittenTopology.Noon, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), 3);

    [Fact]
    public void What_the_machine_does_by_itself_breaks_none()
    {
        Assert.Empty(new PlayedRun(Dead).Begin().Reports);
        Assert.Null(RunAssertions.FirstFailed(Run(), [Opening()], Now));
    }

    [Theory]
    [InlineData("S1", "db1 rw has=A:1-105")]
    [InlineData("S1", "db3 rw has=A:1-100")]
    public void No_server_is_opened_beside_one_that_is_seen_open(string rule, string line)
    {
        var topology = WrittenTopology.Read([line], WrittenTopology.Read(Dead));
        Assert.StartsWith(rule, RunAssertions.FirstFailed(Run(), [Opening() with { Topology = topology }], Now), StringComparison.Ordinal);
    }

    [Fact]
    public void No_other_server_is_opened_without_a_look_at_the_subject()
    {
        Assert.StartsWith("S18", RunAssertions.FirstFailed(Run(), [Opening() with { Beside = [] }], Now), StringComparison.Ordinal);
        var back = Opening() with { Planned = Planned(Db1), Beside = [] };
        Assert.Null(RunAssertions.FirstFailed(Run(), [back], Now));
    }

    [Fact]
    public void No_server_is_opened_that_the_ledger_does_not_name() =>
        Assert.StartsWith("S21", RunAssertions.FirstFailed(Run() with { Kept = Ledger.Empty }, [Opening()], Now), StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_sent_under_an_older_lease_or_before_its_stage_is_stored()
    {
        Assert.StartsWith("S2", RunAssertions.FirstFailed(Run(), [Opening()], Now with { Epoch = 1 }), StringComparison.Ordinal);
        var saving = Run() with { Phase = RunPhase.Saving };
        Assert.StartsWith("S13", RunAssertions.FirstFailed(saving, [Opening()], Now), StringComparison.Ordinal);
    }

    /// <summary>It ends that recovery, with a record that says so, and nothing more is sent.</summary>
    [Fact]
    public void One_that_fails_stops_the_recovery_and_not_the_process()
    {
        var played = new PlayedRun(Dead) { Epoch = 0 }.Begin();
        Assert.Empty(played.Sent);
        Assert.StartsWith("S2", Assert.Single(played.Reports), StringComparison.Ordinal);
        Assert.Equal(RunStop.Ended, played.Stop);
        var outcome = Assert.IsType<RecoveryOutcome.Abandoned>(played.Recovery.Outcome);
        Assert.Contains("a check of this program on itself failed: S2", outcome.Says, StringComparison.Ordinal);
    }

    private static PlannedStep Planned(InstanceKey opened) => new(new SetWritable(opened), Tolerance.Must, TimeSpan.FromSeconds(5), "");

    private static RecoveryCommand.RunStep Opening() =>
        new(0, 0, Planned(Db2), WrittenTopology.Read(Dead), TimeSpan.FromSeconds(9), SeenAt: null)
        {
            Beside = [new StepWarrant(Db1, TimeSpan.Zero)],
        };

    private static RecoveryRun Run()
    {
        var topology = WrittenTopology.Read(Dead);
        var seed = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        var stage = new PlanStage("promote", "a test says so", [Planned(Db2)]);
        return new RecoveryRun
        {
            Recovery = seed.With(new StageRecord(stage, 3, WrittenTopology.Noon, [])), Topology = topology,
            Limits = new RunLimits(), StagesLeft = 9, Involved = [], Phase = RunPhase.Running,
            Kept = Ledger.Empty with { Entries = [new LedgerEntry.MaybeOpen(Db2, seed.Id, WrittenTopology.Noon)] },
        };
    }
}
