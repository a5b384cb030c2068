using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;
using OrchestratorFunctions.Core.Tests.Simulation;

namespace OrchestratorFunctions.Core.Tests.Planning.Moving;

/// <summary>The stories stand in the scenarios relocate*.txt; here is what holds of all of them.</summary>
public sealed class RelocatePlannerTests
{
    private static readonly string[] Verbs = ["PointTo", "WaitUntilReceiving", "WaitUntilApplied", "ForgetSource"];

    [Fact]
    public void Whatever_fails_the_server_is_at_its_new_or_its_old_place_or_the_outcome_says_that_it_is_not() => Seeds.Each(70_000, 4000, seed =>
    {
        var (cluster, recovery) = Draw(seed);
        var before = cluster.Topology[recovery.Subject]!.Current?.Link?.Source;
        var fleet = new SimulatedFleet(cluster.Topology, RandomFaults.Draw(new Random(seed), cluster.Topology.Members.Length, Verbs));
        var ended = Rehearsal.Run(recovery, fleet);
        var at = fleet.Now[recovery.Subject]!.Current?.Link?.Source;
        Hold(ended.Outcome switch
        {
            RecoveryOutcome.Relocated => at == recovery.Target,
            RecoveryOutcome.RolledBack => at == before,
            _ => at == before || at == recovery.Target || !fleet.Now[recovery.Subject]!.IsSeen,
        }, "it is not where the outcome says");
        Hold(ended.Stages.SelectMany(s => s.Stage.Steps).All(s => s.Step.Target.Key == recovery.Subject), "another server was touched");
        Hold(cluster.Topology.CoPrimaries.Any() || !fleet.Now.CoPrimaries.Any(), "S10: a ring");
        Hold(ended.Stages.Length <= RecoveryPolicy.StageLimit + 1, "it did not end");

        void Hold(bool holds, string what)
        {
            if (!holds) throw new SimulationException($"{what}, seed {seed}\n{cluster.Written}\n{WrittenTopology.Shorten(RecoveryText.Tell(ended))}");
        }
    });

    [Fact]
    public void The_draw_sees_every_kind_of_end()
    {
        var ends = Enumerable.Range(70_000, 4000).Select(seed =>
        {
            var (cluster, recovery) = Draw(seed);
            return Rehearsal.Run(recovery, new SimulatedFleet(cluster.Topology, RandomFaults.Draw(new Random(seed), cluster.Topology.Members.Length, Verbs))).Outcome!.GetType().Name;
        }).CountBy(name => name).ToDictionary();
        Assert.True(ends.Count == 3 && ends.Values.Min() >= 10, string.Join(", ", ends));
    }

