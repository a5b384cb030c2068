using System.Collections.Concurrent;
using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// Who has yet to hear of which recovery: a partition beside the recoveries, so that all of it is one short read and
/// needs no table of its own. No cluster has the partition's name. Keys begin with the recovery's id, which begins with
/// its instant.
/// </summary>
internal sealed class NoticeTable(TableClient table, ILogger log) : INoticeOutbox
{
    private const string Partition = "!untold";
    private const string Recovery = "Recovery";
    private const string To = "To";
    private const string Cluster = "Cluster";
    private const string Since = "Since";
    private const string Held = "Held";
    private const string Told = "Told";

    private readonly ConcurrentDictionary<string, bool> complained = new();

    public async Task<OutboxEntry> AddAsync(OutboxEntry untold, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(untold);
        var row = RowOf(untold);
        if (untold.Held is not null) row.WithJson(Held, untold.Held);
        (row[Recovery], row[To]) = (untold.Recovery, untold.To);
        (row[Cluster], row[Since]) = (untold.Cluster.Value, untold.Since);
        try
        {
            await table.AddEntityAsync(row, cancel);
            return untold;
        }
        catch (RequestFailedException e) when (e.IsExistingRow())
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(
                row.PartitionKey, row.RowKey, cancellationToken: cancel);
            return found.HasValue && Read(found.Value!) is { } there ? there : untold;
        }
    }

    public async Task<ImmutableArray<OutboxEntry>> ReadAsync(CancellationToken cancel)
    {
        var all = ImmutableArray.CreateBuilder<OutboxEntry>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancel))
            if (Read(row) is { } untold) all.Add(untold);
        return all.ToImmutable();
    }

    public async Task<bool> SaveAsync(OutboxEntry untold, CancellationToken cancel)
    {
        try
        {
            await table.UpdateEntityAsync(RowOf(untold), ETag.All, TableUpdateMode.Merge, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.IsMissingRow())
        {
            return false;
        }
    }

    public Task RemoveAsync(OutboxEntry untold, CancellationToken cancel)
    {
        var row = RowOf(untold);
        return table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancel);
    }

    private static TableEntity RowOf(OutboxEntry untold)
    {
        var row = Columns.Row(Partition, RowKeys.Escape(untold.Key));
        row[Told] = untold.Told;
        return row;
    }

    private OutboxEntry? Read(TableEntity row)
    {
        try
        {
            var held = row.TryJson<Recovery>(Held, log, out var record) ? record : null;
            var untold = new OutboxEntry(
                row.Text(Recovery), row.Text(To), new ClusterId(row.Text(Cluster)),
                row.Instant(Since) ?? throw new FormatException("it does not say since when"), held,
                (int)(row.Number(Told) ?? 0));
            // A held record that cannot be read would be taken for a recovery.
            return RowKeys.Escape(untold.Key) == row.RowKey
                ? untold
                : throw new FormatException("its columns do not fit its key");
        }
        catch (Exception e) when (e is FormatException or ArgumentException or IndexOutOfRangeException)
        {
            // Round after round it is the same one.
            if (complained.TryAdd(row.RowKey, true)) log.UnreadableRow(row, e.Message);
            return null;
        }
    }
}
