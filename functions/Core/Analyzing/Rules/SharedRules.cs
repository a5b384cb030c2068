using System.Collections.Immutable;
using static OrchestratorFunctions.Core.Analyzing.Severity;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>Findings that a server of any role can have.</summary>
internal static class SharedRules
{
    public static ImmutableArray<AnalysisRule> Findings { get; } =
    [
        new(AnalysisCode.SharedServer, Critical, null,
            "A server stands in another cluster too: neither of the two acts by itself until it is in one of them",
            Advice.OneHome, Evidence.OfHomes, s => s.Member.AlsoIn is not null),
        // What a server did not answer is unknown, and unknown promotes nobody: it must not look well.
        new(AnalysisCode.SeenInPart, Warning, null,
            "A server is seen only in part: what it does not answer is unknown, and it is not promoted",
            Advice.WholeAnswer, Evidence.OfMissing, s => !PartlySeen.Of(s.Member).IsEmpty),
    ];
}
