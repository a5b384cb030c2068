using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Api;
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
        await using var app = Build(room, loggers, new LocalDriver(room.Flow, TimeProvider.System, stop.Token));
        app.Lifetime.ApplicationStopping.Register(stop.Cancel);
        foreach (var warning in room.Settings.Warnings) await Console.Error.WriteLineAsync(warning);
        await app.StartAsync(cancel);
        var flows = Task.WhenAll(
            room.Flow.Watch.RunAsync(stop.Token), room.Receive.RunAsync(stop.Token),
            room.Flow.Runs.RunAsync(TakeUpEvery, stop.Token), room.Flow.Retention.RunDailyAsync(stop.Token),
            room.Flow.Notices?.RunAsync(stop.Token) ?? Task.CompletedTask, room.Flow.WarmUp.RunAsync(stop.Token),
            room.Flow.Seeds.RunAsync(stop.Token));
        await app.WaitForShutdownAsync(cancel).ContinueWith(_ => { }, TaskScheduler.Default);
        await stop.CancelAsync();
        await flows.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    internal static WebApplication Build(LocalRoom room, ILoggerFactory loggers, IRecoveryDriver driver)
    {
        // Its own settings files are not read, so they need not be watched.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "orchestrator", Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.WebHost.UseUrls(room.Settings.Serve.Url);
        builder.Services.AddSingleton(room.Api);
        builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.ConfigureHttpJsonOptions(o => { });
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Features.Set(driver);
            return next(context);
        });
        app.UseOrchestrator();
        return app;
    }
}
