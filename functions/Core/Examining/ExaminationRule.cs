using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Examining;

/// <summary>One row of what is examined. A code may have several rows, of different severity.</summary>
/// <param name="Means">What it means, without names, for the table in docs/operations.md.</param>
/// <param name="Look">What is seen of it; nothing where all is well, and where nobody could look.</param>
/// <typeparam name="T">What the rule looks at.</typeparam>
public sealed record ExaminationRule<T>(
    FindingCode Code, FindingSeverity Severity, string Means, Func<T, IEnumerable<Observation>> Look)
{
    public IEnumerable<Finding> Find(T view) =>
        Look(view).Select(seen => new Finding(Code, Severity, seen.Subject, seen.Says, seen.Fixes));
}

/// <summary>A code as documents tell it.</summary>
public sealed record DescribedCode(FindingCode Code, ImmutableArray<FindingSeverity> Severities, string Means);
