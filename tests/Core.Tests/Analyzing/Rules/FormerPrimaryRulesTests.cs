using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Analyzing.Rules;

namespace OrchestratorFunctions.Core.Tests.Analyzing.Rules;

/// <summary>What each row decides in full stands in the scenarios analyze-*.txt.</summary>
public sealed class FormerPrimaryRulesTests
{
    [Theory]
    [InlineData("db1 rw former\ndb2 rw\ndb3 ro <db2", "ReturnedPrimary")]
    [InlineData("db1 ro former\ndb2 rw\ndb3 ro <db2", "")]
    [InlineData("db1 rw former | refused\ndb2 rw\ndb3 ro <db2", "")]
    public void Db1_has_the_problem(string written, string code)
    {
        var topology = WrittenTopology.Read(written);
        var context = RuleContext.Of(topology, topology[WrittenTopology.Key("db1")]!, DetectionPolicy.Default);
        Assert.Equal(code, string.Join(", ", FormerPrimaryRules.Table.True(context).Select(r => r.Code)));
    }
}
