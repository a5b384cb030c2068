using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>A failure as the body of a message: its JSON with the schema version beside its members.</summary>
public static class FailureMessage
{
    /// <summary>A message holds 64 KiB; the rest is for the frame of the request.</summary>
    public const int MostBytes = 60 * 1024;

    private const string Schema = "schema";

    /// <summary>The body; evidence that does not fit is left out from its end, and the last piece says so.</summary>
    public static string Write(Failure failure)
    {
        for (var kept = failure.Evidence.Length; ; kept /= 2)
        {
            var body = JsonSerializer.SerializeToNode(Shortened(failure, kept), CoreJson.Options)!.AsObject();
            body[Schema] = Failure.SchemaVersion;
            var text = body.ToJsonString(CoreJson.Options);
            if (Encoding.UTF8.GetByteCount(text) <= MostBytes) return text;
            if (kept == 0)
                throw new InvalidOperationException(
                    $"failure {failure.Id} has more than {MostBytes} bytes even without evidence");
        }
    }

    /// <summary>The failure; or null and why the body is none of this version.</summary>
    public static Failure? Read(string body, out string problem)
    {
        problem = "";
        try
        {
            if (JsonNode.Parse(body) is not JsonObject json) problem = "is not a JSON object";
            else if (json[Schema] is not JsonValue schema || !schema.TryGetValue(out int version))
                problem = $"has no number '{Schema}'";
            else if (version != Failure.SchemaVersion)
                problem = $"has schema {version}; this version reads {Failure.SchemaVersion}";
            else if (json.Deserialize<Failure>(CoreJson.Options) is not
                { Id.Length: > 0, Cluster.Value: not null, Subject: not null, Kind: not null } failure)
                problem = "lacks an id, a cluster, a subject or a kind";
            else
            {
                var evidence = failure.Evidence.IsDefault ? [] : failure.Evidence;
                return failure with { Sentence = failure.Sentence ?? "", Evidence = evidence };
            }
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException or ArgumentException
            or InvalidOperationException)
        {
            problem = $"cannot be read: {e.Message}";
        }
        return null;
    }

    /// <summary>The body of a poison message: the reason, and as much of the original as fits.</summary>
    public static string Poisoned(string body, string because, long deliveries)
    {
        for (var kept = body.Length; ; kept /= 2)
        {
            if (kept > 0 && char.IsHighSurrogate(body[kept - 1])) kept--;
            var poison = new JsonObject
            {
                ["reason"] = because, ["deliveries"] = deliveries, ["isWhole"] = kept == body.Length,
                ["body"] = body[..kept],
            };
            var text = poison.ToJsonString();
            if (Encoding.UTF8.GetByteCount(text) <= MostBytes) return text;
        }
    }

    private static Failure Shortened(Failure failure, int kept) => kept == failure.Evidence.Length
        ? failure
        : failure with { Evidence = [.. failure.Evidence.Take(kept), $"and {failure.Evidence.Length - kept} more"] };
}
