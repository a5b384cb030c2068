using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning;

/// <summary>What the ranking says of one replica.</summary>
/// <param name="Rank">1 is the best; 0 for refused ones.</param>
/// <param name="Reasons">Why it stands there, or everything that rules it out.</param>
public sealed record Judged(InstanceKey Key, int Rank, ImmutableArray<string> Reasons)
{
    public bool IsRefused => Rank == 0;
}

/// <summary>The candidate that was chosen, and for every replica why it was or was not.</summary>
/// <param name="CatchUpFrom">A replica that has transactions the candidate lacks and must fetch before it is promoted; null when it lacks none.</param>
/// <param name="Target">All that must be executed on the candidate before it becomes writable (S5, S6).</param>
/// <param name="PossiblyLost">What is not guaranteed to be on the candidate, in words; empty when the durability rule holds (S4).</param>
public sealed record Choice(
    InstanceKey Candidate, ImmutableArray<Judged> Judged, GtidPosition Target, InstanceKey? CatchUpFrom = null, string PossiblyLost = "");
