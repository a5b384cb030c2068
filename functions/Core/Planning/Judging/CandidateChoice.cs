using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>The candidate that was chosen, and for every replica why it was or was not.</summary>
/// <param name="Position">All that must be executed on the candidate before it becomes writable (S5, S6).</param>
/// <param name="CatchUpFrom">
/// A replica that has transactions the candidate lacks and must fetch before it is promoted; null when it lacks none.
/// </param>
/// <param name="PossiblyLost">
/// What is lost or not guaranteed to be on the candidate, in words; empty when the durability rule holds (S4).
/// </param>
/// <param name="Checked">
/// What was compared when nothing that was seen is lost, and what is not known (S20); else empty.
/// </param>
public sealed record CandidateChoice(
    InstanceKey Candidate, ImmutableArray<CandidateJudgement> Judgements, GtidPosition Position,
    InstanceKey? CatchUpFrom = null, string PossiblyLost = "", string Checked = "");
