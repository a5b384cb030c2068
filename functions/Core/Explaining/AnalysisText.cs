using System.Text;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>Says what is wrong and how it is known.</summary>
public static class AnalysisText
{
    public const string NoProblem = "No problem\n";

    /// <summary>Empty when nothing is wrong and nothing is in downtime.</summary>
    /// <param name="downtime">Of the whole cluster.</param>
    public static string Describe(IEnumerable<Analysis> analyses, Topology topology, Downtime? downtime)
    {
        ArgumentNullException.ThrowIfNull(analyses);
        ArgumentNullException.ThrowIfNull(topology);
        var text = new StringBuilder();
        foreach (var a in analyses) Describe(text, a, DowntimeOf(a, topology, downtime));
        foreach (var line in Downtimes(topology, downtime)) text.Append(line).Append('\n');
        return text.ToString();
    }

    /// <summary>The downtime that keeps a problem from being recovered; null when none does.</summary>
    internal static Downtime? DowntimeOf(Analysis analysis, Topology topology, Downtime? downtime) =>
        TopologyNotes.Active(downtime, topology.TakenAt)
        ?? TopologyNotes.Active(topology[analysis.Key]?.Downtime, topology.TakenAt);

    private static void Describe(StringBuilder text, Analysis a, Downtime? downtime)
    {
        text.Append(a.Key).Append("  ").Append(a.Code).Append(a.IsActionable ? "  (recoverable)" : "").Append('\n');
        text.Append("  ").Append(a.Sentence).Append('\n');
        foreach (var because in a.Because) text.Append("  - ").Append(because).Append('\n');
        if (a.Advice.Length > 0) text.Append("  What helps: ").Append(a.Advice).Append('\n');
        if (downtime is not null) text.Append("  Not recovered: ").Append(TopologyNotes.Says(downtime)).Append('\n');
    }

    private static IEnumerable<string> Downtimes(Topology topology, Downtime? downtime)
    {
        var name = topology.Alias.Length > 0 ? topology.Alias : topology.Cluster.Value;
        if (TopologyNotes.Active(downtime, topology.TakenAt) is { } whole)
            yield return $"cluster {name}: {TopologyNotes.Says(whole)}";
        foreach (var member in topology.Members)
            if (TopologyNotes.Active(member.Downtime, topology.TakenAt) is { } own)
                yield return $"{member.Key}: {TopologyNotes.Says(own)}";
    }
}
