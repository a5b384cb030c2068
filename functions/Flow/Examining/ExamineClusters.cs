using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Examining;

/// <summary>
/// Looks at a cluster for an examination: at its servers, at what its gate would say, and at how a failover would end.
/// Changes nothing.
/// </summary>
public sealed class ExamineClusters(
    RunOperation plans, GateReader gate, IRecoveryStore recoveries, IClusterLease leases, DetectionPolicy detection)
{
    /// <summary>Null when no such cluster is stored.</summary>
    public async Task<ExaminedCluster?> LookAsync(ClusterId id, ExaminationTerms terms, CancellationToken cancel)
    {
        if (await plans.LookAsync(id, cancel) is not { } seen) return null;
        var (inputs, lease) = (gate.ReadAsync(id, cancel), leases.ReadAsync(id.Value, cancel));
        return new ExaminedCluster(seen.Topology, seen.Downtime, terms)
        {
            Analyses = [.. Analyzer.Analyze(seen.Topology, detection)],
            Gate = await inputs, Active = await recoveries.ReadActiveAsync(id, cancel),
            IsLeaseHeld = await lease is not null,
            Failover = await FailoverAsync(seen.Topology, cancel),
        };
    }

    // Without a single primary there is nobody to replace, and without a replica nobody who could.
    private async Task<RecoveryOutcome?> FailoverAsync(Topology topology, CancellationToken cancel)
    {
        if (topology.Primary is not { IsSeen: true } primary || !topology.HasReplicas(primary.Key)) return null;
        var (plan, _) = await plans.PlanAsync(topology.Cluster, PlanKinds.DeadPrimary, null, cancel);
        return plan?.Outcome;
    }
}
