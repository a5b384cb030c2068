using Microsoft.Azure.Functions.Worker;

namespace OrchestratorFunctions.App.Timers;

/// <summary>
/// The safety net: takes up recoveries whose process died, sends the failures a dead watcher had written down, and
/// tells what was left untold.
/// </summary>
public sealed class DetectTimer(AppSource rooms)
{
    public const string EveryMinute = "0 * * * * *";

    [Function(nameof(DetectTimer))]
    public async Task RunAsync([TimerTrigger(EveryMinute)] TimerInfo timer, CancellationToken cancel)
    {
        var room = await rooms.OpenAsync(cancel);
        // Side by side: a recovery that takes minutes must not hide what else is wrong. A lease that is held is not
        // waited for here: the watchers and the orchestration of the failure look again when it can have run out, and
        // this is the net below them. It comes back in a minute, and to wait would be billed in every minute in which a
        // living process recovers something.
        await Task.WhenAll(room.Flow.Runs.TakeUpAsync(cancel), room.Flow.Detect.RunAsync(cancel), room.Flow.Notices?.CatchUpAsync(cancel) ?? Task.CompletedTask);
    }
}