    /// <summary>S12: opened by hand, it lost its link within the cluster; the other one is somebody else's.</summary>
    [Fact]
    public void A_channel_from_outside_of_the_cluster_stays_though_it_is_the_only_one()
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read(
            "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db8 channel=aux semi=replica has=A:1-9"));
        var moved = Recovery(fleet.Now, "db3", "db2");
        var ended = Rehearsal.Run(moved with { Policy = moved.Policy with { HasReplicationAccount = true } }, fleet);
        Assert.IsType<RecoveryOutcome.Relocated>(ended.Outcome);
        Assert.DoesNotContain(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step.Target.ChannelName == "aux");
        Assert.Equal([Key("db8"), Key("db2")], fleet.Now[Key("db3")]!.Current!.Links.OrderByDescending(l => l.Channel.Length).Select(l => l.Source));
    }

    [Fact]
    public void A_cancelled_move_is_undone()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9");
        var fleet = new SimulatedFleet(topology);
        var moved = Rehearsal.RunStage(Recovery(topology, "db3", "db2"), fleet);
        Assert.Equal(Key("db2"), fleet.Now[Key("db3")]!.Current!.Link!.Source);
        var ended = Rehearsal.Run(moved.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "wrong one", topology.TakenAt)), fleet);
        Assert.Contains("cancelled by dana: wrong one", Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome).Because, StringComparison.Ordinal);
        Assert.Equal(Key("db1"), fleet.Now[Key("db3")]!.Current!.Link!.Source);
    }

    /// <summary>S19: its receiver stood still before the move, because a person had stopped it.</summary>
    [Theory]
    [InlineData("x with db3 PointTo fails at 1", "db1", "db2")]
    [InlineData("x with db3 PointTo times out but happens at 1", "db1", "db2")]
    [InlineData("x with db3 PointTo fails at 1", "db1", "db1")]
    public void A_receiver_that_a_person_had_stopped_is_not_started_by_the_way_back(string fault, string before, string to)
    {
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <{before} io=stopped has=A:1-9");
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll(fault));
        var moved = Rehearsal.RunStage(Recovery(topology, "db3", to), fleet);
        var ended = Rehearsal.Run(moved.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "", topology.TakenAt)), fleet);
        Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome);
        var link = fleet.Now[Key("db3")]!.Current!.Link!;
        Assert.Equal((Key(before), ReplicationThread.Stopped, ReplicationThread.Running), (link.Source, link.Receiver, link.Applier));
    }

    [Fact]
    public void A_server_that_followed_nobody_follows_nobody_again_when_its_move_is_undone()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro former has=A:1-5");
        var fleet = new SimulatedFleet(topology);
        var moved = Rehearsal.RunStage(Recovery(topology, "db3", "db1"), fleet);
        var ended = Rehearsal.Run(moved.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "", topology.TakenAt)), fleet);
        Assert.IsType<ForgetSource>(Assert.Single(ended.Last("move-back")!.Stage.Steps).Step);
        Assert.Empty(fleet.Now[Key("db3")]!.Current!.Links);
    }

    [Fact]
    public void A_former_primary_that_arrived_is_a_replica_again_and_loses_its_mark()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro former has=A:1-5");
        var fleet = new SimulatedFleet(topology);
        var ended = Rehearsal.Run(Recovery(topology, "db3", "db1"), fleet);
        Assert.IsType<RecoveryOutcome.Relocated>(ended.Outcome);
        Assert.Equal(ClearFormerPrimary.Of(Key("db3")), Assert.Single(ended.Last("unmark")!.Stage.Steps).Step);
        Assert.False(fleet.Now[Key("db3")]!.IsFormerPrimary);
    }

    [Fact]
    public void A_server_that_follows_nobody_after_its_move_was_undone_is_marked()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro has=A:1-5");
        var fleet = new SimulatedFleet(topology);
        var moved = Rehearsal.RunStage(Recovery(topology, "db3", "db1"), fleet);
        var ended = Rehearsal.Run(moved.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "", topology.TakenAt)), fleet);
        Assert.Equal([typeof(ForgetSource), typeof(MarkFormerPrimary)], ended.Last("move-back")!.Stage.Steps.Select(s => s.Step.GetType()));
        Assert.True(fleet.Now[Key("db3")]!.IsFormerPrimary);
    }

    private const string Acknowledging = "db1 rw semi=source:1 has=A:1-120\ndb2 ro <db1 semi=replica has=A:1-120\ndb3 ro <db1 semi=replica has=A:1-110 got=A:1-120";

    /// <summary>S4: the move is refused because it lags, and what it acknowledged stays in its relay log.</summary>
    [Fact]
    public void A_move_that_is_given_up_before_it_moved_does_not_forget_what_was_acknowledged()
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read(Acknowledging), WrittenFault.ReadAll("x with db3 WaitUntilApplied times out"));
        var ended = Rehearsal.Run(Recovery(fleet.Now, "db3", "db2"), fleet);
        Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome);
        Assert.DoesNotContain(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step is PointTo);
        var link = fleet.Now[Key("db3")]!.Current!.Link!;
        Assert.True(link is { IsReplicating: true, Received.IsEmpty: false } && link.Source == Key("db1"));
    }

    [Fact]
    public void On_its_way_back_it_applies_first_what_it_received_from_its_new_source()
    {
        var (moved, fleet) = Moved("db3 ro <db2 semi=replica has=A:1-120 got=A:1-130");
        var ended = Rehearsal.Run(moved, fleet);
        Assert.Equal(["stand-still", "drain", "move-back"], ended.Stages.Where(s => s.Stage.GoesBack).Select(s => s.Stage.Name));
        Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome);
        Assert.True(fleet.Now[Key("db3")]!.Current!.Gtid.Executed.Contains(fleet.Now[Key("db1")]!.Current!.Gtid.Executed));
    }

    [Fact]
    public void One_that_would_forget_what_nobody_else_has_stays_where_it_is_and_the_end_says_so()
    {
        var (moved, fleet) = Moved("db3 ro <db2 semi=replica has=A:1-120 got=A:1-130", "x with db3 WaitUntilApplied times out");
        var ended = Rehearsal.Run(moved, fleet);
        var because = Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal.Because;
        Assert.Contains("stays below db2:3306, because it has received", because, StringComparison.Ordinal);
        var link = fleet.Now[Key("db3")]!.Current!.Link!;
        Assert.True(link is { IsReplicating: true, Received.IsEmpty: false } && link.Source == Key("db2"));
    }

    [Fact]
    public void A_replica_that_would_forget_what_its_new_source_lacks_stands_still_first()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-8\ndb3 ro <db1 has=A:1-5 got=A:1-9");
        Assert.Equal("stand-still", Planner.Next(Recovery(topology, "db3", "db2"), topology).Name);
        var ahead = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-5 got=A:1-9");
        Assert.Equal("move", Planner.Next(Recovery(ahead, "db3", "db2"), ahead).Name);
    }

    /// <summary>L3: closing it switched its semi-sync off, so that nothing tells any more that it had been part of the promise.</summary>
    [Theory]
    [InlineData("semi=available", "semi=source:1", true)]
    [InlineData("semi=source:1", "semi=source:1", true)]
    [InlineData("semi=available", "semi=available", false)]
    [InlineData("", "semi=source:1", false)]
    public void A_former_primary_below_one_that_waits_acknowledges(string former, string primary, bool expected)
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read($"db1 ro former {former} has=A:1-9\ndb2 rw {primary} has=A:1-9\ndb3 ro <db2 semi=replica has=A:1-9"));
        Assert.IsType<RecoveryOutcome.Relocated>(Rehearsal.Run(Recovery(fleet.Now, "db1", "db2"), fleet).Outcome);
        Assert.Equal(expected, fleet.Now[Key("db1")]!.Current!.SemiSync.ReplicaEnabled);
    }

    [Fact]
    public void A_former_primary_that_cannot_acknowledge_is_moved_all_the_same()
    {
        var fleet = new SimulatedFleet(
            WrittenTopology.Read("db1 ro former semi=available has=A:1-9\ndb2 rw semi=source:1 has=A:1-9\ndb3 ro <db2 semi=replica has=A:1-9"), WrittenFault.ReadAll("x with db1 SetSemiSync fails"));
        Assert.IsType<RecoveryOutcome.Relocated>(Rehearsal.Run(Recovery(fleet.Now, "db1", "db2"), fleet).Outcome);
    }

    // db3 was moved below db2, which waits for it too; then the move is cancelled.
    private static (Recovery Moved, SimulatedFleet Fleet) Moved(string since, string faults = "")
    {
        const string chain = "db1 rw semi=source:1 has=A:1-120\ndb2 ro <db1 semi=source:1 has=A:1-120\ndb3 ro <db1 semi=replica has=A:1-120\ndb4 ro <db1 semi=replica has=A:1-120";
        var fleet = new SimulatedFleet(WrittenTopology.Read(chain));
        var moved = Recovery(fleet.Now, "db3", "db2");
        do moved = Rehearsal.RunStage(moved, fleet);
        while (moved.Stages[^1].Stage.Name != "move");
        var later = WrittenTopology.Read([since], fleet.Now);
        return (moved.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "", later.TakenAt)), new SimulatedFleet(later, WrittenFault.ReadAll(faults)));
    }

    private static (RandomCluster Cluster, Recovery Recovery) Draw(int seed)
    {
        var cluster = new RandomCluster(seed, primaryIsDead: false);
        return (cluster, cluster.Move(seed));
    }

    private static Recovery Recovery(Topology topology, string subject, string below) => PlannerTests.Recovery(topology, PlanKinds.Relocate, subject) with { Target = Key(below) };

    private static InstanceKey Key(string host) => WrittenTopology.Key(host);
}
