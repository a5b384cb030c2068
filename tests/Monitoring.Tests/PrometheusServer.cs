using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace OrchestratorFunctions.Monitoring.Tests;

/// <summary>A real Prometheus with the example of the repository, which scrapes one process every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly string folder;
    private readonly Process process;
    private readonly HttpClient http;
    private readonly ConcurrentQueue<string> lines = new();

    private PrometheusServer(string folder, Process process, Uri address)
    {
        (this.folder, this.process) = (folder, process);
        http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
    }

    public string Log => string.Join('\n', lines);

    /// <param name="target">host:port of the process.</param>
    public static PrometheusServer Start(string target)
    {
        Promtool.SkipWithout("prometheus");
        var folder = Directory.CreateTempSubdirectory("orchestrator-prometheus-").FullName;
        File.Copy(Tree.PathOf("infra/monitoring/alerts.yaml"), Path.Combine(folder, "alerts.yaml"));
        File.WriteAllText(Path.Combine(folder, "prometheus.yaml"), Configuration(target));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();
        var start = new ProcessStartInfo("prometheus",
            [$"--config.file={folder}/prometheus.yaml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={address}", "--log.level=warn"])
        {
            WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        var server = new PrometheusServer(folder, Process.Start(start)!, new Uri($"http://{address}/api/v1/"));
        server.process.ErrorDataReceived += server.Take;
        server.process.OutputDataReceived += server.Take;
        server.process.BeginErrorReadLine();
        server.process.BeginOutputReadLine();
        return server;
    }

    /// <summary>The answer of its API to a question; null while it does not answer.</summary>
    public async Task<JsonElement?> AskAsync(string path, params (string Name, string Value)[] form)
    {
        Assert.False(process.HasExited, Log);
        try
        {
            using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
            using var answer = form.Length == 0 ? await http.GetAsync(new Uri(path, UriKind.Relative)) : await http.PostAsync(new Uri(path, UriKind.Relative), content);
            using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The values that an expression has now, and the labels of all of them; what is wrong with it instead where it has none because of that.</summary>
    public async Task<(double[] Values, HashSet<string> Labels, string Wrong)> QueryAsync(string expression)
    {
        var answer = await AskAsync("query", ("query", expression));
        if (answer?.GetProperty("status").GetString() is not "success") return ([], [], $"{answer}");
        var wrong = answer.Value.TryGetProperty("warnings", out var warnings) ? warnings.ToString() : "";
        JsonElement[] result = [.. answer.Value.GetProperty("data").GetProperty("result").EnumerateArray()];
        var labels = result.SelectMany(r => r.GetProperty("metric").EnumerateObject().Select(l => l.Name)).ToHashSet();
        return ([.. result.Select(r => double.Parse(r.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))], labels, wrong);
    }

    /// <summary>Every metric of what it scrapes, with the labels that it has.</summary>
    public async Task<Dictionary<string, IReadOnlySet<string>>> SeriesAsync()
    {
        var answer = await AskAsync("series", ("match[]", "{job=\"orchestrator\"}"));
        if (answer?.GetProperty("status").GetString() is not "success") return [];
        var series = answer.Value.GetProperty("data").EnumerateArray().Select(s => s.EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!));
        return series.GroupBy(s => s["__name__"]).ToDictionary(g => g.Key, IReadOnlySet<string> (g) => g.SelectMany(s => s.Keys).ToHashSet());
    }

    /// <summary>Every rule that it evaluates.</summary>
    public async Task<JsonElement[]> RulesAsync() => await AskAsync("rules") is { } answer
        ? [.. answer.GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray())] : [];

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string Configuration(string target)
    {
        var example = Tree.Read("infra/monitoring/prometheus.yaml");
        Assert.Contains("\"127.0.0.1:3000\"", example, StringComparison.Ordinal);
        return example.Replace("\"127.0.0.1:3000\"", $"\"{target}\"", StringComparison.Ordinal).Replace("_interval: 15s", "_interval: 1s", StringComparison.Ordinal);
    }

    private void Take(object sender, DataReceivedEventArgs received)
    {
        if (received.Data is { } line) lines.Enqueue(line);
    }
}
