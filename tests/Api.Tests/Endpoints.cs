using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Api.Metrics;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Tests;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Tests;

/// <summary>The endpoints over storage in memory, asked by real HTTP.</summary>
internal sealed partial class Endpoints : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;
    private readonly MetricsEndpoint? metrics;

    private Endpoints(WebApplication app, AwaitedTime time, World world, Memory memory, ListLog log, MetricsEndpoint? metrics)
    {
        (this.app, Time, World, Memory, Log, this.metrics) = (app, time, world, memory, log, metrics);
        http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/api/v3/") };
    }

    public AwaitedTime Time { get; }
    public World World { get; }
    public Memory Memory { get; }

    public ListLog Log { get; }

    /// <summary>All of ours that is mapped, as method and path, with the same word for every parameter.</summary>
    public IEnumerable<(string Method, string Path)> Mapped => app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v3/", StringComparison.Ordinal))
        .SelectMany(e => e.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(m => (m, Parameter().Replace(e.RoutePattern.RawText!["/api/v3/".Length..], "x"))));

    /// <param name="settings">Instead of the settings in memory.</param>
    /// <param name="access">Instead of the defaults.</param>
    /// <param name="watch">The same.</param>
    /// <param name="seeds">What Discovery:Seeds says.</param>
    /// <param name="topologies">Instead of the clusters in memory.</param>
    /// <param name="driver">What runs recoveries; null where nothing does.</param>
    /// <param name="isScraped">Whether there is <c>/metrics</c>.</param>
    /// <param name="watchers">Those of this process; null where it never watches.</param>
    public static async Task<Endpoints> StartAsync(
        ISettingsStore? settings = null, ApiOptions? access = null, WatchPolicy? watch = null, string seeds = "",
        Func<Memory, ITopologyStore>? topologies = null, IRecoveryDriver? driver = null, bool isScraped = false,
        Func<World, Memory, TimeProvider, WatchShards>? watchers = null)
    {
        var time = new AwaitedTime(World.Noon);
        var (world, memory) = (new World(), new Memory(time));
        memory.Store(world.Now);
        await memory.SaveClusterAsync(World.Cluster, "shop", default);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var log = new ListLog();
        var view = new FleetView(topologies?.Invoke(memory) ?? memory, settings ?? memory, time, watchers?.Invoke(world, memory, time));
        var store = topologies?.Invoke(memory) ?? memory;
        var known = new KnownServers(store, new DiscoveryOptions { Seeds = seeds }.SeedKeys, () => null, time);
        var discover = new DiscoverInstances(world, store, memory, new MoveRight(memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(2), time, log);
        var lease = new DiscoveryLease(memory, "p1", TimeSpan.FromMinutes(10), time);
        var discovery = new OperatorDiscovery(discover, store, memory, lease, (_, _) => Task.CompletedTask, time);
        var verbs = new VerbPorts(memory, memory, memory, memory, () => { }, time);
        var live = new ReadTopology(memory, world, time);
        var policy = new RecoveryPolicy { HasReplicationAccount = true };
        builder.Services.AddSingleton(new ApiContext(
            view, memory, settings ?? memory, watch ?? new WatchPolicy(), time, TimeSpan.FromSeconds(90), known,
            OperatorVerbs.Of(verbs, memory, settings ?? memory, memory, lease, discovery, live, new([], TimeSpan.FromSeconds(1), "p1", TimeSpan.FromMinutes(10)),
                new(view, new PlanDrafts(policy, new Random(1), time))),
            new RunOperation(live, null!, policy, TimeSpan.FromSeconds(1), new Random(1), time),
            world, access ?? new ApiOptions(), log) { Mistakes = new OwnErrors(log, time), Audit = memory, Tokens = new TokenSignIns(memory, time, log), Limits = new CallLimits(access ?? new ApiOptions(), time) });
        Description.AddTo(builder.Services);
        var app = builder.Build();
        app.Use((context, next) =>
        {
            if (driver is not null) context.Features.Set(driver);
            return next(context);
        });
        var metrics = isScraped ? new MetricsEndpoint(app.Services.GetRequiredService<ApiContext>()) : null;
        app.UseOrchestrator(metrics);
        await app.StartAsync();
        return new Endpoints(app, time, world, memory, log, metrics);
    }

    public IServiceProvider Services => app.Services;

    public OwnErrors Mistakes => app.Services.GetRequiredService<ApiContext>().Mistakes!;

    public async Task<(HttpStatusCode Status, string Text)> GetTextAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var (status, text) = await GetTextAsync(path);
        Assert.True(status == expected, $"{path}: {status} {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Any request, as its headers make it.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        // A body of that length, and nothing but blanks in it.
        var length = headers.FirstOrDefault(h => h.Name == "Content-Length").Value;
        if (length is not null) request.Content = new ByteArrayContent([.. Enumerable.Repeat((byte)' ', int.Parse(length, System.Globalization.CultureInfo.InvariantCulture))]);
        foreach (var (name, value) in headers.Where(h => h.Name != "Content-Length")) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request);
    }

    /// <summary>The beginning of an answer; its end may be far away.</summary>
    public async Task<HttpResponseMessage> BeginAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        metrics?.Dispose();
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
