using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Switching;

/// <summary>S11, S20: what was told to follow the successor follows when it is seen to receive.</summary>
public sealed class ConnectingTests
{
    private const string Three =
        "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9 rule=prefer\ndb3 ro <db1 has=A:1-9\ndb4 ro <db1 has=A:1-9";

    /// <summary>One that is turned away may be the only one that acknowledges.</summary>
    [Theory]
    [InlineData(Three)]
    [InlineData("db1 rw semi=source:1 clients=2 has=A:1-9\ndb2 ro <db1 semi=replica has=A:1-9 rule=prefer\n"
        + "db3 ro <db1 semi=replica has=A:1-9")]
    public void A_switch_whose_siblings_are_turned_away_ends_before_writes_are_blocked(string written)
    {
        var (ended, fleet) = Switch(written, "x with db2 turns away");
        var because = Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome).Because;
        Assert.Equal("Wait until db3:3306 receives from db2:3306 failed: error 1045: access denied", because);
        Assert.DoesNotContain(ended.Stages, s => s.Stage.Name == "freeze");
        Assert.All(fleet.Now.Members.Skip(1), m => Assert.Equal(Key("db1"), m.Current!.Link!.Source));
        Assert.All(fleet.Now.Members.Skip(1), m => Assert.True(m.Current!.Link!.IsReplicating));
    }

    [Fact]
    public void One_that_has_not_connected_in_time_ends_it_too()
    {
        var (ended, _) = Switch(Three, "x with db2 turns away; db3 WaitUntilReceiving times out");
        Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome);
        Assert.DoesNotContain(ended.Stages, s => s.Stage.Name == "freeze");
    }

    /// <summary>Nobody goes below the successor before it is opened: it is found out when there is no way back.</summary>
    [Fact]
    public void An_old_primary_that_is_turned_away_is_told_as_it_is_seen()
    {
        var (ended, fleet) = Switch("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9", "x with db2 turns away");
        var promoted = Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
        Assert.Equal(
            new Lost(Key("db1"), "cannot connect to the new primary: error 1045: access denied"),
            Assert.Single(promoted.Lost));
        Assert.True(fleet.Now[Key("db2")]!.Current!.AcceptsWrites);
    }

    /// <summary>L3: commits would wait for it for ever.</summary>
    [Fact]
    public void Commits_do_not_wait_for_an_old_primary_that_is_turned_away()
    {
        var (ended, fleet) = Switch(
            "db1 rw semi=source:1 clients=1 has=A:1-9\ndb2 ro <db1 semi=replica has=A:1-9", "x with db2 turns away");
        Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
        Assert.False(fleet.Now[Key("db2")]!.Current!.SemiSync.SourceEnabled);
    }

    [Theory]
    [InlineData("db1 rw has=A:1-9", "db2 ro <db1 has=A:1-9 repl=none", "would log in as 'repl'")]
    [InlineData("db1 rw lacks=RELOAD has=A:1-9", "db2 ro <db1 has=A:1-9", "db1:3306 does not allow our account")]
    [InlineData("db1 rw has=A:1-9", "db2 ro <db1 has=A:1-9\ndb3 ro <db1 lacks=SUPER has=A:1-9", "db3:3306 would be left behind")]
    public void What_is_known_to_fail_is_refused(string old, string replicas, string because)
    {
        var topology = WrittenTopology.Read($"{old}\n{replicas}");
        var first = Planner.Next(PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1"), topology);
        Assert.Contains(because, Assert.IsType<RecoveryOutcome.Abandoned>(first.Outcome).Refusal.Because, StringComparison.Ordinal);
    }

    private static (Recovery Ended, SimulatedFleet Fleet) Switch(string written, string faults)
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read(written), WrittenFault.ReadAll(faults));
        return (Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.Takeover, "db1"), fleet), fleet);
    }

    private static InstanceKey Key(string host) => WrittenTopology.Key(host);
}
