using OrchestratorFunctions.Core.Analyzing;

namespace OrchestratorFunctions.Core.Tests.Analyzing;

public sealed class RuleTableTests
{
    [Fact]
    public void The_first_failure_is_the_only_one_and_every_finding_counts()
    {
        var table = new RuleTable([Row("f1", false), Row("f2", true), Row("f3", true)], [Row("a", true), Row("b", false), Row("c", true)]);
        var topology = WrittenTopology.Read("db1 rw");
        var context = RuleContext.Of(topology, topology.Members[0], DetectionPolicy.Default);
        Assert.Equal(["f2", "a", "c"], table.True(context).Select(r => r.Sentence));
        Assert.Equal(6, table.Rows.Count());
    }

    private static AnalysisRule Row(string sentence, bool isTrue) =>
        new(AnalysisCode.DeadPrimary, Severity.Warning, null, sentence, "", Evidence.OfServer, _ => isTrue);
}
