using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>A failover that began by itself, as the fleet's breaker sees it.</summary>
public sealed record FleetFailover(ClusterId Cluster, DateTimeOffset At);

/// <summary>
/// At most so many clusters are failed over by themselves within a window (L5). A network that parts, or a watcher that
/// lost its sight, looks like many dead primaries at once; then somebody should look before all of them are replaced.
/// </summary>
public sealed record FleetBreaker(int Limit, TimeSpan Window)
{
    public static FleetBreaker Default { get; } = new(5, TimeSpan.FromMinutes(10));

    internal GateVerdict.Hold? Decide(ImmutableArray<FleetFailover>? begun, ClusterId cluster, DateTimeOffset now)
    {
        if (begun is null) return new(
            "it could not be read how many clusters were failed over lately", "access to the storage account");
        // The cluster itself is the business of its own window.
        var others =
            begun.Value.Where(b => b.Cluster != cluster && now - b.At < Window).DistinctBy(b => b.Cluster).Count();
        return others < Limit
            ? null
            : new(
                $"{others} other clusters were failed over within {Window.TotalSeconds:0} s: is the network well?",
                "Recovery:FleetLimit, or Recovery:FleetWindow");
    }
}
