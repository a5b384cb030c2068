using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>
/// What is known of a cluster when the gate decides. Null means that it could not be read: unknown holds.
/// </summary>
/// <param name="RecoveryEnabled">The global switch.</param>
/// <param name="ClusterDowntime">Downtime of the whole cluster.</param>
/// <param name="Recent">Recoveries of this cluster that changed something, newest first.</param>
public sealed record GateInputs(
    bool? RecoveryEnabled, RecoveryFilter? Filter, BlockWindow Window, Downtime? ClusterDowntime,
    ImmutableArray<PastRecovery>? Recent, DateTimeOffset Now)
{
    public FleetBreaker Breaker { get; init; } = FleetBreaker.Default;

    /// <summary>Failovers of all clusters that began by themselves within the breaker's window.</summary>
    public ImmutableArray<FleetFailover>? Fleet { get; init; }

    public VantageQuorum Quorum { get; init; } = VantageQuorum.Alone;

    /// <summary>What other vantage points find; empty where they are not asked.</summary>
    public ImmutableArray<VantageReport>? Vantages { get; init; } = ImmutableArray<VantageReport>.Empty;
}
