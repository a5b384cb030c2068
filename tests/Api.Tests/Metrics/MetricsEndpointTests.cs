using System.Net;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Metrics;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Tests.Metrics;

public sealed partial class MetricsEndpointTests
{
    private static readonly ApiOptions Password = new() { Authentication = AuthenticationMethod.Multi, User = "dana", Password = "secret" };

    [Fact]
    public async Task What_is_scraped_is_what_the_documents_list()
    {
        var driver = new MemoryDriver();
        await using var endpoints = await Endpoints.StartAsync(
            driver: driver, isScraped: true,
            watchers: (world, memory, time) => new WatchShards([new Process(world, memory, new MemoryQueue(), time).Watch], time));
        driver.Endpoints = endpoints;
        await endpoints.Memory.BeatAsync("watch/0", "p1", World.Noon, default);
        Telemetry.Beat("watch/0");
        Telemetry.VantageMissing("watch/0");
        Telemetry.Held(World.Cluster, "DeadPrimary", "Recovery:FleetLimit");
        DetailTelemetry.Probed(new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer"), TimeSpan.FromSeconds(1));
        endpoints.World.Kill(World.Primary);
        endpoints.Memory.Store(endpoints.World.Now);
        using var begun = await endpoints.SendAsync("POST", "clusters/c-test/failover?because=it burns");
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        // Nobody may write there.
        var closed = WrittenTopology.Read(["db1 9.7.4 ro has=A:1-100", "db2 9.7.4 ro <db1 lag=3 has=A:1-100"], null, "blog");
        endpoints.Memory.Store(new Topology(new ClusterId("c-2"), World.Noon, closed.Members, "blog"));
        await endpoints.Memory.SaveClusterAsync(new ClusterId("c-2"), "blog", default);
        var scraped = await Scrape.OfAsync(endpoints);
        Assert.Equal(Documented(), scraped.Metrics);
        // It tells nothing by the name of a server.
        Assert.DoesNotContain("db", scraped.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_names_of_the_fork_are_there_before_anything_has_happened_and_as_it_has_them()
    {
        await using var endpoints = await Endpoints.StartAsync(isScraped: true);
        var scraped = await Scrape.OfAsync(endpoints);
        string[] begun = ["discoveries_total counter", "discovery_errors_total counter", "instances_total gauge", "clusters_total gauge"];
        Assert.Empty(begun.Select(n => $"orchestrator_{n}").Except(scraped.Metrics));
        Assert.Equal(("4", "1"), (Assert.Single(scraped["orchestrator_instances_total"]), Assert.Single(scraped["orchestrator_clusters_total"])));
        // How recoveries are counted is in the documents, and so in what is scraped when there was one.
        Assert.Contains("orchestrator_recoveries_total counter kind, outcome, result, type", Documented());
        Assert.Contains("orchestrator_recovery_duration_seconds histogram", Documented());
    }

    [Fact]
    public async Task Who_may_read_may_scrape_and_nobody_else()
    {
        await using var endpoints = await Endpoints.StartAsync(access: Password, isScraped: true);
        Assert.Equal((401, 401, 200, 200, 405), (
            await StatusAsync(endpoints, "GET"), await StatusAsync(endpoints, "GET", Headers.Basic("dana:wrong")),
            await StatusAsync(endpoints, "GET", Headers.Basic("readonly:")), await StatusAsync(endpoints, "HEAD", Headers.Basic("readonly:")),
            await StatusAsync(endpoints, "POST", Headers.Basic("dana:secret"))));
    }

    [Fact]
    public async Task Where_it_is_closed_nothing_answers()
    {
        await using var endpoints = await Endpoints.StartAsync();
        Assert.Equal(404, await StatusAsync(endpoints, "GET"));
    }

    [Fact]
    public async Task OpenMetrics_is_answered_where_it_is_asked_for()
    {
        await using var endpoints = await Endpoints.StartAsync(isScraped: true);
        using var answer = await endpoints.SendAsync("GET", "/metrics", ("Accept", "application/openmetrics-text;version=1.0.0"));
        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("# EOF\n", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_is_away_takes_the_clusters_out_and_leaves_the_rest()
    {
        await using var endpoints = await Endpoints.StartAsync(settings: Broken.Of<ISettingsStore>(), isScraped: true);
        var scraped = await Scrape.OfAsync(endpoints);
        Assert.Equal(["0"], scraped["orchestrator_healthy"]);
        Assert.Single(scraped["orchestrator_discoveries_total"]);
        Assert.DoesNotContain(scraped.Metrics, m => m.Contains("cluster", StringComparison.Ordinal) || m.Contains("instances", StringComparison.Ordinal));
        // Nor is it said that recoveries are switched off: nobody knows.
        Assert.Empty(scraped["orchestrator_recovery_enabled"]);
    }

    [Fact]
    public async Task A_large_fleet_is_told_in_part_and_counted_whole()
    {
        await using var endpoints = await Endpoints.StartAsync(isScraped: true);
        const int many = MetricsEndpoint.MostClusters + 50;
        for (var i = 1; i < many; i++)
        {
            var cluster = new ClusterId($"c-{i}");
            endpoints.Memory.Store(new Topology(cluster, World.Noon, endpoints.World.Now.Members));
            await endpoints.Memory.SaveClusterAsync(cluster, "", default);
        }
        var scraped = await Scrape.OfAsync(endpoints);
        Assert.Equal([$"{many}"], scraped["orchestrator_clusters_total"]);
        Assert.InRange(scraped["orchestrator_cluster_writers"].Length, MetricsEndpoint.MostClusters - 1, MetricsEndpoint.MostClusters + 1);
    }

    private static async Task<int> StatusAsync(Endpoints endpoints, string method, params (string, string)[] headers)
    {
        using var answer = await endpoints.SendAsync(method, "/metrics", headers);
        return (int)answer.StatusCode;
    }

    // Every row of the documents as "name type labels".
    private static IEnumerable<string> Documented() =>
        Row().Matches(File.ReadAllText(System.IO.Path.Combine(Play.Root(), "docs", "operations.md")))
            .Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value} {Sorted(m.Groups[3].Value)}".TrimEnd()).Order(StringComparer.Ordinal);

    private static string Sorted(string labels) => string.Join(", ", labels.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"^\| `(orchestrator_\w+)` \| (counter|gauge|histogram) \| ?([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
