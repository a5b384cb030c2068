using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace OrchestratorFunctions.App.Timers;

/// <summary>
/// Removes old recoveries and audit entries, and the histories of orchestrations that ended long ago.
/// </summary>
public sealed class CleanTimer(AppSource rooms, TimeProvider time)
{
    public const string EveryNight = "0 30 3 * * *";

    /// <summary>
    /// The record tells the story; a history is only needed for as long as somebody may look into its replay.
    /// </summary>
    public static readonly TimeSpan KeepHistories = TimeSpan.FromDays(30);

    [Function(nameof(CleanTimer))]
    public async Task RunAsync([TimerTrigger(EveryNight)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var room = await rooms.OpenAsync(cancel);
        await room.Flow.Retention.RunAsync(cancel);
        OrchestrationRuntimeStatus[] ended = [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];
        await client.PurgeAllInstancesAsync(new PurgeInstancesFilter(CreatedTo: time.GetUtcNow() - KeepHistories, Statuses: ended), cancel);
    }
}
