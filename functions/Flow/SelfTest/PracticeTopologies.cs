using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.SelfTest;

/// <summary>
/// Knows the practice cluster and keeps it to itself: watchers read the real store and must not meet it. It answers
/// after a moment, as the real store does.
/// </summary>
internal sealed class PracticeTopologies(ITopologyStore real, PracticeServers servers) : ITopologyStore
{
    public Task<ImmutableArray<StoredCluster>> ReadAllAsync(CancellationToken cancel) => real.ReadAllAsync(cancel);

    public Task<string> ReadMarkAsync(CancellationToken cancel) => real.ReadMarkAsync(cancel);

    public async Task<StoredCluster?> ReadAsync(ClusterId cluster, CancellationToken cancel)
    {
        await Task.Yield();
        var members = servers.Now.Members.Select(LiveCluster.AsStored);
        return new StoredCluster(PracticeCluster.Id, "practice", null, [.. members]) { Ledger = Ledger.Empty };
    }

    public Task SaveClusterAsync(ClusterId cluster, string alias, CancellationToken cancel) => Task.CompletedTask;

    public async Task SaveSightingsAsync(
        ClusterId cluster, IReadOnlyCollection<StoredMember> members, CancellationToken cancel) => await Task.Yield();

    public Task<bool> SetAliasAsync(ClusterId cluster, string alias, CancellationToken cancel) =>
        Task.FromResult(false);

    public Task UpdateSightingsAsync(
        ClusterId cluster, IReadOnlyCollection<StoredMember> members, CancellationToken cancel) =>
        SaveSightingsAsync(cluster, members, cancel);

    public Task<bool> SetDowntimeAsync(
        ClusterId cluster, InstanceKey? member, Downtime? downtime, CancellationToken cancel) => Task.FromResult(false);

    public Task<bool> SetPromotionRuleAsync(
        ClusterId cluster, InstanceKey member, PromotionRule rule, CancellationToken cancel, DateTimeOffset? until) =>
        Task.FromResult(false);

    public Task<bool> ChangeTagsAsync(
        ClusterId cluster, InstanceKey member,
        Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> change,
        CancellationToken cancel) => Task.FromResult(false);

    public Task<bool> ChangeMaintenanceAsync(
        ClusterId cluster, InstanceKey member, Func<Maintenance?, Maintenance?> change, CancellationToken cancel) =>
        Task.FromResult(false);

    public async Task NoteLedgerAsync(ClusterId cluster, bool owes, CancellationToken cancel) => await Task.Yield();

    public Task ForgetAsync(ClusterId cluster, IReadOnlyCollection<InstanceKey> members, CancellationToken cancel) =>
        Task.CompletedTask;
}
