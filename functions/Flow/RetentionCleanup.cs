using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow;

/// <summary>
/// Removes old recoveries and audit entries, some in each run. What runs is never removed, nor a lease: its epoch must
/// outlive every holder. Several processes may clean at once.
/// </summary>
public sealed class RetentionCleanup(
    IRecoveryStore recoveries, IAuditLog audit, RetentionPolicy policy, TimeProvider time, ILogger logger)
{
    /// <summary>Of each kind and run.</summary>
    public const int MostPerRun = 500;

    // Not in the first minutes of a process, which are the busiest.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(10), Every = TimeSpan.FromDays(1);

    public async Task<(int Recoveries, int Entries)> RunAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var removed = (
            await recoveries.CleanAsync(now - policy.KeepRecoveries, MostPerRun, cancel),
            await audit.CleanAsync(now - policy.KeepAudit, MostPerRun, cancel));
        if (removed is not (0, 0)) logger.Cleaned(removed.Item1, removed.Item2);
        return removed;
    }

    /// <summary>Cleans once a day until cancelled.</summary>
    public async Task RunDailyAsync(CancellationToken cancel)
    {
        var pause = FirstAfter;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, time, cancel);
                pause = Every;
                await RunAsync(cancel);
            }
            catch (Exception e)
            {
                if (!cancel.IsCancellationRequested) logger.Retrying("remove old history", e);
            }
        }
    }
}
