using System.Globalization;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>An invariant that did not hold in a history.</summary>
/// <param name="At">When, in ticks of simulated time.</param>
public sealed record Violation(ulong Seed, string Invariant, string Sentence, long At)
{
    /// <summary>For how long the step had been on its way when it was sent, in seconds; 0 when it is about no step.</summary>
    public double Age { get; init; }

    public override string ToString() =>
        $"seed {Seed}: {Invariant} at +{(At / (double)Ticks.Second).ToString("0.000", CultureInfo.InvariantCulture)}: {Sentence}";
}
