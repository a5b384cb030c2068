using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <summary>
/// S6, S8, S12: while a dead primary is replaced, a person finds it at another address and points its replicas there. The
/// receivers had been stopped by the recovery.
/// </summary>
public sealed class HandledReplicasTests
{
    private const string Dead = "db1 rw has=A:1-9 | refused\n"
        + "db2 ro <db1 io=connecting err=2003 has=A:1-9\ndb3 ro <db1 io=connecting err=2003 has=A:1-9";

    [Theory]
    // Nobody touched them.
    [InlineData("db2 ro <db1 io=stopped has=A:1-9", "promote", "db2", "")]
    // It is a person's by now, so the other one is promoted.
    [InlineData("db2 ro <pod9 io=connecting err=2003 has=A:1-9", "promote", "db3", "")]
    [InlineData("db2 ro <pod9 io=stopped has=A:1-9", "promote", "db3", "")]
    // Somebody sends it something.
    [InlineData("db2 ro <pod9 has=A:1-12", "reopen", null, "db2:3306 receives from pod9:3306, which no server of the cluster is known by: that may be db1:3306 at another address")]
    // The old primary sends it something.
    [InlineData("db2 ro <db1 quiet=0.2 beat=1 has=A:1-12", "reopen", null, "db2:3306 was started by somebody else meanwhile, and hears from db1:3306")]
    public void What_a_person_does_to_a_replica_meanwhile_is_believed(string db2, string stage, string? chosen, string because)
    {
        var (recovery, topology) = Frozen();
        var next = Planner.Next(recovery, WrittenTopology.Read([db2], topology));
        Assert.Equal((stage, chosen), (next.Name, next.Choice?.Candidate.Host));
        Assert.Contains(because, next.Because, StringComparison.Ordinal);
    }

    /// <summary>It is nobody's to be pointed to the new primary, and the outcome names it.</summary>
    [Fact]
    public void One_that_was_pointed_elsewhere_is_left_there()
    {
        var (recovery, topology) = Frozen();
        var now = WrittenTopology.Read(["db2 ro <pod9 io=connecting err=2003 has=A:1-9"], topology);
        for (var stage = Planner.Next(recovery, now); ; stage = Planner.Next(recovery, now))
        {
            Assert.DoesNotContain(stage.Steps, s => s.Step.Target.Key.Host == "db2");
            if (stage.Outcome is RecoveryOutcome.Promoted promoted)
            {
                Assert.Contains("was pointed to pod9:3306 by somebody else", Assert.Single(promoted.Lost).Because, StringComparison.Ordinal);
                return;
            }
            (recovery, now) = Done(recovery, stage, now);
        }
    }

    /// <summary>Whoever asked for the failover vouches that the primary is off.</summary>
    [Fact]
    public void A_person_who_vouches_is_believed_more()
    {
        var (recovery, topology) = Frozen();
        recovery = recovery with { Request = new OperatorRequest("dba") { PrimaryIsDead = true } };
        var next = Planner.Next(recovery, WrittenTopology.Read(["db2 ro <pod9 has=A:1-9"], topology));
        Assert.Equal("db3", next.Choice?.Candidate.Host);
    }

    private static (Recovery, Topology) Frozen()
    {
        var topology = WrittenTopology.Read(Dead);
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        return Done(recovery, Planner.Next(recovery, topology), topology);
    }

    private static (Recovery, Topology) Done(Recovery recovery, PlanStage stage, Topology topology)
    {
        var done = new StepResult(StepState.Done, TimeSpan.Zero);
        var record = new StageRecord(stage, 1, WrittenTopology.Noon, [.. stage.Steps.Select(_ => done)], WrittenTopology.Noon);
        var after = stage.Steps.Where(s => s.Step is not Fence).Aggregate(topology, (t, s) => s.Step.Effect(t));
        return (recovery.With(record), after);
    }
}
