using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Explaining;

public sealed class AnalysisAnswerTests
{
    [Fact]
    public void A_problem_bears_the_downtime_that_keeps_it_from_being_recovered()
    {
        var topology = WrittenTopology.Read("db1 rw | refused");
        var analyses = Analyzer.Analyze(topology);
        var meant = new Downtime("dana", "kernel", topology.TakenAt.AddHours(1));
        var told = Assert.Single(AnalysisAnswer.Of(analyses, topology, meant));
        Assert.Equal(("DeadPrimaryWithoutReplicas", "dana"), ($"{told.Code}", told.Downtime?.Owner));
        Assert.Null(Assert.Single(AnalysisAnswer.Of(analyses, topology, null)).Downtime);
    }
}
