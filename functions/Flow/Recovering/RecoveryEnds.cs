using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>Says how runs of recoveries ended: to the log, the counters and the audit log.</summary>
internal sealed class RecoveryEnds(IAuditLog audit, TimeProvider time, ILogger logger)
{
    /// <summary>What the caller of the run is told.</summary>
    public async Task<RunResult> NoteAsync(Recovery ran, RunStop stop, CancellationToken cancel)
    {
        if (stop == RunStop.LeaseLost) logger.LeaseLost(ran.Id, ran.Cluster.Value);
        if (stop != RunStop.Ended) return new RunResult(RunResult.EndOf(stop), ran);
        logger.Ended(ran.Id, ran.Outcome!.Says);
        Telemetry.Ended(ran);
        var entry = new AuditEntry(
            time.GetUtcNow(), ran.Actor, $"recovery {ran.Kind}", ran.Cluster, ran.Subject, ran.Outcome.Says);
        await audit.WriteAsync(entry, cancel);
        return new RunResult(RunStatus.Ended, ran);
    }
}
