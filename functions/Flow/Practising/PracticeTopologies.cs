using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Practising;

/// <summary>Knows the practice cluster and keeps it to itself: watchers read the real store and must not meet it. Reads go through the real store too.</summary>
internal sealed class PracticeTopologies(ITopologyStore real, PracticeServers servers) : ITopologyStore
{
    public Task<ImmutableArray<StoredCluster>> ReadAllAsync(CancellationToken cancel) => real.ReadAllAsync(cancel);

    public Task<string> ReadMarkAsync(CancellationToken cancel) => real.ReadMarkAsync(cancel);

    public async Task<StoredCluster?> ReadAsync(ClusterId cluster, CancellationToken cancel)
    {
        _ = await real.ReadAsync(cluster, cancel);
        var members = servers.Now.Members.Select(LiveCluster.AsStored);
        return new StoredCluster(PracticeFailover.Cluster, "practice", null, [.. members]);
    }

    public Task SaveClusterAsync(ClusterId cluster, string alias, CancellationToken cancel) => Task.CompletedTask;

    public Task SaveSightingsAsync(ClusterId cluster, IReadOnlyCollection<StoredMember> members, CancellationToken cancel) => Task.CompletedTask;

    public Task SetDowntimeAsync(ClusterId cluster, InstanceKey? member, Downtime? downtime, CancellationToken cancel) => Task.CompletedTask;

    public Task SetPromotionRuleAsync(ClusterId cluster, InstanceKey member, PromotionRule rule, CancellationToken cancel) => Task.CompletedTask;

    public Task SetFormerPrimaryAsync(ClusterId cluster, InstanceKey member, bool isFormer, CancellationToken cancel) => Task.CompletedTask;

    public Task ForgetAsync(ClusterId cluster, IReadOnlyCollection<InstanceKey> members, CancellationToken cancel) => Task.CompletedTask;
}
