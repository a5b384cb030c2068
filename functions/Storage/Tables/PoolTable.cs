using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>Pools: a row each, in a partition of the settings.</summary>
internal sealed class PoolTable(TableClient table, ILogger log) : IPoolStore
{
    private const string Pools = "pools";
    private const string Servers = "Servers";
    private const string By = "By";
    private const string At = "At";

    public async Task<ImmutableArray<StoredPool>> ReadPoolsAsync(CancellationToken cancel)
    {
        var pools = new List<StoredPool>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            r => r.PartitionKey == Pools, cancellationToken: cancel))
            if (row.TryJson<InstanceKey[]>(Servers, log, out var servers))
                pools.Add(new(
                    RowKeys.Unescape(row.RowKey), [.. servers], row.Text(By), row.Instant(At) ?? default));
        return [.. pools.OrderBy(p => p.Name, StringComparer.Ordinal)];
    }

    public Task SavePoolAsync(StoredPool pool, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var row = Columns.Row(Pools, RowKeys.Escape(pool.Name));
        if (pool.Servers.IsEmpty) return table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancel);
        (row[By], row[At]) = (pool.By, pool.At);
        var stored = row.WithJson(Servers, pool.Servers);
        return table.UpsertEntityAsync(stored, TableUpdateMode.Replace, cancel);
    }
}
