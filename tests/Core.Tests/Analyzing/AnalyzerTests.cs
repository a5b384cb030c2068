using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Analyzing;

/// <summary>The rules themselves are told by the scenarios analyze-*.txt.</summary>
public sealed class AnalyzerTests
{
    [Fact]
    public void The_gravest_problem_comes_first()
    {
        var analyses = Analyzer.Analyze(WrittenTopology.Read("db0 ro <db1 io=connecting err=2003\ndb1 rw | refused\ndb2 ro <db1 io=connecting err=2003"));
        Assert.Equal(["DeadPrimary db1:3306", "FirstTierReplicaCannotReachPrimary db0:3306", "FirstTierReplicaCannotReachPrimary db2:3306"], analyses.Select(a => $"{a.Code} {a.Key}"));
    }

    [Fact]
    public void A_healthy_cluster_has_no_problem() => Assert.Empty(Analyzer.Analyze(WrittenTopology.Read("db1 rw\ndb2 ro <db1")));

    [Fact]
    public void A_server_has_one_failure_at_most_and_every_finding_that_is_true()
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting err=2003\ndb3 ro <db2 io=stopped");
        Assert.Equal(
            [AnalysisCode.AllIntermediateSourceReplicasNotReplicating, AnalysisCode.FirstTierReplicaCannotReachPrimary],
            Analyzer.AnalyzeMember(topology, topology[WrittenTopology.Key("db2")]!, DetectionPolicy.Default).Select(a => a.Code));
        Assert.Equal(AnalysisCode.DeadPrimary, Assert.Single(Analyzer.AnalyzeMember(topology, topology.Members[0], DetectionPolicy.Default)).Code);
    }

    [Fact]
    public void Every_problem_comes_with_evidence()
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting err=2003\ndb3 ro <db2 io=stopped");
        Assert.All(Analyzer.Analyze(topology), a => Assert.NotEmpty(a.Because));
    }

    [Fact]
    public void The_policy_says_how_long_silence_must_last()
    {
        var topology = WrittenTopology.Read("db1 rw | timed out 3.0s\ndb2 ro <db1 quiet=9s beat=1s");
        Assert.Equal(AnalysisCode.DeadPrimary, Analyzer.Analyze(topology)[0].Code);
        Assert.Equal(AnalysisCode.UnreachablePrimary, Analyzer.Analyze(topology, new DetectionPolicy { SilenceConfirmation = TimeSpan.FromSeconds(4) })[0].Code);
    }

    [Theory]
    [InlineData("unreachable")]
    [InlineData("reset")]
    [InlineData("shutting down")]
    public void Only_a_refused_connection_needs_no_waiting(string probe)
    {
        Assert.Equal(AnalysisCode.UnreachablePrimary, Analyzer.Analyze(WrittenTopology.Read($"db1 rw | {probe}\ndb2 ro <db1 io=connecting"))[0].Code);
        Assert.Equal(AnalysisCode.DeadPrimary, Analyzer.Analyze(WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting"))[0].Code);
    }

    [Theory]
    [InlineData("db1 rw | refused\ndb2 ro <db1 io=connecting\ndb3 ro <db1 | refused", true)] // by another name
    [InlineData("db1 rw | refused\ndb2 ro <db1", false)]
    [InlineData("db1 rw\ndb2 ro <db1 io=connecting", false)]
    [InlineData("db2 ro <db1 io=connecting", false)]
    public void A_problem_stands_while_the_same_plan_would_be_begun_for_the_same_server(string servers, bool stands)
    {
        var found = Analyzer.Analyze(WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting"))[0];
        Assert.Equal(stands, Analyzer.Stands(WrittenTopology.Read(servers), found));
    }
}
