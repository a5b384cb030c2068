using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>
/// What is known of a cluster when the gate decides. Null means that it could not be read: unknown holds.
/// </summary>
/// <param name="RecoveryEnabled">The global switch.</param>
/// <param name="ClusterDowntime">Downtime of the whole cluster.</param>
/// <param name="Recent">
/// Recoveries of this cluster that count for its limits, newest first; null leaves <see cref="Active"/> unknown too.
/// </param>
public sealed record GateInputs(
    bool? RecoveryEnabled, RecoveryFilter? Filter, BlockWindow Window, Downtime? ClusterDowntime,
    ImmutableArray<PastRecovery>? Recent, DateTimeOffset Now)
{
    /// <summary>The recovery of this cluster that has not ended; null when there is none.</summary>
    public ActiveRecovery? Active { get; init; }

    public FleetBreaker Breaker { get; init; } = FleetBreaker.Default;

    /// <summary>Failovers of all clusters that began by themselves within the breaker's window.</summary>
    public ImmutableArray<FleetFailover>? Fleet { get; init; }

    public VantageQuorum Quorum { get; init; } = VantageQuorum.Alone;

    /// <summary>What other vantage points find; empty where they are not asked.</summary>
    public ImmutableArray<VantageReport>? Vantages { get; init; } = ImmutableArray<VantageReport>.Empty;

    /// <summary>
    /// What the record of a recovery of this problem has to say beside what was seen: who agrees, and which try it is.
    /// </summary>
    public IEnumerable<string> EvidenceFor(Analysis analysis)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var agreeing = Quorum.Agreeing(Vantages, analysis.Key, Now);
        return analysis.Kind is { } kind
            ? agreeing.Concat(BlockWindow.Tries(Recent ?? [], kind, analysis.Key, Now))
            : agreeing;
    }
}
