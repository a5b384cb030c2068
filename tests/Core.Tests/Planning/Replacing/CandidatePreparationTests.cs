using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

public sealed class CandidatePreparationTests
{
    /// <summary>
    /// S6: db3 acknowledged what its applier, which a person stopped, has not applied. Pointed elsewhere it would forget
    /// that, and db2 may be lost before it is open.
    /// </summary>
    [Theory]
    [InlineData("sql=stopped has=A:1-50 got=A:1-100", false)]
    [InlineData("sql=stopped has=A:1-100 got=A:1-100", true)]
    [InlineData("has=A:1-100 got=A:1-100", true)]
    public void An_acknowledging_sibling_keeps_what_a_person_keeps_it_from_applying_until_the_promotion_is_done(string db3, bool isPointedBefore)
    {
        var topology = WrittenTopology.Read(
            "db1 rw semi=source:1 clients=2 has=A:1-100 | refused\n"
            + "db2 ro semi=replica <db1 io=connecting err=2003 has=A:1-100 got=A:1-100\n"
            + $"db3 ro semi=replica <db1 io=connecting err=2003 {db3}");
        var fleet = new SimulatedFleet(topology);
        var ended = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), fleet);
        Assert.Equal("db2", Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome).Key.Host);
        var names = ended.Stages.Select(s => s.Stage.Name).ToList();
        var pointed = ended.Stages.ToList().FindIndex(s => s.Stage.Steps.Any(p => p.Step is PointTo && p.Step.Target.Key.Host == "db3"));
        Assert.Equal(isPointedBefore, pointed <= names.IndexOf("promote"));
        Assert.Equal(WrittenTopology.Key("db2"), fleet.Now[WrittenTopology.Key("db3")]!.Current!.Link!.Source);
    }
}
