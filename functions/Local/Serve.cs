using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Api.Metrics;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Local;

/// <summary>The long-running process: watching, recovering, HTTP.</summary>
public static class Serve
{
    /// <summary>Between two looks for recoveries whose process died: nobody else looks for them.</summary>
    private static readonly TimeSpan TakeUpEvery = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(LocalRoom room, ILoggerFactory loggers, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var metrics = room.Settings.Metrics.Enabled ? new MetricsEndpoint(room.Api) : null;
        var driver = new LocalDriver(room.Flow, TimeProvider.System, stop.Token);
        await using var app = Build(room, loggers, driver, metrics);
        await using var scraped = BuildScraped(room, loggers, metrics);
        app.Lifetime.ApplicationStopping.Register(stop.Cancel);
        foreach (var warning in room.Settings.Warnings) await Console.Error.WriteLineAsync(warning);
        await app.StartAsync(cancel);
        if (scraped is not null) await scraped.StartAsync(cancel);
        var flows = Task.WhenAll(
            room.Flow.Watch.RunAsync(stop.Token), room.Receive.RunAsync(stop.Token),
            room.Flow.Runs.RunAsync(TakeUpEvery, stop.Token), room.Flow.Retention.RunDailyAsync(stop.Token),
            room.Flow.Notices?.RunAsync(stop.Token) ?? Task.CompletedTask, room.Flow.WarmUp.RunAsync(stop.Token),
            room.Flow.Seeds.RunAsync(stop.Token));
        await app.WaitForShutdownAsync(cancel).ContinueWith(_ => { }, TaskScheduler.Default);
        await stop.CancelAsync();
        await flows.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    /// <param name="metrics">Null where nothing is scraped.</param>
    internal static WebApplication Build(
        LocalRoom room, ILoggerFactory loggers, IRecoveryDriver driver, MetricsEndpoint? metrics = null)
    {
        var app = ListenAt(room.Settings.Serve.Url, room.Api, loggers);
        app.Use((context, next) =>
        {
            context.Features.Set(driver);
            return next(context);
        });
        app.UseOrchestrator(room.Settings.Metrics.HasOwnAddress ? null : metrics);
        return app;
    }

    /// <summary>What is scraped at an address of its own; null where it has none.</summary>
    internal static WebApplication? BuildScraped(LocalRoom room, ILoggerFactory loggers, MetricsEndpoint? metrics)
    {
        if (metrics is null || !room.Settings.Metrics.HasOwnAddress) return null;
        var app = ListenAt(
            room.Settings.Metrics.Url, room.Api with { Access = room.Settings.MetricsAccess }, loggers);
        app.UseMetrics(metrics);
        return app;
    }

    // What is asked stands in the path and the query: a list of some thousand servers is the longest of it.
    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = AccessCheck.LongestBody;
        kestrel.Limits.MaxRequestLineSize = 64 * 1024;
        kestrel.Limits.MaxRequestBufferSize = 256 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 100;
    }

    private static WebApplication ListenAt(string url, ApiContext api, ILoggerFactory loggers)
    {
        // Its own settings files are not read, so they need not be watched.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "orchestrator", Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(Limit);
        builder.Services.AddSingleton(api);
        builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.ConfigureHttpJsonOptions(o => { });
        return builder.Build();
    }
}
