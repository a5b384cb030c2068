using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>The problems one role of a server can have.</summary>
/// <param name="Failures">That the server itself is gone or must not go on; the first row that is true is the only
/// one.</param>
/// <param name="Findings">What else is wrong; every row that is true counts.</param>
public sealed record RuleTable(ImmutableArray<AnalysisRule> Failures, ImmutableArray<AnalysisRule> Findings)
{
    public IEnumerable<AnalysisRule> Rows => Failures.Concat(Findings);

    /// <summary>At most one failure and any number of findings. Of a healthy server there are none.</summary>
    public IEnumerable<AnalysisRule> True(RuleContext context)
    {
        List<AnalysisRule>? found = null;
        foreach (var rule in Failures)
        {
            if (!rule.IsTrue(context)) continue;
            found = [rule];
            break;
        }
        foreach (var rule in Findings)
            if (rule.IsTrue(context)) (found ??= []).Add(rule);
        return found ?? Enumerable.Empty<AnalysisRule>();
    }
}
