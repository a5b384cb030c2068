using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>A cluster as orchestrator's <c>ClusterInfo</c>. One without an alias has its name for one.</summary>
internal static class LegacyCluster
{
    public static void Write(Utf8JsonWriter json, ClusterView view, ApiContext api)
    {
        var topology = view.Topology;
        var name = LegacyInstance.ClusterNameOf(topology);
        json.WriteStartObject();
        json.WriteString("ClusterName", name);
        json.WriteString("ClusterAlias", topology.Alias.Length > 0 ? topology.Alias : name);
        json.WriteString("ClusterDomain", "");
        json.WriteNumber("CountInstances", topology.Members.Length);
        json.WriteNumber("HeuristicLag", LagOf(topology));
        json.WriteBoolean("HasAutomatedMasterRecovery", api.Recovered.Names(topology));
        // A source that is not the primary is not replaced by itself.
        json.WriteBoolean("HasAutomatedIntermediateMasterRecovery", false);
        json.WriteEndObject();
    }

    private static long LagOf(Topology topology) =>
        topology.Members.SelectMany(m => m.Current?.Links ?? []).Max(l => l.LagSeconds) ?? 0;
}
