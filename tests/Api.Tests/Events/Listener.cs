using System.Text.Json;

namespace OrchestratorFunctions.Api.Tests.Events;

/// <summary>Listens as a browser does.</summary>
internal sealed class Listener(HttpResponseMessage answer, StreamReader lines) : IDisposable
{
    public static async Task<Listener> StartAsync(HttpResponseMessage answer)
    {
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new Listener(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<Told?> NextAsync()
    {
        string id = "", kind = "";
        while (await lines.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) kind = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) return new Told(id, kind, JsonDocument.Parse(line[6..]).RootElement.Clone());
        }
        return null;
    }

    /// <summary>The next ones, up to and with one of that kind.</summary>
    public async Task<List<Told>> UntilAsync(string kind)
    {
        List<Told> all = [];
        while (await NextAsync() is { } told)
        {
            all.Add(told);
            if (told.Kind == kind) return all;
        }
        throw new InvalidOperationException($"the stream ended before '{kind}'; it told {string.Join(", ", all.Select(t => t.Kind))}");
    }

    public void Dispose()
    {
        lines.Dispose();
        answer.Dispose();
    }
}

internal sealed record Told(string Id, string Kind, JsonElement Data);
