using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <summary>Who is left behind by a promotion of db2, and why (L2).</summary>
public sealed class FollowersTests
{
    [Theory]
    [InlineData("db3 ro <db1 io=connecting has=A:1-9", "")]
    [InlineData("db3 ro <db1 io=connecting has=A:1-9,C:1", "")]
    [InlineData("db3 ro <db1 io=connecting has=A:1-9 | refused", "db3 (was not seen (connection refused))")]
    [InlineData("db3 ro <db1 io=connecting has=A:1-3", "db3 (needs transactions that db2 has purged)")]
    [InlineData("db3 ro <db1 io=connecting has=A:1-3 got=A:4-9", "db3 (needs transactions that db2 has purged)")]
    [InlineData("db3 ro <db1 io=connecting has=A:1-12 nobinlog", "db3 (has A:10-12, which db2 lacks)")]
    [InlineData("db3 ro <db1 has=A:1-9 | refused\ndb4 ro <db3 has=A:1-9\ndb5 ro <db4 has=A:1-9", "db3 (was not seen (connection refused)); db4 (is below db3, which was not seen); db5 (is below db3, which was not seen)")]
    public void Are_named_with_a_reason(string others, string lost)
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-9 purged=A:1-5\n" + others);
        var seed = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1") with { Target = WrittenTopology.Key("db2"), Policy = new() { AllowPossibleLoss = true } };
        var promoted = Assert.IsType<RecoveryOutcome.Promoted>(Rehearsal.Run(seed, new SimulatedFleet(topology)).Outcome);
        Assert.Equal(lost, WrittenTopology.Shorten(string.Join("; ", promoted.Lost.Select(l => $"{l.Key.Host} ({l.Because})")).Replace(":3306", "", StringComparison.Ordinal)));
    }

    /// <summary>It followed db2 before: the record would say that every replica seen follows it.</summary>
    [Fact]
    public void A_replica_of_the_new_primary_that_is_turned_away_there_is_named()
    {
        var promoted = Promote("db4 ro <db2 io=connecting err=1045 has=A:1-9");
        Assert.Equal("cannot connect to the new primary: error 1045: error 1045", Assert.Single(promoted.Lost).Because);
        Assert.Empty(Promote("db4 ro <db2 has=A:1-9").Lost);
    }

    private static RecoveryOutcome.Promoted Promote(string others)
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-9\n" + others);
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        return Assert.IsType<RecoveryOutcome.Promoted>(Rehearsal.Run(recovery, new SimulatedFleet(topology)).Outcome);
    }

    [Fact]
    public void A_replica_that_cannot_connect_to_the_new_primary_is_lost()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-9\ndb3 ro <db1 io=connecting has=A:1-9");
        var fleet = new SimulatedFleet(topology);
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Stages[^1].Stage.Name != "promote");
        var now = WrittenTopology.Read(["db3 ro <db2 io=connecting err=1045 has=A:1-9"], fleet.Now);
        var promoted = Assert.IsType<RecoveryOutcome.Promoted>(Planner.Next(recovery, now).Outcome);
        Assert.Equal("cannot connect to the new primary: error 1045: error 1045", Assert.Single(promoted.Lost).Because);
    }
}
