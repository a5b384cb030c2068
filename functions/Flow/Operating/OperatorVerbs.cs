using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What operators say of clusters and servers, one class a verb, for every door.</summary>
public sealed record OperatorVerbs(
    FleetNames Names, OperatorDowntime Downtime, OperatorPromotionRule PromotionRule, OperatorAlias Alias,
    OperatorForget Forget)
{
    internal static OperatorVerbs Of(
        FlowPorts ports, VerbPorts verbs, DiscoveryLease discovery, LiveTopology live, ForgetLimits limits) => new(
        verbs.Names, new(verbs), new(verbs), new(verbs, discovery),
        new(verbs, ports.Recoveries, ports.Leases, discovery, live, limits));
}
