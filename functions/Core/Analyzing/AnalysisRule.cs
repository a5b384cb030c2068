using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>One row of a <see cref="RuleTable"/>: everything there is to say of one problem.</summary>
/// <param name="Kind">The plan that removes the problem by itself; null when there is none.</param>
/// <param name="Sentence">What is wrong, without names, a capital first and no full stop.</param>
/// <param name="Advice">What a person can do, as a noun; empty where a plan does it.</param>
/// <param name="Evidence">What was observed, in sentences a person can check by hand, most telling first.</param>
/// <param name="IsTrue">Whether the server has the problem.</param>
public sealed record AnalysisRule(
    AnalysisCode Code, Severity Severity, PlanKind? Kind, string Sentence, string Advice,
    Func<RuleContext, IEnumerable<string>> Evidence, Func<RuleContext, bool> IsTrue);
