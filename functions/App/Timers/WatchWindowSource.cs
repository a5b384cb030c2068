using System.Collections.Concurrent;
using OrchestratorFunctions.Flow.SelfTest;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.App.Timers;

/// <summary>
/// The windows of this instance, one set for each shard it was called for, so that windows of one shard share one
/// watcher.
/// </summary>
public sealed class WatchWindowSource(TimeProvider time) : IAsyncDisposable
{
    /// <summary>
    /// Between two looks of a watcher for unfinished recoveries: their orchestrations look for themselves, so this is
    /// only a net. One whose lease is held is looked at again when that lease can have run out, and not after this
    /// pause.
    /// </summary>
    public static readonly TimeSpan TakeUpEvery = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<int, WatchWindows> windows = new();

    public WatchWindows Of(int shard, AppRoom room) => windows.GetOrAdd(shard, s => new WatchWindows(cancel => WatchAsync(room, s, cancel), room.Flow.WatchPolicy.WindowGrace, time));

    public async ValueTask DisposeAsync()
    {
        foreach (var one in windows.Values) await one.DisposeAsync();
    }

    // Recoveries that this process finds begin here at once, and those it finds unfinished are taken up; both end with
    // the watching.
    private static Task WatchAsync(AppRoom room, int shard, CancellationToken cancel) =>
        Task.WhenAll(
            room.Flow.Watch.Watchers[shard].RunAsync(cancel), room.Flow.WarmUp.RunAsync(cancel),
            room.Flow.Runs.RunAsync(TakeUpEvery, cancel).ContinueWith(_ => { }, TaskScheduler.Default),
            shard == 0 ? room.Flow.Seeds.RunAsync(cancel) : Task.CompletedTask);
}
