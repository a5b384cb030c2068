using static OrchestratorFunctions.Core.Analyzing.Severity;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>Findings that a server of any role can have.</summary>
internal static class SharedRules
{
    /// <summary>What a server did not answer is unknown, and unknown promotes nobody: it must not look well.</summary>
    public static AnalysisRule SeenInPart { get; } = new(AnalysisCode.SeenInPart, Warning, null,
        "A server is seen only in part: what it does not answer is unknown, and it is not promoted",
        Advice.WholeAnswer,
        Evidence.OfMissing, s => !PartlySeen.Of(s.Member).IsEmpty);
}
