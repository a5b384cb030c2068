using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OrchestratorFunctions.Bench;

/// <summary>The product as its users run it: processes of the real program, with settings for a bench.</summary>
internal sealed class Orchestrator : IAsyncDisposable
{
    private readonly string[] settings;
    private readonly ConcurrentQueue<(long At, string Line)> lines = new();
    private readonly string program;
    private Process? serve;
    private string version = "v3";

    /// <param name="program">The folder of another build of the program; null for the one of this tree.</param>
    public Orchestrator(string connectionString, string tablePrefix, string? program = null, params string[] more)
    {
        this.program = program is null ? Program : Path.Combine(program, "orchestrator.dll");
        Port = FreePort();
        settings =
        [
            $"Storage:ConnectionString={connectionString}", $"Storage:TablePrefix={tablePrefix}", $"Serve:Url=http://127.0.0.1:{Port}",
            "MySql:User=orchestrator", "MySql:Password=orchestrator", "MySql:ReplicationUser=repl", "MySql:ReplicationPassword=repl", .. more,
        ];
    }

    public int Port { get; }
    public int ProcessId => serve!.Id;

    /// <summary>What the process logged, with the time each line arrived (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    public IReadOnlyCollection<(long At, string Line)> Log => lines;

    /// <summary>Starts the long-running process and waits until it is healthy.</summary>
    public Task ServeAsync(string seed)
    {
        Begin(seed);
        return HealthyAsync();
    }

    /// <summary>Starts it and does not wait: one that others have to agree with is not healthy before they are there.</summary>
    public void Begin(string seed) => serve = Start(["serve", "--set", $"Discovery:Seeds={seed}"], line => lines.Enqueue((Stopwatch.GetTimestamp(), line)));

    public async Task HealthyAsync()
    {
        using var http = new HttpClient();
        for (var turn = 0; turn < 600; turn++)
        {
            if (serve!.HasExited) throw new InvalidOperationException($"serve ended: {string.Join('\n', lines.Select(l => l.Line))}");
            try
            {
                var health = await http.GetAsync(new Uri($"http://127.0.0.1:{Port}/api/{version}/health"));
                // An older build that is measured against.
                if (health.StatusCode == HttpStatusCode.NotFound) version = "v2";
                if (health.IsSuccessStatusCode && await SeesAllAsync()) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(50);
        }
        throw new TimeoutException("serve did not become healthy in 30 s");
    }

    // The process may be well before it has looked at what it found a moment ago.
    private async Task<bool> SeesAllAsync() =>
        (await ListAsync("clusters")).All(c => c.GetProperty("seen").GetInt32() == c.GetProperty("instances").GetInt32());

    /// <summary>When a line with that text first arrived after an instant; null when it did not.</summary>
    public long? FirstAfter(long start, string text) =>
        lines.Where(l => l.At >= start && l.Line.Contains(text, StringComparison.Ordinal)).Select(l => (long?)l.At).FirstOrDefault();

    public async Task<string> GetAsync(string path)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{Port}/api/{version}/{path}"));
    }

    /// <summary>The first page of a list.</summary>
    public async Task<IEnumerable<JsonElement>> ListAsync(string path) =>
        await GetJsonAsync(path) is { ValueKind: JsonValueKind.Array } all ? all.EnumerateArray() : (await GetJsonAsync(path)).GetProperty("items").EnumerateArray();

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var document = JsonDocument.Parse(await GetAsync(path));
        return document.RootElement.Clone();
    }

    /// <summary>Runs one command to its end.</summary>
    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var error = new StringBuilder();
        using var process = Start(arguments, line => { lock (error) error.AppendLine(line); });
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        lock (error) return (process.ExitCode, output, error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (serve is null) return;
        serve.Kill();
        await serve.WaitForExitAsync();
        serve.Dispose();
    }

    private Process Start(string[] arguments, Action<string> onError)
    {
        var start = new ProcessStartInfo(program[..^4], [.. arguments, .. settings.SelectMany(s => (string[])["--set", s])])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, e) => { if (e.Data is { } line) onError(line); };
        process.BeginErrorReadLine();
        return process;
    }

    // What scripts/lib/build.sh publishes.
    private static string Program
    {
        get
        {
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
                if (Path.Combine(at.FullName, "functions", "Local", "bin", "program", "orchestrator.dll") is var path && File.Exists(path)) return path;
            throw new FileNotFoundException("the program is not built; run this by scripts/bench or scripts/demo");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
