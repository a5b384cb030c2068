using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Simulation.Storing;

/// <summary>What is stored of a member.</summary>
public sealed record StoredServer
{
    /// <summary>The address by which it is stored.</summary>
    public required InstanceKey Key { get; init; }

    public Instance? LastSeen { get; init; }
    public DateTimeOffset? LastSeenAt { get; init; }
    public PromotionRule PromotionRule { get; init; } = PromotionRule.Neutral;
    public Downtime? Downtime { get; init; }
}
