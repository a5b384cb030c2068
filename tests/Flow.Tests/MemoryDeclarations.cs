using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>What operators declare of clusters and members, and what they forget.</summary>
internal sealed partial class Memory
{
    public Task UpdateSightingsAsync(ClusterId cluster, IReadOnlyCollection<StoredMember> members, CancellationToken cancel)
    {
        lock (gate)
            if (!clusters.TryGetValue(cluster, out var stored)) return Task.CompletedTask;
            else return SaveSightingsAsync(cluster, [.. members.Where(m => stored.Members.Any(s => s.Key == m.Key))], cancel);
    }

    public Task<bool> SetAliasAsync(ClusterId cluster, string alias, CancellationToken cancel) =>
        ChangeStored(cluster, null, c => c with { Alias = alias });

    public Task<bool> SetDowntimeAsync(ClusterId cluster, InstanceKey? member, Downtime? downtime, CancellationToken cancel) => member is null
        ? ChangeStored(cluster, null, c => c with { Downtime = downtime })
        : ChangeMember(cluster, member, m => m with { Downtime = downtime });

    public Task<bool> SetPromotionRuleAsync(ClusterId cluster, InstanceKey member, PromotionRule rule, CancellationToken cancel, DateTimeOffset? until = null) =>
        ChangeMember(cluster, member, m => m with { PromotionRule = rule, PromotionRuleUntil = until });

    public Task<bool> ChangeTagsAsync(
        ClusterId cluster, InstanceKey member,
        Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> change, CancellationToken cancel) =>
        ChangeMember(cluster, member, m => m with { Tags = change(m.Tags) });

    public Task<bool> ChangeMaintenanceAsync(ClusterId cluster, InstanceKey member, Func<Maintenance?, Maintenance?> change, CancellationToken cancel) =>
        ChangeMember(cluster, member, m => m with { Maintenance = change(m.Maintenance) });

    public Task ForgetAsync(ClusterId cluster, IReadOnlyCollection<InstanceKey> members, CancellationToken cancel)
    {
        lock (gate)
        {
            Change(cluster, c => c with { Members = [.. c.Members.Where(m => !members.Contains(m.Key))] });
            if (clusters[cluster].Members.IsEmpty) clusters.Remove(cluster);
        }
        return Task.CompletedTask;
    }

    private Task<bool> ChangeMember(ClusterId cluster, InstanceKey member, Func<StoredMember, StoredMember> change) =>
        ChangeStored(cluster, member, c => c with { Members = [.. c.Members.Select(m => m.Key == member ? change(m) : m)] });

    private Task<bool> ChangeStored(ClusterId cluster, InstanceKey? member, Func<StoredCluster, StoredCluster> change)
    {
        lock (gate)
        {
            if (!clusters.TryGetValue(cluster, out var stored) || (member is not null && stored.Members.All(m => m.Key != member))) return Task.FromResult(false);
            Change(cluster, change);
            return Task.FromResult(true);
        }
    }
}
