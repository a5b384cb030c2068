using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// Clusters and their members; a partition is a cluster, a row a member. Sightings and declarations are different
/// columns of it, so neither overwrites the other.
/// </summary>
internal sealed class TopologyTable(
    TableClient table, LedgerRows ledgers, ChangeMark mark, ILogger log) : ITopologyStore
{
    private const int Attempts = 8;
    private readonly TopologyRows _rows = new(log);

    public async Task<ImmutableArray<StoredCluster>> ReadAllAsync(CancellationToken cancel)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: cancel)) rows.Add(row);
        var clusters =
            await Task.WhenAll(rows.GroupBy(r => r.PartitionKey).Select(c => WithLedgerAsync([.. c], cancel)));
        return [.. clusters.OfType<StoredCluster>()];
    }

    // Only a cluster that owes something is asked for it.
    private async Task<StoredCluster?> WithLedgerAsync(IReadOnlyList<TableEntity> rows, CancellationToken cancel)
    {
        if (_rows.Read(rows) is not { } cluster) return null;
        return TopologyRows.IsOwing(rows)
            ? cluster with { Ledger = await ledgers.ReadAsync(cluster.Id, cancel) }
            : cluster;
    }

    public Task<string> ReadMarkAsync(CancellationToken cancel) => mark.ReadAsync(cancel);

    public async Task<StoredCluster?> ReadAsync(ClusterId cluster, CancellationToken cancel)
    {
        var reading = ledgers.ReadAsync(cluster, cancel);
        var rows = await ReadRowsAsync(cluster, columns: null, cancel);
        var ledger = await reading;
        return rows.Count == 0 || _rows.Read(rows) is not { } stored ? null : stored with { Ledger = ledger };
    }

    public async Task SaveClusterAsync(ClusterId cluster, string alias, CancellationToken cancel)
    {
        await table.UpsertEntityAsync(TopologyRows.Named(cluster, alias), TableUpdateMode.Merge, cancel);
        await mark.ChangeAsync(cancel);
    }

    public Task SaveSightingsAsync(
        ClusterId cluster, IReadOnlyCollection<StoredMember> members, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(members);
        var newest = members.GroupBy(m => m.Key).Select(m => m.Last());
        var rows = newest.Select(m => TopologyRows.Seen(cluster, m));
        return table.CommitInPartsAsync(
            rows.Select(r => new TableTransactionAction(TableTransactionActionType.UpsertMerge, r)), cancel);
    }

    public Task UpdateSightingsAsync(
        ClusterId cluster, IReadOnlyCollection<StoredMember> members, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(members);
        return table.UpdateStoredAsync([.. members.Select(m => TopologyRows.Seen(cluster, m))], cancel);
    }

    public async Task<bool> SetDowntimeAsync(
        ClusterId cluster, InstanceKey? member, Downtime? downtime, CancellationToken cancel)
    {
        var row = TopologyRows.Downtimed(cluster, member, downtime);
        return member is null
            ? await ChangeClusterAsync(cluster, row, "its downtime", cancel)
            : await ChangeAsync(row, "its downtime", cancel);
    }

    public Task<bool> SetAliasAsync(ClusterId cluster, string alias, CancellationToken cancel) =>
        ChangeClusterAsync(cluster, TopologyRows.Renamed(cluster, alias), "its alias", cancel);

    public Task<bool> SetPromotionRuleAsync(
        ClusterId cluster, InstanceKey member, PromotionRule rule, CancellationToken cancel, DateTimeOffset? until) =>
        ChangeAsync(TopologyRows.Ruled(cluster, member, rule, until), "its promotion rule", cancel);

    public Task<bool> ChangeTagsAsync(
        ClusterId cluster, InstanceKey member,
        Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> change,
        CancellationToken cancel) => ChangeReadAsync(
            cluster, member, row => TopologyRows.Tagged(cluster, member, change(_rows.ReadTags(row))), cancel);

    public Task<bool> ChangeMaintenanceAsync(
        ClusterId cluster, InstanceKey member, Func<Maintenance?, Maintenance?> change, CancellationToken cancel) =>
        ChangeReadAsync(
            cluster, member, row => TopologyRows.Maintained(cluster, member, change(_rows.ReadMaintenance(row))),
            cancel);

    // As it is stored at the moment of the write, whoever else writes it.
    private async Task<bool> ChangeReadAsync(
        ClusterId cluster, InstanceKey member, Func<TableEntity, TableEntity> change, CancellationToken cancel)
    {
        var (partition, key) = (TopologyRows.PartitionOf(cluster), TopologyRows.KeyOf(member));
        for (var attempt = 1; ; attempt++)
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: cancel);
            if (!found.HasValue) return false;
            try
            {
                await table.UpdateEntityAsync(change(found.Value!), found.Value!.ETag, TableUpdateMode.Merge, cancel);
                await mark.ChangeAsync(cancel);
                return true;
            }
            catch (RequestFailedException e) when (e.IsMissingRow() || (attempt < Attempts && e.IsStale()))
            {
                // Somebody else has written the row since it was read, or it is gone: look again.
            }
        }
    }

    public Task NoteLedgerAsync(ClusterId cluster, bool owes, CancellationToken cancel) =>
        ChangeAsync(TopologyRows.Owing(cluster, owes), "that something is owed in it", cancel);

    public async Task ForgetAsync(ClusterId cluster, IReadOnlyCollection<InstanceKey> members, CancellationToken cancel)
    {
        var forgotten = members.Select(TopologyRows.KeyOf).ToHashSet();
        for (var attempt = 1; ; attempt++)
        {
            var rows = await ReadRowsAsync(cluster, ["PartitionKey", "RowKey"], cancel);
            var doomed = rows.Where(r => forgotten.Contains(r.RowKey)).ToList();
            if (rows.All(r => forgotten.Contains(r.RowKey) || r.RowKey == TopologyRows.ClusterKey)) doomed = rows;
            try
            {
                await table.CommitInPartsAsync(doomed.Select(Delete), cancel);
                await mark.ChangeAsync(cancel);
                return;
            }
            catch (RequestFailedException e) when (attempt < Attempts && e.IsMissingRow())
            {
                // Somebody else forgets them too; look what is left.
            }
        }
    }

    // Members may have been seen before their cluster was named.
    private async Task<bool> ChangeClusterAsync(
        ClusterId cluster, TableEntity row, string what, CancellationToken cancel)
    {
        if ((await ReadRowsAsync(cluster, ["RowKey"], cancel)).Count == 0) return await ChangeAsync(row, what, cancel);
        await table.UpsertEntityAsync(row, TableUpdateMode.Merge, cancel);
        await mark.ChangeAsync(cancel);
        return true;
    }

    // Only of what exists: a declaration about a forgotten member must not bring it back.
    private async Task<bool> ChangeAsync(TableEntity row, string what, CancellationToken cancel)
    {
        try
        {
            await table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge, cancel);
            await mark.ChangeAsync(cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.IsMissingRow())
        {
            log.NothingToChange(row.PartitionKey, row.RowKey, what);
            return false;
        }
    }

    private async Task<List<TableEntity>> ReadRowsAsync(ClusterId cluster, string[]? columns, CancellationToken cancel)
    {
        var rows = new List<TableEntity>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TopologyRows.PartitionOf(cluster)}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: columns, cancellationToken: cancel))
            rows.Add(row);
        return rows;
    }

    private static TableTransactionAction Delete(TableEntity row) =>
        new(TableTransactionActionType.Delete, row, ETag.All);
}
