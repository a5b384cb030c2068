using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Switching;

/// <summary>S4: a sibling does not forget what it acknowledged because a switch is prepared.</summary>
public sealed class GatheringTests
{
    private const string Lagging = "db1 rw semi=source:1 clients=2 has=A:1-120\ndb2 ro <db1 semi=replica has=A:1-110 rule=prefer\ndb3 ro <db1 semi=replica has=A:1-110 got=A:1-120 lag=3";

    [Fact]
    public void A_sibling_applies_what_it_acknowledged_before_it_is_pointed_elsewhere()
    {
        var (ended, fleet) = Switch(Lagging);
        Assert.Equal(["stand-still", "drain", "gather"], ended.Stages.Take(3).Select(s => s.Stage.Name));
        Assert.Equal(Key("db2"), fleet.Now[Key("db3")]!.Current!.Link!.Source);
        Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
    }

    [Fact]
    public void One_that_does_not_get_that_far_receives_again_and_follows_after_the_switch()
    {
        var (ended, fleet) = Switch(Lagging, "x with db3 WaitUntilApplied times out");
        var before = ended.Stages.TakeWhile(s => s.Stage.Name != "freeze").SelectMany(s => s.Stage.Steps).Select(s => s.Step).Where(s => s.Target.Key == Key("db3")).ToArray();
        Assert.DoesNotContain(before, s => s is PointTo);
        Assert.Equal(ReplicationThreads.Receiver, Assert.IsType<StartReplication>(before[^1]).Threads);
        Assert.Contains(ended.Stages.SkipWhile(s => s.Stage.Name != "open").SelectMany(s => s.Stage.Steps), s => s.Step is PointTo && s.Step.Target.Key == Key("db3"));
        Assert.Empty(Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome).Lost);
        Assert.Equal(Key("db2"), fleet.Now[Key("db3")]!.Current!.Link!.Source);
    }

    [Fact]
    public void One_that_only_stood_still_is_started_again_by_the_way_back_and_not_pointed()
    {
        var topology = WrittenTopology.Read(Lagging);
        var fleet = new SimulatedFleet(topology);
        var stood = Rehearsal.RunStage(PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1"), fleet);
        Assert.Equal("stand-still", stood.Stages[^1].Stage.Name);
        var ended = Rehearsal.Run(stood.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "", topology.TakenAt)), fleet);
        Assert.Equal("cancelled by dana", Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome).Because);
        Assert.DoesNotContain(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step is PointTo);
        var link = fleet.Now[Key("db3")]!.Current!.Link!;
        Assert.True(link is { IsReplicating: true, Received.IsEmpty: false } && link.Source == Key("db1"));
    }

    [Theory]
    [InlineData("db3 ro <db1 has=A:1-9", "gather")]
    [InlineData("db3 ro <db1 has=A:1-5 got=A:1-9", "stand-still")]
    [InlineData("db3 ro <db1 has=A:1-5 got=A:1-8", "gather")]
    public void Without_acknowledgements_what_the_successor_has_may_be_fetched_again(string sibling, string stage)
    {
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-8 rule=prefer\n{sibling}");
        Assert.Equal(stage, Planner.Next(PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1"), topology).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x with db2 SetWritable fails")]
    [InlineData("x with db3 PointTo fails")]
    public void An_applier_that_somebody_stopped_stays_stopped(string faults)
    {
        var (ended, fleet) = Switch("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 sql=stopped has=A:1-5 got=A:1-9", faults);
        var link = fleet.Now[Key("db3")]!.Current!.Link!;
        Assert.Equal((ReplicationThread.Running, ReplicationThread.Stopped), (link.Receiver, link.Applier));
        if (ended.Outcome is RecoveryOutcome.Promoted promoted)
            Assert.Contains(promoted.Lost, l => l.Key == Key("db3") && l.Because.Length > 0);
        else
            Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome);
    }

    /// <summary>S19: what an operator did meanwhile is not undone.</summary>
    [Fact]
    public void A_sibling_that_somebody_moved_meanwhile_is_not_moved_back()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9\ndb4 ro <db1 has=A:1-9 nobinlog");
        var fleet = new SimulatedFleet(topology);
        var gathered = Rehearsal.RunStage(PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1") with { Target = Key("db2") }, fleet);
        var byHand = new SimulatedFleet(WrittenTopology.Read(["db3 ro <db9 has=A:1-9"], fleet.Now));
        var ended = Rehearsal.Run(gathered.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "", topology.TakenAt)), byHand);
        Assert.Equal(Key("db9"), byHand.Now[Key("db3")]!.Current!.Link!.Source);
        Assert.Contains("db3:3306 does not follow db1:3306 again", Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome).Because, StringComparison.Ordinal);
    }

    private static (Recovery Ended, SimulatedFleet Fleet) Switch(string written, string faults = "")
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read(written), WrittenFault.ReadAll(faults));
        return (Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.Takeover, "db1"), fleet), fleet);
    }

    private static InstanceKey Key(string host) => WrittenTopology.Key(host);
}
