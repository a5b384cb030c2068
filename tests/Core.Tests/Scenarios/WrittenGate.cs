using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Scenarios;

/// <summary>
/// The gate over a topology's gravest problem. Words: off, switch=unknown, filter=PATTERN|none|unknown, cluster-downtime=OWNER, window=SECONDS,
/// limit=FAILOVERS,
/// recent=unknown or recent=ID:ENDED-SECONDS-AGO:SUCCESSOR|nobody|closed|open[:acknowledged|:cancelled][:took=SECONDS][:of=SERVER],
/// active=ID:KIND or active=ID:unreadable,
/// fleet=unknown or fleet=NUMBER-OF-OTHER-CLUSTERS.
/// </summary>
internal static class WrittenGate
{
    public static GateInputs Read(Topology topology, string[] words)
    {
        var inputs = new GateInputs(true, RecoveryFilter.All, BlockWindow.Default, null, [], WrittenTopology.Noon) { Fleet = [] };
        foreach (var word in words) inputs = Take(topology, inputs, word.Split('=', 2)[0], word.Split('=', 2)[^1]);
        return inputs;
    }

    public static string Decide(Topology topology, string[] words) =>
        RecoveryGate.Decide(Analyzer.Analyze(topology).First(), topology, Read(topology, words)) switch
        {
            GateVerdict.Hold hold => $"Hold: {hold.Refusal.Says}",
            GateVerdict.Supersede supersede => $"Proceed: {supersede.Says}",
            _ => "Proceed",
        };

    private static GateInputs Take(Topology topology, GateInputs inputs, string name, string value) => (name, value) switch
    {
        ("off", _) => inputs with { RecoveryEnabled = false },
        ("switch", "unknown") => inputs with { RecoveryEnabled = null },
        ("filter", "unknown") => inputs with { Filter = null },
        ("filter", "none") => inputs with { Filter = new RecoveryFilter([]) },
        ("filter", _) => inputs with { Filter = new RecoveryFilter([.. value.Split(',')]) },
        ("cluster-downtime", _) => inputs with { ClusterDowntime = new Downtime(value, "moving racks", WrittenTopology.Noon.AddHours(2)) },
        ("window", _) => inputs with { Window = inputs.Window with { Length = TimeSpan.FromSeconds(int.Parse(value)) } },
        ("limit", _) => inputs with { Window = inputs.Window with { Limit = int.Parse(value) } },
        ("active", _) => inputs with { Active = Active(topology, value.Split(':')) },
        ("recent", "unknown") => inputs with { Recent = null },
        ("recent", _) => inputs with { Recent = inputs.Recent!.Value.Add(Past(value.Split(':'))) },
        ("fleet", "unknown") => inputs with { Fleet = null },
        ("fleet", _) => inputs with { Fleet = [.. Enumerable.Range(0, int.Parse(value)).Select(i => new FleetFailover(new ClusterId($"other-{i}"), WrittenTopology.Noon.AddMinutes(-1)))] },
        _ => throw new FormatException($"gate word '{name}' is not known"),
    };

    private static PastRecovery Past(string[] parts)
    {
        var ended = WrittenTopology.Noon.AddSeconds(-int.Parse(parts[1]));
        string Word(string name, string otherwise) => parts.FirstOrDefault(p => p.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? otherwise;
        var took = int.Parse(Word("took", "0"));
        var isFailover = parts[2] is not ("closed" or "open");
        var successor = isFailover && parts[2] != "nobody" ? WrittenTopology.Key(parts[2]) : null;
        return new(
            parts[0], (isFailover ? PlanKinds.DeadPrimary : PlanKinds.FenceFormerPrimary).Name, isFailover, WrittenTopology.Key(Word("of", isFailover ? "db0" : "db1")), successor, ended.AddSeconds(-took), ended,
            successor is not null || parts[2] == "closed", parts.Contains("acknowledged"), parts.Contains("cancelled"));
    }

    private static ActiveRecovery Active(Topology topology, string[] parts) => parts[1] == "unreadable"
        ? ActiveRecovery.Unreadable(parts[0], "step 'ParkServer' is not known here", "9.1.0")
        : ActiveRecovery.Of(new Recovery
        {
            Id = parts[0], Cluster = topology.Cluster, Kind = PlanKinds.Of(parts[1]), Actor = "dba", StartedAt = WrittenTopology.Noon,
            Subject = WrittenTopology.Key("db1"), Target = WrittenTopology.Key("db2"),
        });
}
