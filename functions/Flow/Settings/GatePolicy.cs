using OrchestratorFunctions.Core.Gating;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>Which clusters, and how often.</summary>
public sealed record GatePolicy
{
    public RecoveryFilter Filter { get; init; } = RecoveryFilter.All;
    public BlockWindow Window { get; init; } = BlockWindow.Default;
    public FleetBreaker Breaker { get; init; } = FleetBreaker.Default;
    public VantageQuorum Quorum { get; init; } = VantageQuorum.Alone;

    /// <summary>In how many shards the fleet is watched: other vantage points report by shard.</summary>
    public int Shards { get; init; } = 1;
}
