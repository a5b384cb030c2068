using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Planning;

namespace OrchestratorFunctions.Core.Tests.Explaining;

public sealed class RecoveryTextTests
{
    private static readonly Recovery Seed = PlannerTests.Recovery(WrittenTopology.Read("db1 rw former\ndb2 rw\ndb3 ro <db2"), PlanKinds.FenceFormerPrimary, "db1");

    [Fact]
    public void A_line_says_where_it_stands()
    {
        Assert.Equal("r1  2025-06-01 12:00:00Z  FenceFormerPrimary  db1:3306  running: not begun", RecoveryText.Line(Seed));
        var ended = Seed.With(new StageRecord(PlanStage.End("held", new RecoveryOutcome.Held(new("why", "what"))), 1, Seed.StartedAt, []));
        Assert.EndsWith("Not started: why. To allow it: what", RecoveryText.Line(ended));
    }

    [Fact]
    public void Statements_are_printed_below_their_step_and_findings_below_their_stage()
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read("db1 rw former\ndb2 rw\ndb3 ro <db2"));
        var recovery = Rehearsal.RunStage(Seed, fleet);
        recovery = recovery.WithLast(recovery.Stages[^1] with { Findings = ["a probe does not show it"] });
        var text = RecoveryText.Tell(recovery, step => [$"-- {step.Step.GetType().Name}"]);
        Assert.Contains("[done, 0 ms]\n       -- SetReadOnly\n   ! a probe does not show it\nOutcome: not ended\n", text, StringComparison.Ordinal);
    }
}
