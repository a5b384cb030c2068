using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>What the ranking says of one replica.</summary>
/// <param name="Rank">1 is the best; 0 for refused ones.</param>
/// <param name="Reasons">Why it stands there; empty for refused ones.</param>
public sealed record CandidateJudgement(InstanceKey Key, int Rank, ImmutableArray<string> Reasons)
{
    /// <summary>Everything that rules it out; empty for ranked ones.</summary>
    public ImmutableArray<Refusal> Refusals { get; init; } = [];

    /// <summary>
    /// It was the candidate of this recovery and could not do what was asked: why. It is asked no more.
    /// </summary>
    public Refusal? Fault { get; init; }

    public bool IsRefused => Rank == 0;

    /// <summary>Its reasons or everything that rules it out, parted by commas.</summary>
    public string Says => string.Join(", ", IsRefused ? Refusals.Select(r => r.Because) : Reasons);

    /// <summary>What would allow a refused one; empty when something that rules it out cannot be changed.</summary>
    public string Remedy =>
        Refusals.Any(r => r.Remedy.Length == 0) ? "" : string.Join(" and ", Refusals.Select(r => r.Remedy).Distinct());
}
