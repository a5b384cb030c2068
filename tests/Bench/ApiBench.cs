using System.Diagnostics;
using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Storage;

namespace OrchestratorFunctions.Bench;

/// <summary>
/// What readers wait for where another process watches: a real program over a storage emulator that holds a large fleet. The lease of the
/// watcher is kept by the bench, so that the program reads and does not watch.
/// </summary>
internal static class ApiBench
{
    private const int PagesAsked = 2000, WholeAsked = 8, SideBySide = 4;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(50);

    public static async Task RunAsync(int clusters, int calls, bool json)
    {
        await using var azurite = await AzuriteServer.StartAsync();
        var prefix = $"api{Environment.ProcessId}";
        var options = new StorageOptions { ConnectionString = azurite.ConnectionString, TablePrefix = prefix };
        var storage = await AzureStorage.OpenAsync(options, TimeProvider.System, CancellationToken.None);
        await FillAsync(storage.Topologies, clusters);
        using var over = new CancellationTokenSource();
        var watching = WatchAsync(storage, over.Token);
        await using var program = new Orchestrator(azurite.ConnectionString, prefix);
        program.Begin("");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{program.Port}/api/"), Timeout = TimeSpan.FromMinutes(2) };
        await AnswersAsync(http);
        var figures = await MeasureAsync(http, clusters);
        var before = ProcessCost.Memory(program.ProcessId).Anonymous;
        await CallAsync(http, clusters, calls);
        var after = ProcessCost.Memory(program.ProcessId).Anonymous;
        await over.CancelAsync();
        await watching;
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { clusters, servers = clusters * WrittenFleet.ServersOfOne, figures, calls, before, after }, JsonSerializerOptions.Web));
        else Print(clusters, calls, figures, before, after);
    }

    private static void Print(int clusters, int calls, Dictionary<string, Figures> figures, double before, double after)
    {
        Console.WriteLine($"{clusters * WrittenFleet.ServersOfOne} stored servers in {clusters} clusters, read by a process that does not watch; milliseconds of a call:");
        foreach (var (path, of) in figures) Console.WriteLine($"  {path,-40} {of}");
        Console.WriteLine($"  memory of the process: {before:0} MB, and {after:0} MB {calls} calls later");
    }

    private static async Task FillAsync(ITopologyStore store, int clusters)
    {
        await Parallel.ForAsync(0, clusters, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (c, cancel) =>
        {
            var members = WrittenFleet.Members(c);
            var id = WrittenFleet.IdOf(members);
            await store.SaveSightingsAsync(id, [.. members.Select(m => new StoredMember(m.Key, m.LastKnown, m.LastSeenAt))], cancel);
            await store.SaveClusterAsync(id, WrittenFleet.AliasOf(c), cancel);
        });
    }

    private static async Task WatchAsync(AzureStorage storage, CancellationToken cancel)
    {
        try
        {
            await storage.Settings.SaveShardsAsync(1, cancel);
            while (true)
            {
                await storage.Leases.TryAcquireAsync(Shard.NameOf(0), "bench", Length, cancel);
                await storage.Settings.BeatAsync(Shard.NameOf(0), "bench", DateTimeOffset.UtcNow, cancel);
                await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The bench is over.
        }
    }

    private static async Task AnswersAsync(HttpClient http)
    {
        for (var turn = 0; turn < 600; turn++, await Task.Delay(100))
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("v3/clusters?limit=1", UriKind.Relative));
                if (answer.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        throw new TimeoutException("the program did not answer in a minute");
    }

    private static string[] Pages(int cluster) =>
    [
        $"v3/clusters/{WrittenFleet.AliasOf(cluster)}/topology", $"cluster/{WrittenFleet.AliasOf(cluster)}", $"topology/{WrittenFleet.AliasOf(cluster)}",
        $"instance/{WrittenFleet.KeyOf(cluster, 1).Host}/3306", $"master/{WrittenFleet.AliasOf(cluster)}",
    ];

    private static async Task<Dictionary<string, Figures>> MeasureAsync(HttpClient http, int clusters)
    {
        var chance = new Random(1);
        Dictionary<string, List<double>> times = [];
        for (var i = 0; i < PagesAsked; i++)
        {
            var pages = Pages(chance.Next(clusters));
            await TimeAsync(http, times, pages[i % pages.Length], Kind(pages[i % pages.Length]));
        }
        for (var i = 0; i < WholeAsked; i++)
            foreach (var path in new[] { "all-instances", "clusters-info", "v3/clusters?limit=200", "problems" })
                await TimeAsync(http, times, path, path);
        return times.ToDictionary(t => t.Key, t => Figures.Of(t.Value));
    }

    private static string Kind(string path) => string.Join('/', path.Split('/').Select(p => p.Any(char.IsDigit) && p != "v3" ? "…" : p));

    private static async Task TimeAsync(HttpClient http, Dictionary<string, List<double>> times, string path, string kind)
    {
        var began = Stopwatch.GetTimestamp();
        await GetAsync(http, path);
        if (!times.TryGetValue(kind, out var list)) times[kind] = list = [];
        list.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    private static async Task GetAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        if (answer.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        await answer.Content.CopyToAsync(Stream.Null);
    }

    private static Task CallAsync(HttpClient http, int clusters, int calls) =>
        Parallel.ForAsync(0, calls, new ParallelOptions { MaxDegreeOfParallelism = SideBySide }, async (i, _) =>
        {
            var pages = Pages(i % clusters);
            await GetAsync(http, pages[i % pages.Length]);
        });
}
