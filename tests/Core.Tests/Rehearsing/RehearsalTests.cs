using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Planning;

namespace OrchestratorFunctions.Core.Tests.Rehearsing;

public sealed class RehearsalTests
{
    private const string Dead = "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-9\ndb3 ro <db1 io=connecting has=A:1-9";

    [Fact]
    public void Runs_to_the_end_and_keeps_every_result()
    {
        var topology = WrittenTopology.Read(Dead);
        var recovery = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), new SimulatedFleet(topology));
        Assert.IsType<RecoveryOutcome.Promoted>(recovery.Outcome);
        Assert.All(recovery.Stages, s => Assert.True(s.IsDone && s.Results.Length == s.Stage.Steps.Length));
    }

    [Fact]
    public void Resumes_an_unfinished_stage_and_an_ended_recovery_is_left_alone()
    {
        var topology = WrittenTopology.Read(Dead);
        var seed = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        var planned = seed.With(new StageRecord(Planner.Next(seed, topology), 1, topology.TakenAt, []));
        var resumed = Rehearsal.Resume(planned, new SimulatedFleet(topology));
        Assert.Equal(1, resumed.Times("freeze"));
        Assert.Same(resumed, Rehearsal.Resume(resumed, new SimulatedFleet(topology)));
    }
}
