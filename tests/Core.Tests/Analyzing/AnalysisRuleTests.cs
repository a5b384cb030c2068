using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Analyzing.Rules;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Core.Tests.Analyzing;

public sealed class AnalysisRuleTests
{
    private static readonly AnalysisRule[] All =
        [.. new[] { PrimaryRules.Table, FormerPrimaryRules.Table, CoPrimaryRules.Table, IntermediateRules.Table }.SelectMany(t => t.Rows)];

    [Fact]
    public void Every_code_belongs_to_a_row() =>
        Assert.Equal(Enum.GetValues<AnalysisCode>().Order(), All.Select(r => r.Code).Distinct().Order());

    [Fact]
    public void Rows_are_sentences() =>
        Assert.All(All, r => Assert.True(char.IsUpper(r.Sentence[0]) && !r.Sentence.EndsWith('.')));

    [Fact]
    public void What_no_plan_removes_says_what_helps_and_what_a_plan_removes_says_nothing() =>
        Assert.All(All, r => Assert.Equal(r.Kind is null, r.Advice.Length > 0));

    [Fact]
    public void Only_a_dead_primary_a_returned_one_and_what_recoveries_left_open_is_acted_on()
    {
        AnalysisCode[] acted =
        [
            AnalysisCode.DeadPrimary, AnalysisCode.DeadPrimaryAndSomeReplicas, AnalysisCode.ReturnedPrimary,
            AnalysisCode.ClosedByRecovery, AnalysisCode.UnfinishedPromotion, AnalysisCode.StoppedByRecovery,
            AnalysisCode.LeftBehind, AnalysisCode.ClosedByRestart, AnalysisCode.EventsNotRunning,
        ];
        Assert.Equal(acted.Order(), All.Where(r => r.Kind is not null).Select(r => r.Code).Distinct().Order());
        Assert.All(All.Where(r => r.Kind is not null), r => Assert.True(r.Kind!.IsAutomatic));
    }

    [Fact]
    public void Of_the_findings_only_a_replica_that_a_recovery_stopped_or_left_behind_is_acted_on() => Assert.Equal(
        [AnalysisCode.StoppedByRecovery, AnalysisCode.LeftBehind],
        new[] { PrimaryRules.Table, CoPrimaryRules.Table, IntermediateRules.Table }.SelectMany(t => t.Findings).Where(r => r.Kind is not null).Select(r => r.Code));
}
