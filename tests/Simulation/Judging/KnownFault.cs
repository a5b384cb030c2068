namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>A fault of the product that is known and not mended: it is counted, and no seed fails for it.</summary>
/// <param name="Cause">What is wrong, in one sentence; printed with its count.</param>
/// <param name="SmallestSeed">A history that shows it; 0 when none does with the faults as they are drawn today.</param>
/// <param name="Explains">Whether a violation in that history has this cause and no other.</param>
public sealed record KnownFault(string Invariant, string Cause, ulong SmallestSeed, Func<World, Violation, bool> Explains);
