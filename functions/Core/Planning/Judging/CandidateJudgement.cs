using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>What the ranking says of one replica.</summary>
/// <param name="Rank">1 is the best; 0 for refused ones.</param>
/// <param name="Reasons">Why it stands there, or everything that rules it out.</param>
public sealed record CandidateJudgement(InstanceKey Key, int Rank, ImmutableArray<string> Reasons)
{
    public bool IsRefused => Rank == 0;
}
