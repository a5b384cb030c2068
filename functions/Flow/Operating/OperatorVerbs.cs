using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What operators say of clusters and servers, one class a verb, for every door.</summary>
public sealed record OperatorVerbs(
    FleetNames Names, OperatorDowntime Downtime, OperatorPromotionRule PromotionRule, OperatorAlias Alias,
    OperatorTags Tags, OperatorPools Pools, OperatorTokens Tokens, OperatorMaintenance Maintenance,
    OperatorForget Forget, OperatorSplit Split, OperatorAdopt Adopt, OperatorDiscovery Discovery,
    OperatorRecoveries Recoveries, OperatorLogs Logs, OperatorOptions Options)
{
    /// <param name="finding">What finds servers for people, by the same lease.</param>
    public static OperatorVerbs Of(
        VerbPorts verbs, IRecoveryStore recoveries, ISettingsStore settings, IClusterLease leases,
        DiscoveryLease discovery, OperatorDiscovery finding, ReadTopology live, ForgetLimits limits,
        OperatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(verbs);
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(limits);
        var aliases = new OperatorAlias(verbs, discovery);
        return new(
            verbs.Names, new(verbs), new(verbs), aliases, new(verbs), new(verbs), new(verbs), new(verbs),
            new(verbs, recoveries, leases, discovery, live, limits),
            new(verbs, finding, aliases, live, limits.ProbeTimeout),
            new(verbs, finding, live.Probe, limits.ProbeTimeout), finding, new(verbs, recoveries, settings),
            new(verbs, live, limits.ProbeTimeout), options);
    }
}
