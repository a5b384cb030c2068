using System.Collections.Immutable;
using OrchestratorFunctions.Simulation.Judging;

namespace OrchestratorFunctions.Simulation.Histories;

/// <summary>What came of one history.</summary>
/// <param name="Events">How many events happened.</param>
/// <param name="Judgements">How often the analyzer was asked.</param>
/// <param name="Overlap">For how long two servers accepted writes, in ticks.</param>
/// <param name="Play">The history as text; empty when it was not asked for.</param>
public sealed record HistoryResult(
    ulong Seed, Violation? Violation, IReadOnlyList<(KnownFault Fault, Violation Violation)> Known, int Events, int Judgements,
    long Overlap, ImmutableArray<Recovery> Recoveries, string Play);
