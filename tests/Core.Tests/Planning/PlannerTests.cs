using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Planning;

public sealed class PlannerTests
{
    internal static Recovery Recovery(Topology topology, PlanKind kind, string subject) => new()
    {
        Id = "r1", Cluster = topology.Cluster, Kind = kind, Actor = "test", StartedAt = topology.TakenAt, Subject = WrittenTopology.Key(subject), Policy = new() { HasReplicationAccount = true },
    };

    [Theory]
    [MemberData(nameof(PlanKindsTests.Names), MemberType = typeof(PlanKindsTests))]
    public void A_subject_that_is_no_member_is_given_up_with_a_reason(string kind)
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro <db1");
        var outcome = Assert.IsType<RecoveryOutcome.Abandoned>(Planner.Next(Recovery(topology, PlanKinds.Of(kind), "db9"), topology).Outcome);
        Assert.Contains("db9:3306 is not a member", outcome.Refusal.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ended_recovery_has_no_next_stage()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro <db1");
        var ended = Recovery(topology, PlanKinds.DeadPrimary, "db1").With(new StageRecord(PlanStage.End("abandon", new RecoveryOutcome.Abandoned(new("why"))), 1, topology.TakenAt, []));
        Assert.Throws<InvalidOperationException>(() => Planner.Next(ended, topology));
    }

    [Fact]
    public void Planning_touches_nothing_and_answers_the_same_twice()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-9");
        var recovery = Recovery(topology, PlanKinds.DeadPrimary, "db1");
        Assert.Equal(Json.Of(Planner.Next(recovery, topology)), Json.Of(Planner.Next(recovery, topology)));
    }
}
