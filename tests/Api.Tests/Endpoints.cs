using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Tests;

/// <summary>The endpoints over storage in memory, asked by real HTTP.</summary>
internal sealed class Endpoints : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;

    private Endpoints(WebApplication app, FakeTimeProvider time, World world, Memory memory)
    {
        (this.app, Time, World, Memory) = (app, time, world, memory);
        http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/api/v2/") };
    }

    public FakeTimeProvider Time { get; }
    public World World { get; }
    public Memory Memory { get; }

    /// <param name="settings">Instead of the settings in memory.</param>
    public static async Task<Endpoints> StartAsync(ISettingsStore? settings = null)
    {
        var time = new FakeTimeProvider(World.Noon);
        var (world, memory) = (new World(), new Memory(time));
        memory.Store(world.Now);
        await memory.SaveClusterAsync(World.Cluster, "shop", default);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new ApiRoom(new FleetView(memory, settings ?? memory, time), memory, settings ?? memory, DetectionPolicy.Default, time, TimeSpan.FromSeconds(90), new ApiOptions()));
        var app = builder.Build();
        app.MapOrchestrator();
        await app.StartAsync();
        return new Endpoints(app, time, world, memory);
    }

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

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}
