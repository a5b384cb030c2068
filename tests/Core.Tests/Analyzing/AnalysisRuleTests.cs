using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Analyzing.Rules;

namespace OrchestratorFunctions.Core.Tests.Analyzing;

public sealed class AnalysisRuleTests
{
    [Fact]
    public void Every_code_belongs_to_a_row()
    {
        var rows = PrimaryRules.Table.Concat(CoPrimaryRules.Table).Concat(IntermediateRules.Table).Select(r => r.Code).ToHashSet();
        Assert.Equal(Enum.GetValues<AnalysisCode>().Order(), rows.Order());
    }
}
