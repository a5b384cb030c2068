using System.Globalization;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>An invariant that did not hold in a history.</summary>
/// <param name="At">When, in ticks of simulated time.</param>
public sealed record Violation(ulong Seed, string Invariant, string Sentence, long At)
{
    public override string ToString() =>
        $"seed {Seed}: {Invariant} at +{(At / (double)Ticks.Second).ToString("0.000", CultureInfo.InvariantCulture)}: {Sentence}";
}
