using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Scenarios;

/// <summary>
/// The gate over a topology's gravest problem. Words: off, switch=unknown, filter=PATTERN|none|unknown, cluster-downtime=OWNER, window=SECONDS,
/// recent=unknown or recent=ID:SECONDS-AGO:SUCCESSOR|nobody[:active|:acknowledged|:cancelled],
/// fleet=unknown or fleet=NUMBER-OF-OTHER-CLUSTERS.
/// </summary>
internal static class WrittenGate
{
    public static string Decide(Topology topology, string[] words)
    {
        var inputs = new GateInputs(true, RecoveryFilter.All, BlockWindow.Default, null, [], WrittenTopology.Noon) { Fleet = [] };
        foreach (var word in words) inputs = Take(inputs, word.Split('=', 2)[0], word.Split('=', 2)[^1]);
        return RecoveryGate.Decide(Analyzer.Analyze(topology).First(), topology, inputs) is GateVerdict.Hold hold
            ? $"Hold: {hold.Refusal.Says}"
            : "Proceed";
    }

    private static GateInputs Take(GateInputs inputs, string name, string value) => (name, value) switch
    {
        ("off", _) => inputs with { RecoveryEnabled = false },
        ("switch", "unknown") => inputs with { RecoveryEnabled = null },
        ("filter", "unknown") => inputs with { Filter = null },
        ("filter", "none") => inputs with { Filter = new RecoveryFilter([]) },
        ("filter", _) => inputs with { Filter = new RecoveryFilter([.. value.Split(',')]) },
        ("cluster-downtime", _) => inputs with { ClusterDowntime = new Downtime(value, "moving racks", WrittenTopology.Noon.AddHours(2)) },
        ("window", _) => inputs with { Window = new BlockWindow(TimeSpan.FromSeconds(int.Parse(value))) },
        ("recent", "unknown") => inputs with { Recent = null },
        ("recent", _) => inputs with { Recent = inputs.Recent!.Value.Add(Past(value.Split(':'))) },
        ("fleet", "unknown") => inputs with { Fleet = null },
        ("fleet", _) => inputs with { Fleet = [.. Enumerable.Range(0, int.Parse(value)).Select(i => new FleetFailover(new ClusterId($"other-{i}"), WrittenTopology.Noon.AddMinutes(-1)))] },
        _ => throw new FormatException($"gate word '{name}' is not known"),
    };

    private static PastRecovery Past(string[] parts) => new(
        parts[0], WrittenTopology.Key("db1"), parts[2] == "nobody" ? null : WrittenTopology.Key(parts[2]),
        WrittenTopology.Noon.AddSeconds(-int.Parse(parts[1])), parts.Contains("active"), parts.Contains("acknowledged"), parts.Contains("cancelled"));
}
