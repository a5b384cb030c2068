using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Local;

/// <summary>The long-running process: watching, recovering, HTTP.</summary>
public static class Serve
{
    public static async Task RunAsync(LocalRoom room, ILoggerFactory loggers, CancellationToken cancel)
    {
        await using var app = Build(room, loggers);
        await app.StartAsync(cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, app.Lifetime.ApplicationStopping);
        await DiscoverSeedsAsync(room, stop.Token);
        var flows = Task.WhenAll(room.Watch.RunAsync(stop.Token), room.Receive.RunAsync(stop.Token), room.Clean.RunDailyAsync(stop.Token), Warming.RunAsync(room, stop.Token));
        await app.WaitForShutdownAsync(cancel).ContinueWith(_ => { }, TaskScheduler.Default);
        await stop.CancelAsync();
        await flows.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static WebApplication Build(LocalRoom room, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "orchestrator" });
        builder.WebHost.UseUrls(room.Settings.Serve.Url);
        builder.Services.AddSingleton(room.Api);
        builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.ConfigureHttpJsonOptions(o => { });
        var app = builder.Build();
        app.MapOrchestrator();
        return app;
    }

    private static async Task DiscoverSeedsAsync(LocalRoom room, CancellationToken cancel)
    {
        InstanceKey[] seeds = [.. room.Settings.Serve.SeedList.Select(InstanceKey.Parse)];
        if (seeds.Length == 0) return;
        var found = await room.Discover.RunAsync(seeds, "", cancel);
        foreach (var refusal in found.Refusals) await Console.Error.WriteLineAsync(refusal);
    }
}
