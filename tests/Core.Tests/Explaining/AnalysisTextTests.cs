using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Explaining;

public sealed class AnalysisTextTests
{
    [Fact]
    public void Of_a_cluster_that_is_well_nothing_is_said() => Assert.Equal("", AnalysisText.Describe([], WrittenTopology.Read("db1 rw"), null));

    [Fact]
    public void A_downtime_is_told_beside_the_problem_it_keeps_from_being_recovered()
    {
        var topology = WrittenTopology.Read("db1 rw | refused");
        var downtime = new Downtime("dana", "kernel", topology.TakenAt.AddHours(1));
        var text = AnalysisText.Describe(Analyzer.Analyze(topology), topology, downtime);
        Assert.Contains($"  Not recovered: in downtime until {downtime.Until:u} by dana: kernel\n", text, StringComparison.Ordinal);
        Assert.EndsWith($"cluster {topology.Cluster}: in downtime until {downtime.Until:u} by dana: kernel\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("downtime", AnalysisText.Describe(Analyzer.Analyze(topology), topology, downtime with { Until = topology.TakenAt }), StringComparison.Ordinal);
    }

    [Fact]
    public void Evidence_and_what_helps_stand_below_the_verdict() => Assert.Equal(
        "db1:3306  DeadPrimaryWithoutReplicas\n  The primary cannot be reached and has no replicas\n  - db1:3306 does not answer (connection refused)\n  What helps: a replica to promote\n",
        AnalysisText.Describe(Analyzer.Analyze(WrittenTopology.Read("db1 rw | refused")), WrittenTopology.Read("db1 rw | refused"), null));
}
