using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Tests.Running;

public sealed class TelemetryTests
{
    /// <summary>The labels of orchestrator's fork beside ours.</summary>
    [Fact]
    public void A_recovery_that_reached_its_end_is_counted_by_both_names()
    {
        using var measured = new Measured();
        Telemetry.Ended(Recovery(new RecoveryOutcome.Promoted(new InstanceKey("db2", 3306), [])));
        Assert.Contains("orchestrator.recoveries{kind=DeadPrimary,outcome=promoted,type=DeadPrimary,result=success} 1", measured.All);
    }

    [Fact]
    public void One_that_did_not_is_a_failure()
    {
        using var measured = new Measured();
        Telemetry.Ended(Recovery(new RecoveryOutcome.Abandoned(new("nobody is left"))));
        Assert.Contains("orchestrator.recoveries{kind=DeadPrimary,outcome=abandoned,type=DeadPrimary,result=failure} 1", measured.All);
    }

    [Fact]
    public void What_is_practised_is_nobodys_recovery()
    {
        using var measured = new Measured();
        Telemetry.Ended(Recovery(new RecoveryOutcome.Promoted(new InstanceKey("db2", 3306), [])) with { Cluster = PracticeCluster.Id });
        Telemetry.Held(PracticeCluster.Id, "DeadPrimary", "Recovery:FleetLimit");
        Assert.Empty(measured.All);
    }

    [Fact]
    public void A_hold_tells_its_reason_and_one_by_the_breaker_is_a_trip_of_it()
    {
        using var measured = new Measured();
        Telemetry.Held(World.Cluster, "DeadPrimary", "Recovery:FleetLimit, or Recovery:FleetWindow");
        Telemetry.Held(World.Cluster, "DeadPrimary", "the command enable-recovery");
        Assert.Equal(
            [
                "orchestrator.holds{cluster=c-test,code=DeadPrimary,reason=breaker} 1", "orchestrator.breaker.trips{} 1",
                "orchestrator.holds{cluster=c-test,code=DeadPrimary,reason=recovery-disabled} 1",
            ], measured.All);
    }

    internal static Recovery Recovery(RecoveryOutcome outcome) => new()
    {
        Id = "r1", Cluster = World.Cluster, Kind = PlanKinds.DeadPrimary, Actor = "test", StartedAt = World.Noon, Subject = World.Primary,
        Stages =
        [
            new StageRecord(new PlanStage("freeze", "it is dead", []), 1, World.Noon.AddSeconds(1), [], World.Noon.AddSeconds(1.25)),
            new StageRecord(new PlanStage("promote", "the best", []), 1, World.Noon.AddSeconds(1.25), [], World.Noon.AddSeconds(2)) { WasNotBegun = true },
            new StageRecord(PlanStage.End("end", outcome), 1, World.Noon.AddSeconds(3), []),
        ],
    };
}
