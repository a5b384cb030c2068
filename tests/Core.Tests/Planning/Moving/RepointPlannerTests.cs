using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;
using OrchestratorFunctions.Core.Tests.Simulation;

namespace OrchestratorFunctions.Core.Tests.Planning.Moving;

/// <summary>The stories stand in the scenario repoint.txt; here is what holds when something goes wrong.</summary>
public sealed class RepointPlannerTests
{
    private static readonly InstanceKey Db3 = WrittenTopology.Key("db3");

    [Fact]
    public void Whatever_fails_the_server_is_below_its_source_and_receives_or_the_outcome_says_that_it_does_not() => Seeds.Each(81_000, 2000, seed =>
    {
        var random = new Random(seed);
        var error = random.Next(2) == 0 ? " sqlerr=1594" : "";
        var topology = WrittenTopology.Read($"db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro <db2 has=A:1-90 got=A:1-{90 + random.Next(11)}{error}");
        var fleet = new SimulatedFleet(topology, RandomFaults.Draw(random, 3, ["StopReceiving", "PointTo", "WaitUntilReceiving", "StartReplication"]));
        var ended = Rehearsal.Run(Repoint(topology), fleet);
        var link = fleet.Now[Db3]!.Current?.Link;
        var isWell = link is { Receiver: not ReplicationThread.Stopped } && link.Source == WrittenTopology.Key("db2");
        Assert.True(isWell || ended.Outcome is RecoveryOutcome.Abandoned, $"seed {seed}\n{WrittenTopology.Shorten(RecoveryText.Tell(ended))}");
        Assert.True(ended.Outcome is not RecoveryOutcome.Relocated || link is { Applier: ReplicationThread.Running }, $"seed {seed}");
    });

    /// <summary>The move by itself remembers nothing of what was told to stop before it.</summary>
    [Fact]
    public void One_that_is_given_up_in_between_receives_again()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db2 has=A:1-9");
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db3 PointTo fails"));
        var ended = Rehearsal.Run(Repoint(topology), fleet);
        Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome);
        Assert.Equal((ReplicationThread.Running, ReplicationThread.Running), (fleet.Now[Db3]!.Current!.Link!.Receiver, fleet.Now[Db3]!.Current!.Link!.Applier));
    }

    /// <summary>Somebody moved it while its record was being taken up: the source that was meant is the one it had.</summary>
    [Fact]
    public void What_somebody_else_moved_meanwhile_is_not_followed_to_another_source()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db2 has=A:1-9");
        var pointed = Rehearsal.RunStage(Repoint(topology), new SimulatedFleet(topology));
        var moved = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9");
        var next = Planner.Next(pointed, moved);
        Assert.Contains("db3:3306 follows db1:3306 by now", next.Because, StringComparison.Ordinal);
        Assert.Empty(next.Steps);
    }

    private static Recovery Repoint(Topology topology) => new()
    {
        Id = "r1", Cluster = topology.Cluster, Kind = PlanKinds.Repoint, Actor = "dana", StartedAt = topology.TakenAt, Subject = Db3,
    };
}
