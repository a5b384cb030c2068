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

    /// <summary>As orchestrator's <c>HealthStatus</c>.</summary>
    public static void Write(Utf8JsonWriter json, HealthAnswer health)
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

    /// <summary>Headers of the request, for who sets up a proxy. What signs somebody in is not told.</summary>
    public static Task<LegacyAnswer> HeadersAsync(LegacyCall call)
    {
        string[] told = [.. OfProxies, call.Api.Access.UserHeader];
        var headers = call.Http.Request.Headers;
        return Told(LegacyAnswer.Raw(json =>
        {
            json.WriteStartObject();
            foreach (var name in told.Where(headers.ContainsKey).Distinct(StringComparer.OrdinalIgnoreCase))
                json.WriteTexts(name, headers[name].Select(v => v ?? ""));
            json.WriteEndObject();
        }));
    }

    private static readonly string[] OfProxies =
    [
        "Host", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via", "User-Agent", "Accept",
        "Origin", "Referer",
    ];

    /// <summary>Of a list that nothing can be in, where orchestrator's is <c>null</c>.</summary>
    public static Task<LegacyAnswer> NullAsync(LegacyCall call) =>
        Told(LegacyAnswer.Raw(json => json.WriteNullValue()));

    public static Task<LegacyAnswer> NoRaftAsync(LegacyCall call)
    {
        var route = call.Http.Request.Path.Value!.TrimStart('/').Split('/')[1];
        return Told(LegacyAnswer.Error($"{route}: {NoRaft}"));
    }

    private static Task<LegacyAnswer> Told(LegacyAnswer answer) => Task.FromResult(answer);
}
