namespace OrchestratorFunctions.Bench;

/// <summary>Milliseconds of several runs: median, 99th percentile, greatest.</summary>
internal sealed record Figures(double P50, double P99, double Max)
{
    public static Figures Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? new(0, 0, 0) : new(At(sorted, 0.50), At(sorted, 0.99), Math.Round(sorted[^1], 1));
    }

    public override string ToString() => $"p50 {P50,8:0.0}   p99 {P99,8:0.0}   max {Max,8:0.0}";

    // Nearest rank: with 20 runs the 99th percentile is the greatest value.
    private static double At(double[] sorted, double share) => Math.Round(sorted[(int)Math.Ceiling(share * sorted.Length) - 1], 1);
}
