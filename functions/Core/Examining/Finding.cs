using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Examining;

/// <summary>One thing that an examination found, and what removes it.</summary>
/// <param name="Subject">A server, a cluster, or what else it is about.</param>
/// <param name="Says">What was seen, as a sentence without a full stop.</param>
/// <param name="Fixes">In the order they are carried out in.</param>
public sealed record Finding(
    FindingCode Code, FindingSeverity Severity, string Subject, string Says, ImmutableArray<Fix> Fixes);

/// <summary>What a rule saw, before it is known how much that matters.</summary>
public sealed record Observation(string Subject, string Says, ImmutableArray<Fix> Fixes);

/// <summary>Everything that was found, severe things first, and what nobody could look at.</summary>
/// <param name="NotChecked">One sentence each, with what would tell.</param>
public sealed record Examination(ImmutableArray<Finding> Findings, ImmutableArray<string> NotChecked)
{
    /// <summary>Nothing is worse than a hint.</summary>
    public bool IsContent => Findings.All(f => f.Severity == FindingSeverity.Hint);
}
