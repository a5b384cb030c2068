using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Leasing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Runs of recoveries under the lease of their cluster: none begins while another process holds it, and one whose lease
/// is lost ends.
/// </summary>
internal sealed class LeasedRuns(IClusterLease leases, string holder, TimeSpan leaseLength, TimeProvider time)
{
    public async Task<RunResult> RunAsync(
        ClusterId cluster, Func<LeaseKeeper, CancellationToken, Task<RunResult>> run, CancellationToken cancel)
    {
        await using var guard = await LeaseKeeper.TryTakeAsync(leases, cluster.Value, holder, leaseLength, time, cancel);
        if (guard is null) return new RunResult(RunStatus.Busy);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, guard.Lost);
        try
        {
            return await run(guard, both.Token);
        }
        catch (OperationCanceledException) when (guard.Lost.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return new RunResult(RunStatus.LeaseLost);
        }
    }
}
