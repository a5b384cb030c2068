using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;
using OrchestratorFunctions.Core.Tests.Simulation;

namespace OrchestratorFunctions.Core.Tests.Planning.Moving;

/// <summary>The stories stand in the scenario move-replicas.txt; here is what holds whatever fails, and for many.</summary>
public sealed class ManyMovesTests
{
    private static readonly InstanceKey Db1 = WrittenTopology.Key("db1"), Db2 = WrittenTopology.Key("db2");

    /// <summary>Each server has its end: where it says it is, or named with the reason.</summary>
    [Fact]
    public void Whatever_fails_every_server_is_where_the_outcome_says_or_is_named_in_it() => Seeds.Each(85_000, 1500, seed =>
    {
        var random = new Random(seed);
        var replicas = Enumerable.Range(3, 4).Select(n =>
            $"db{n} ro <db1 has=A:1-90 got=A:1-{90 + random.Next(11)}{(random.Next(3) == 0 ? " semi=replica" : "")}{(random.Next(6) == 0 ? " sqlerr=1062" : "")}");
        var topology = WrittenTopology.Read($"db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100\n{string.Join('\n', replicas)}");
        var fleet = new SimulatedFleet(topology, RandomFaults.Draw(random, 6, ["StopReceiving", "PointTo", "WaitUntilReceiving", "WaitUntilApplied"]));
        var ended = Rehearsal.Run(Asked(topology), fleet);
        var told = $"seed {seed}\n{WrittenTopology.Shorten(RecoveryText.Tell(ended))}";
        if (ended.Outcome is RecoveryOutcome.Abandoned) return;
        var moved = Assert.IsType<RecoveryOutcome.Moved>(ended.Outcome);
        var follow = topology.ReplicasOf(Db1).Where(r => r.Key != Db2 && fleet.Now[r.Key]!.LastKnown!.Link!.Source == Db2 && fleet.Now[r.Key]!.IsSeen).Select(r => r.Key).ToHashSet();
        var left = moved.Left.Select(l => l.Key).ToHashSet();
        Assert.True(moved.Count + left.Count == 4, told);
        // A server that is named may have gone there unseen; one that is not named has.
        Assert.All(topology.ReplicasOf(Db1).Where(r => r.Key != Db2 && !left.Contains(r.Key) && fleet.Now[r.Key]!.IsSeen), r => Assert.True(follow.Contains(r.Key), $"{r.Key}: {told}"));
    });

    /// <summary>A wide source is moved in parts, so that it is not told to all at the same time.</summary>
    [Fact]
    public void Of_many_so_many_go_at_the_same_time_and_all_arrive()
    {
        var names = Enumerable.Range(3, 40).Select(n => $"db{n}").ToArray();
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\n{string.Join('\n', names.Select(n => $"{n} ro uuid=none <db1 has=A:1-9"))}");
        var ended = Rehearsal.Run(Asked(topology), new SimulatedFleet(topology));
        Assert.Equal(new RecoveryOutcome.Moved(40, []).Says, ended.Outcome!.Says);
        Assert.Equal(40, ended.Stages[0].Stage.Moves.Length);
        Assert.Equal(16, ended.Stages.Max(s => s.Stage.Steps.Length));
        Assert.Equal(names.Length, ended.Stages.SelectMany(s => s.Stage.Steps).Count(s => s.Step is PointTo));
        Assert.Equal(Json.Of(ended), Json.Of(Json.RoundTrip(ended)));
    }

    /// <summary>Whoever takes the record up goes on with every server where it stood.</summary>
    [Fact]
    public void One_that_is_taken_up_in_the_middle_ends_as_if_it_had_not_been_left()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro <db1 has=A:1-90 got=A:1-100 semi=replica\ndb4 ro <db1 has=A:1-100");
        var (whole, fleet) = (Rehearsal.Run(Asked(topology), new SimulatedFleet(topology)), new SimulatedFleet(topology));
        var parts = Asked(topology);
        while (!parts.IsEnded) parts = Json.RoundTrip(Rehearsal.RunStage(parts, fleet));
        Assert.Equal(RecoveryText.Tell(whole), RecoveryText.Tell(parts));
    }

    private static Recovery Asked(Topology topology) => new()
    {
        Id = "r1", Cluster = topology.Cluster, Kind = MoveKinds.RelocateReplicas, Actor = "dba", StartedAt = topology.TakenAt, Subject = Db1, Target = Db2,
    };
}
