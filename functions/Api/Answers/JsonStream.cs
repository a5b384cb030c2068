using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace OrchestratorFunctions.Api.Answers;

/// <summary>
/// Writes JSON to a response while it is made, so that all servers of a large fleet are sent without a copy of them in
/// memory: who makes it waits for who reads it.
/// </summary>
internal static class JsonStream
{
    private const int SendFrom = 32 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All), SkipValidation = true,
    };

    /// <summary>Writes the parts one after another, without the services of a pipeline.</summary>
    /// <param name="parts">Each leaves the writer where the next one goes on.</param>
    public static async Task WriteAsync(HttpContext context, int status, IEnumerable<Action<Utf8JsonWriter>> parts)
    {
        var response = context.Response;
        (response.StatusCode, response.ContentType) = (status, "application/json; charset=UTF-8");
        await using var json = new Utf8JsonWriter(response.BodyWriter, Options);
        var sent = 0L;
        foreach (var part in parts)
        {
            part(json);
            if (json.BytesCommitted + json.BytesPending - sent < SendFrom) continue;
            json.Flush();
            sent = json.BytesCommitted;
            await response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        json.Flush();
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>A list, item by item.</summary>
    public static IEnumerable<Action<Utf8JsonWriter>> List<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        yield return json => json.WriteStartArray();
        foreach (var item in items) yield return json => write(json, item);
        yield return json => json.WriteEndArray();
    }
}
