using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>A problem as it is told, with the downtime that keeps it from being recovered.</summary>
public sealed record AnalysisAnswer : Analysis
{
    private AnalysisAnswer(Analysis analysis) : base(analysis)
    {
    }

    /// <summary>Null when none does.</summary>
    public Downtime? Downtime { get; init; }

    /// <param name="downtime">Of the whole cluster.</param>
    public static IEnumerable<AnalysisAnswer> Of(
        IEnumerable<Analysis> analyses, Topology topology, Downtime? downtime) =>
        analyses.Select(a => new AnalysisAnswer(a) { Downtime = AnalysisText.DowntimeOf(a, topology, downtime) });
}
