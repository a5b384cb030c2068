using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints what every place has reported, and how long ago: <c>reports</c>.
/// </summary>
internal sealed class ReportsCommand() : Command("reports", 0)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var reports = scene.Memory.ReadReportsAsync(Shard.Whole.Name, default).Result
            .OrderBy(r => r.Vantage, StringComparer.Ordinal)
            .Select(r => $"{r.Vantage} {Plain.Of(scene.Turns.Now - r.At)[1..]} s ago, dead: {Listed(r.Dead)}")
            .ToArray();
        return reports.Length == 0 ? "no report" : scene.Plain.Of(string.Join('\n', reports));

        static string Listed(IReadOnlyCollection<InstanceKey> dead) =>
            dead.Count == 0 ? "none" : string.Join(", ", dead);
    }
}
