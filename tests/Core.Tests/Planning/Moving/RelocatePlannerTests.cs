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
        var before = cluster.Topology[recovery.Subject]!.Now?.Link?.Source;
        var fleet = new SimulatedFleet(cluster.Topology, RandomFaults.Draw(new Random(seed), cluster.Topology.Members.Length, Verbs));
        var ended = Rehearsal.Run(recovery, fleet);
        var at = fleet.Now[recovery.Subject]!.Now?.Link?.Source;
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

    [Fact]
    public void A_cancelled_move_is_undone()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9");
        var fleet = new SimulatedFleet(topology);
        var moved = Rehearsal.RunStage(Recovery(topology, "db3", "db2"), fleet);
        Assert.Equal(Key("db2"), fleet.Now[Key("db3")]!.Now!.Link!.Source);
        var ended = Rehearsal.Run(moved.Told(new OperatorWord(OperatorWish.Cancel, "dana", "wrong one", topology.TakenAt)), fleet);
        Assert.Contains("cancelled by dana: wrong one", Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome).Because, StringComparison.Ordinal);
        Assert.Equal(Key("db1"), fleet.Now[Key("db3")]!.Now!.Link!.Source);
    }

    [Fact]
    public void A_server_that_followed_nobody_follows_nobody_again_when_its_move_is_undone()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro former has=A:1-5");
        var fleet = new SimulatedFleet(topology);
        var moved = Rehearsal.RunStage(Recovery(topology, "db3", "db1"), fleet);
        var ended = Rehearsal.Run(moved.Told(new OperatorWord(OperatorWish.Cancel, "dana", "", topology.TakenAt)), fleet);
        Assert.IsType<ForgetSource>(Assert.Single(ended.Last("move-back")!.Stage.Steps).Step);
        Assert.Empty(fleet.Now[Key("db3")]!.Now!.Links);
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
        var ended = Rehearsal.Run(moved.Told(new OperatorWord(OperatorWish.Cancel, "dana", "", topology.TakenAt)), fleet);
        Assert.Equal([typeof(ForgetSource), typeof(MarkFormerPrimary)], ended.Last("move-back")!.Stage.Steps.Select(s => s.Step.GetType()));
        Assert.True(fleet.Now[Key("db3")]!.IsFormerPrimary);
    }

    private static (RandomCluster Cluster, Recovery Recovery) Draw(int seed)
    {
        var cluster = new RandomCluster(seed, primaryIsDead: false);
        return (cluster, cluster.Move(seed));
    }

    private static Recovery Recovery(Topology topology, string subject, string below) => PlannerTests.Recovery(topology, PlanKinds.Relocate, subject) with { Target = Key(below) };

    private static InstanceKey Key(string host) => WrittenTopology.Key(host);
}
