using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Analyzing.Rules;

namespace OrchestratorFunctions.Core.Tests.Analyzing.Rules;

/// <summary>What each row decides in full stands in the scenarios analyze-*.txt.</summary>
public sealed class CoPrimaryRulesTests
{
    [Theory]
    [InlineData("db1 rw <db2 | refused\ndb2 rw <db1 io=connecting", "DeadCoPrimary")]
    [InlineData("db1 rw <db2 | unreachable\ndb2 rw <db1", "UnreachableCoPrimary")]
    [InlineData("db1 rw <db2\ndb2 rw <db1", "")]
    public void Db1_has_the_problem(string written, string code)
    {
        var topology = WrittenTopology.Read(written);
        var context = RuleContext.Of(topology, topology[WrittenTopology.Key("db1")]!, DetectionPolicy.Default);
        Assert.Equal(code, string.Join(", ", CoPrimaryRules.Table.True(context).Select(r => r.Code)));
    }
}
