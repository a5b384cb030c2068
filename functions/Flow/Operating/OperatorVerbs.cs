namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What operators say of clusters and servers, one class a verb, for every door.</summary>
public sealed record OperatorVerbs(
    FleetNames Names, OperatorDowntime Downtime, OperatorPromotionRule PromotionRule, OperatorAlias Alias,
    OperatorForget Forget);
