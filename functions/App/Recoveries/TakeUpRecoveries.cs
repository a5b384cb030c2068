using Microsoft.Azure.Functions.Worker;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.App.Recoveries;

/// <summary>
/// The safety net: recoveries whose worker died are taken up from their records. Those that somebody still runs are protected by their lease.
/// </summary>
public sealed class TakeUpRecoveries(IRecoveryStore recoveries, RecoverCluster recover)
{
    /// <summary>As long as a lease of a dead worker stands by default.</summary>
    private const string Every10Seconds = "*/10 * * * * *";

    [Function(nameof(TakeUpRecoveries))]
    public async Task RunAsync([TimerTrigger(Every10Seconds, UseMonitor = false)] TimerInfo timer, CancellationToken cancel) =>
        await Task.WhenAll((await recoveries.ReadActiveClustersAsync(cancel)).Select(cluster => recover.ResumeAsync(cluster, cancel)));
}
