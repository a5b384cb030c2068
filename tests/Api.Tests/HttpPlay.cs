using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests;

/// <summary>
/// Requests as a play writes them → what is answered: the status, and the answer as it is read best. Lines that begin with a server are
/// the cluster <c>shop</c> from then on (<see cref="WrittenTopology"/>), and a request is <c>GET path</c> or another method, below
/// <c>/api/v3/</c> unless it begins with a slash. Of several requests in a paragraph each is answered. After <c> | </c> stands what of
/// the answer matters, as in <c>.Details.Key .[].Hostname</c>. <c>kill db1</c> makes a server refuse connections, <c>later 2h</c> lets
/// time pass. <c>ci: GET path</c> is asked with the token ci, once an answer had its value, which is not written down.
/// </summary>
internal sealed partial class HttpPlay(Endpoints endpoints)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, string> tokens = [];

    public string? Run(string[] lines)
    {
        foreach (var length in lines.Where(l => l.StartsWith("later ", StringComparison.Ordinal))) endpoints.Time.Advance(LengthOf(length[6..]));
        var servers = lines.Where(l => l.StartsWith("db", StringComparison.Ordinal)).ToArray();
        foreach (var dead in lines.Where(l => l.StartsWith("kill ", StringComparison.Ordinal))) Kill(new InstanceKey(dead[5..], 3306));
        if (servers.Length > 0) Put(WrittenTopology.Read(servers, null, "shop"));
        var asked = lines.Where(l => !servers.Contains(l) && l.Split(' ')[0] is not ("kill" or "later"));
        var said = asked.Select(line => AskAsync(line).GetAwaiter().GetResult()).ToArray();
        return said.Length == 0 ? null : string.Join('\n', said);
    }

    private void Put(Topology written)
    {
        var topology = new Topology(World.Cluster, World.Noon, written.Members.Select(m => m with { LastSeenAt = World.Noon }), "shop");
        endpoints.World.Put(_ => topology);
        endpoints.World.Logs = [("binlog.000003", $"{WrittenTopology.Uuid('A')}:1-90,{WrittenTopology.Uuid('C')}:1"), ("binlog.000002", "")];
        endpoints.Memory.Store(topology);
        endpoints.Memory.SaveClusterAsync(World.Cluster, "shop", default).GetAwaiter().GetResult();
    }

    private void Kill(InstanceKey key)
    {
        endpoints.World.Kill(key);
        endpoints.Memory.Store(endpoints.World.Now);
        endpoints.Memory.SaveClusterAsync(World.Cluster, "shop", default).GetAwaiter().GetResult();
    }

    private async Task<string> AskAsync(string line)
    {
        var (asked, parts) = line.Split(" | ") is [var before, var after] ? (before, after.Split(' ')) : (line, []);
        var (caller, plain) = asked.Split(": ", 2) is [var by, var rest] && tokens.ContainsKey(by) ? (by, rest) : ("", asked);
        var request = plain.Split(' ', 2);
        (string, string)[] headers = caller.Length > 0 ? [("Authorization", $"Bearer {tokens[caller]}")] : [];
        using var answer = await endpoints.SendAsync(request[0], request[1], headers);
        var text = Masked(await answer.Content.ReadAsStringAsync());
        var type = answer.Content.Headers.ContentType?.MediaType ?? "";
        if (type.EndsWith("json", StringComparison.Ordinal)) text = Told(JsonSerializer.Deserialize<JsonElement>(text), parts);
        var location = answer.Headers.Location is { } at ? $" {at}" : "";
        // A blank line would end the paragraph.
        return $"{(int)answer.StatusCode} {type}{location}\n{text.TrimEnd().Replace("\n\n", "\n", StringComparison.Ordinal)}";
    }

    private static TimeSpan LengthOf(string text) => Duration.TryParse(text, out var length, out var problem) ? length : throw new FormatException(problem);

    private string Masked(string text)
    {
        if (Created().Match(text) is { Success: true } created) tokens[created.Groups[1].Value] = created.Groups[2].Value;
        return Value().Replace(text, "orc_…");
    }

    [GeneratedRegex(@"""name"":""(\w+)"",""role"":""\w+"",""token"":""(\w+)""")]
    private static partial Regex Created();

    [GeneratedRegex("orc_[0-9a-f]{8}(_[0-9a-f]{64})?")]
    private static partial Regex Value();

    private static string Told(JsonElement whole, string[] parts) => parts.Length == 0
        ? JsonSerializer.Serialize(whole, Indented)
        : string.Join('\n', parts.Select(part => $"{part}: {string.Join(" ", Parts(whole, part.Trim('.').Split('.')).Select(One))}"));

    private static IEnumerable<JsonElement> Parts(JsonElement at, ReadOnlyMemory<string> path) => (path.Length, at.ValueKind) switch
    {
        (0, _) => [at],
        (_, JsonValueKind.Array) => at.EnumerateArray().SelectMany(one => Parts(one, path[1..])),
        (_, not JsonValueKind.Object) => [],
        _ => at.TryGetProperty(path.Span[0], out var one) ? Parts(one, path[1..]) : [],
    };

    // A server as people write it.
    private static string One(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("Hostname", out var host) && value.TryGetProperty("Port", out var port)
            ? $"{host}:{port}"
            : JsonSerializer.Serialize(value, Compact);
}
