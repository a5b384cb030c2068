using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Explaining;

public sealed class AnalysisTextTests
{
    [Fact]
    public void Nothing_wrong_is_said_too() => Assert.Equal("No problem\n", AnalysisText.Describe([]));

    [Fact]
    public void Evidence_and_what_helps_stand_below_the_verdict() => Assert.Equal(
        "db1:3306  DeadPrimaryWithoutReplicas\n  The primary cannot be reached and has no replicas\n  - db1:3306 does not answer (connection refused)\n  What helps: a replica to promote\n",
        AnalysisText.Describe(Analyzer.Analyze(WrittenTopology.Read("db1 rw | refused"))));
}
