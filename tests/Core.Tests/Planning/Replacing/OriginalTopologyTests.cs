using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

public sealed class OriginalTopologyTests
{
    [Fact]
    public void Whoever_was_moved_or_cut_loose_is_judged_again_when_the_candidate_dies()
    {
        // Its siblings are to acknowledge, so they are pointed to it before it is opened.
        var topology = WrittenTopology.Read("db1 rw has=A:1-9 semi=source:2 clients=3 | refused\n"
            + string.Join('\n', Enumerable.Range(2, 3).Select(i => $"db{i} ro <db1 io=connecting semi=replica has=A:1-9")));
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db2 SetWritable fails"));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Times("promote") == 0);
        var now = WrittenTopology.Read(["db2 | refused"], fleet.Now);
        Assert.Empty(now.ReplicasOf(topology.Members[0].Key));
        var choice = Planner.Next(recovery, now).Choice!;
        Assert.Equal("db3", choice.Candidate.Host);
        Assert.Equal(["db3", "db4", "db2"], choice.Judgements.Select(j => j.Key.Host));
    }
}
