using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Api.V3;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// Questions about the process itself. Its state is in storage that all processes share, so each answers as a healthy
/// single node of orchestrator does: there is no leader to look for.
/// </summary>
internal static class LegacyProcess
{
    private const string NoRaft = "not running with raft setup";

    /// <summary>Whether the fleet is watched and could be recovered, as our own health tells it.</summary>
    public static async Task<LegacyAnswer> HealthAsync(LegacyCall call)
    {
        var health = await Health.LookAsync(call.Api, call.Http, call.Cancel);
        void Details(Utf8JsonWriter json) => Write(json, health);
        return health.Healthy
            ? LegacyAnswer.Ok("Application node is healthy", Details)
            : LegacyAnswer.Error($"Application node is unhealthy {health.Problem}".TrimEnd(), Details);
    }

    private static void Write(Utf8JsonWriter json, HealthAnswer health)
    {
        var host = health.Watcher is { } watcher ? watcher.Split(':')[0] : "";
        json.WriteStartObject();
        json.WriteBoolean("Healthy", health.Healthy);
        json.WriteString("Hostname", host);
        json.WriteString("Token", health.Watcher ?? "");
        json.WriteBoolean("IsActiveNode", true);
        json.WriteStartObject("ActiveNode");
        json.WriteString("Hostname", host);
        json.WriteString("Token", health.Watcher ?? "");
        json.WriteEndObject();
        if (health.Problem is { } problem) json.WriteString("Error", problem);
        else json.WriteNull("Error");
        json.WriteStartArray("AvailableNodes");
        json.WriteEndArray();
        json.WriteString("RaftLeader", "");
        json.WriteBoolean("IsRaftLeader", false);
        json.WriteString("RaftLeaderURI", "");
        json.WriteString("RaftAdvertise", "");
        json.WriteNull("RaftHealthyMembers");
        json.WriteEndObject();
    }

    public static Task<LegacyAnswer> AliveAsync(LegacyCall call) => Told(LegacyAnswer.Text("OK"));

    public static Task<LegacyAnswer> FiltersAsync(LegacyCall call) => Told(LegacyAnswer.Ok(
        "Automated recovery configuration details", json =>
        {
            json.WriteStartObject();
            json.WriteTexts("RecoverMasterClusterFilters", call.Api.Recovered.Clusters);
            json.WriteTexts("RecoverIntermediateMasterClusterFilters", []);
            json.WriteTexts("RecoveryIgnoreHostnameFilters", []);
            json.WriteEndObject();
        }));

    /// <summary>The headers of the request, for people who set up a proxy; what signs somebody in is not told.</summary>
    public static Task<LegacyAnswer> HeadersAsync(LegacyCall call)
    {
        string[] secret = ["authorization", "cookie", "x-functions-key"];
        var headers = call.Http.Request.Headers.Where(h => !secret.Contains(h.Key, StringComparer.OrdinalIgnoreCase));
        return Told(LegacyAnswer.Raw(json =>
        {
            json.WriteStartObject();
            foreach (var header in headers) json.WriteTexts(header.Key, header.Value.Select(v => v ?? ""));
            json.WriteEndObject();
        }));
    }

    /// <summary>Of a list that nothing can be in.</summary>
    public static Task<LegacyAnswer> EmptyAsync(LegacyCall call) => Told(LegacyAnswer.List<string>([], (_, _) => { }));

    /// <summary>The same where orchestrator's is <c>null</c>.</summary>
    public static Task<LegacyAnswer> NullAsync(LegacyCall call) => Told(LegacyAnswer.Raw(json => json.WriteNullValue()));

    public static Task<LegacyAnswer> NoRaftAsync(LegacyCall call)
    {
        var route = call.Http.Request.Path.Value!.TrimStart('/').Split('/')[1];
        return Told(LegacyAnswer.Error($"{route}: {NoRaft}"));
    }

    public static Task<LegacyAnswer> NotInMaintenanceAsync(LegacyCall call) => LegacyReads.OfServerAsync(
        call, _ => LegacyAnswer.Ok("false", json => json.WriteStringValue("")));

    private static Task<LegacyAnswer> Told(LegacyAnswer answer) => Task.FromResult(answer);
}
