using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;

namespace OrchestratorFunctions.App.Timers;

/// <summary>
/// A timer for each shard of the fleet, because the platform gives each function instances of its own. A timer only
/// opens a window and holds it; who watches is decided by the shard's lease. Those of shards beyond Watch:Shards are
/// disabled.
/// </summary>
public sealed class WatchTimers(AppSource rooms, WatchWindowSource windows, IHostApplicationLifetime host)
{
    public const string Every5Seconds = "*/5 * * * * *";

    /// <summary>As long as one invocation lasts; the next one follows within the grace of the watcher.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    [Function("WatchTimer")]
    public Task Watch0Async([TimerTrigger(Every5Seconds, UseMonitor = false)] TimerInfo timer, CancellationToken cancel) => WatchAsync(0, cancel);

    [Function("WatchTimer1")]
    public Task Watch1Async([TimerTrigger(Every5Seconds, UseMonitor = false)] TimerInfo timer, CancellationToken cancel) => WatchAsync(1, cancel);

    [Function("WatchTimer2")]
    public Task Watch2Async([TimerTrigger(Every5Seconds, UseMonitor = false)] TimerInfo timer, CancellationToken cancel) => WatchAsync(2, cancel);

    [Function("WatchTimer3")]
    public Task Watch3Async([TimerTrigger(Every5Seconds, UseMonitor = false)] TimerInfo timer, CancellationToken cancel) => WatchAsync(3, cancel);

    [Function("WatchTimer4")]
    public Task Watch4Async([TimerTrigger(Every5Seconds, UseMonitor = false)] TimerInfo timer, CancellationToken cancel) => WatchAsync(4, cancel);

    [Function("WatchTimer5")]
    public Task Watch5Async([TimerTrigger(Every5Seconds, UseMonitor = false)] TimerInfo timer, CancellationToken cancel) => WatchAsync(5, cancel);

    [Function("WatchTimer6")]
    public Task Watch6Async([TimerTrigger(Every5Seconds, UseMonitor = false)] TimerInfo timer, CancellationToken cancel) => WatchAsync(6, cancel);

    [Function("WatchTimer7")]
    public Task Watch7Async([TimerTrigger(Every5Seconds, UseMonitor = false)] TimerInfo timer, CancellationToken cancel) => WatchAsync(7, cancel);

    private async Task WatchAsync(int shard, CancellationToken cancel)
    {
        var room = await rooms.OpenAsync(cancel);
        if (shard >= room.Flow.Watch.Watchers.Length) return;
        using var drained = CancellationTokenSource.CreateLinkedTokenSource(cancel, host.ApplicationStopping);
        await windows.Of(shard, room).RunAsync(Window, drained.Token);
    }
}
