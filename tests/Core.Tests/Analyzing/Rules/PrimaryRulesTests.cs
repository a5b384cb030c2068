using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Analyzing.Rules;

namespace OrchestratorFunctions.Core.Tests.Analyzing.Rules;

/// <summary>What each row decides stands in the scenarios analyze-*.txt; here is what holds of the table as a whole.</summary>
public sealed class PrimaryRulesTests
{
    [Fact]
    public void Rows_are_sentences_and_the_first_one_is_the_gravest()
    {
        Assert.Equal(AnalysisCode.ReturnedPrimary, PrimaryRules.Table[0].Code);
        Assert.All(PrimaryRules.Table, rule => Assert.True(rule.Code == AnalysisCode.NoProblem ? rule.Kind is null : char.IsUpper(rule.Sentence[0]) && !rule.Sentence.EndsWith('.')));
    }

    [Fact]
    public void Only_a_dead_primary_or_a_returned_one_is_acted_on() =>
        Assert.All(PrimaryRules.Table.Where(r => r.Kind is not null), r => Assert.Contains(r.Code, new[] { AnalysisCode.DeadPrimary, AnalysisCode.DeadPrimaryAndSomeReplicas, AnalysisCode.ReturnedPrimary }));
}
