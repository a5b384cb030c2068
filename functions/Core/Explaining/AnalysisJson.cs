using System.Text.Json;
using System.Text.Json.Nodes;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>Problems as JSON, each with the downtime that keeps it from being recovered.</summary>
public static class AnalysisJson
{
    /// <param name="downtime">Of the whole cluster.</param>
    public static IEnumerable<JsonObject> Of(IEnumerable<Analysis> analyses, Topology topology, Downtime? downtime) =>
        analyses.Select(a => With(JsonSerializer.SerializeToNode(a, CoreJson.Options)!.AsObject(),
            AnalysisText.DowntimeOf(a, topology, downtime)));

    private static JsonObject With(JsonObject analysis, Downtime? downtime)
    {
        if (downtime is not null) analysis["downtime"] = JsonSerializer.SerializeToNode(downtime, CoreJson.Options);
        return analysis;
    }
}
