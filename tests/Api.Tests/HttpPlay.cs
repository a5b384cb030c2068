using System.Text.Encodings.Web;
using System.Text.Json;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests;

/// <summary>
/// Requests as a play writes them → what is answered: the status, and the answer as it is read best. Lines that begin with a server are
/// the cluster <c>shop</c> from then on (<see cref="WrittenTopology"/>), and a request is <c>GET path</c> or another method, below
/// <c>/api/v3/</c>. Of several requests in a paragraph each is answered.
/// </summary>
internal sealed class HttpPlay(Endpoints endpoints)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string? Run(string[] lines)
    {
        var servers = lines.Where(l => l.StartsWith("db", StringComparison.Ordinal)).ToArray();
        if (servers.Length > 0) Put(WrittenTopology.Read(servers, null, "shop"));
        var said = lines.Except(servers).Select(request => AskAsync(request.Split(' ', 2)).GetAwaiter().GetResult()).ToArray();
        return said.Length == 0 ? null : string.Join('\n', said);
    }

    private void Put(Topology written)
    {
        var topology = new Topology(World.Cluster, World.Noon, written.Members.Select(m => m with { LastSeenAt = World.Noon }), "shop");
        endpoints.World.Put(_ => topology);
        endpoints.Memory.Store(topology);
        endpoints.Memory.SaveClusterAsync(World.Cluster, "shop", default).GetAwaiter().GetResult();
    }

    private async Task<string> AskAsync(string[] request)
    {
        using var answer = await endpoints.SendAsync(request[0], request[1]);
        var text = await answer.Content.ReadAsStringAsync();
        var type = answer.Content.Headers.ContentType?.MediaType ?? "";
        if (type.EndsWith("json", StringComparison.Ordinal))
            text = JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(text), Indented);
        var location = answer.Headers.Location is { } at ? $" {at}" : "";
        // A blank line would end the paragraph.
        return $"{(int)answer.StatusCode} {type}{location}\n{text.TrimEnd().Replace("\n\n", "\n", StringComparison.Ordinal)}\n";
    }
}
