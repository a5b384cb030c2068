using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Planning.Repairing;

/// <summary>S10: a returned old primary is made read-only by the running plan when there is one.</summary>
public sealed class ReturnedPrimariesTests
{
    private const string Healthy = "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9\n";

    [Fact]
    public void A_plan_under_way_closes_a_former_primary_before_it_goes_on()
    {
        var stage = Next(Begun(PlanKinds.Takeover), Healthy + "db9 rw former");
        var step = Assert.Single(stage.Steps);
        Assert.Equal(("close-returned", "db9", Tolerance.BestEffort), (stage.Name, step.Step.Target.Key.Host, step.Tolerance));
        Assert.IsType<SetReadOnly>(step.Step);
    }

    [Theory]
    [InlineData("db9 ro former")]
    [InlineData("db9 rw former | refused")]
    [InlineData("db9 ro")]
    public void What_refuses_writes_is_away_or_was_never_replaced_is_left_alone(string server) =>
        Assert.NotEqual("close-returned", Next(Begun(PlanKinds.Takeover), Healthy + server).Name);

    [Fact]
    public void A_server_that_cannot_be_closed_does_not_keep_the_plan_from_its_end()
    {
        var recovery = Begun(PlanKinds.Takeover);
        for (var i = 0; i < recovery.Policy.Attempts; i++) recovery = With(recovery, Next(recovery, Healthy + "db9 rw former"));
        Assert.NotEqual("close-returned", Next(recovery, Healthy + "db9 rw former").Name);
    }

    /// <summary>Nothing comes before the freeze; the candidate's own plan closes it before it is opened.</summary>
    [Fact]
    public void The_replacement_of_a_dead_primary_sees_to_it_itself()
    {
        const string dead = "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=stopped has=A:1-9\ndb9 rw former";
        var seed = PlannerTests.Recovery(Read(dead), PlanKinds.DeadPrimary, "db1");
        var recovery = With(seed, Planner.Next(seed, Read(dead)));
        Assert.Equal("close", Next(recovery, dead).Name);
    }

    private static Recovery Begun(PlanKind kind)
    {
        var topology = Read(Healthy);
        var recovery = PlannerTests.Recovery(topology, kind, "db1");
        return With(recovery, Planner.Next(recovery, topology));
    }

    private static Recovery With(Recovery recovery, PlanStage stage) =>
        recovery.With(new StageRecord(stage, 1, Noon, [.. stage.Steps.Select(_ => new StepResult(StepState.Done, default))], Noon));

    private static PlanStage Next(Recovery recovery, string servers) => Planner.Next(recovery, Read(servers));
}
