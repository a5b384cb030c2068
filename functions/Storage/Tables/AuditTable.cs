using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// Who did what, in one partition that is sorted newest first: the first page is what people ask for. The acts of one
/// cluster are picked by the server; people and recoveries act rarely enough for that.
/// </summary>
internal sealed class AuditTable(TableClient table, ILogger log) : IAuditLog
{
    private const string Partition = "audit";
    private const string At = "At";
    private const string Actor = "Actor";
    private const string Act = "Act";
    private const string Cluster = "Cluster";
    private const string Instance = "Instance";
    private const string Says = "Says";
    private const int LargestPage = 1000;

    public async Task WriteAsync(AuditEntry entry, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var row = Columns.Row(Partition, $"{RowKeys.NewestFirst(entry.At)}!{Guid.NewGuid():N}")
            .WithLongText(Says, entry.Says);
        (row[At], row[Actor], row[Act]) = (entry.At, entry.Actor, entry.Act);
        (row[Cluster], row[Instance]) = (entry.Cluster?.Value ?? "", entry.Instance?.ToString() ?? "");
        try
        {
            await table.AddEntityAsync(row, cancel);
        }
        catch (RequestFailedException e) when (e.IsExistingRow())
        {
            // Its key is unique: an attempt was written and only its answer was lost.
        }
    }

    public async Task<ImmutableArray<AuditEntry>> ReadAsync(ClusterId? cluster, int limit, CancellationToken cancel)
    {
        var entries = ImmutableArray.CreateBuilder<AuditEntry>();
        if (limit <= 0) return [];
        var filter = cluster is { } one
            ? TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and Cluster eq {one.Value}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        await foreach (var row in table.QueryAsync<TableEntity>(
            filter, Math.Min(limit, LargestPage), cancellationToken: cancel))
        {
            if (Read(row) is { } entry) entries.Add(entry);
            if (entries.Count == limit) break;
        }
        return entries.ToImmutable();
    }

    public async Task<int> CleanAsync(DateTimeOffset before, int most, CancellationToken cancel)
    {
        var old =
            TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {RowKeys.NewestFirst(before)}");
        var doomed = new List<TableTransactionAction>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            old, select: (string[])["PartitionKey", "RowKey"], cancellationToken: cancel))
        {
            doomed.Add(new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All));
            if (doomed.Count == most) break;
        }
        await table.DeleteInPartsAsync(doomed, cancel);
        return doomed.Count;
    }

    private AuditEntry? Read(TableEntity row)
    {
        try
        {
            var at = row.Instant(At) ?? throw new FormatException("it does not say when");
            ClusterId? cluster = row.Text(Cluster) is { Length: > 0 } id ? new ClusterId(id) : null;
            var instance = row.Text(Instance) is { Length: > 0 } key ? InstanceKey.Parse(key) : null;
            return new AuditEntry(at, row.Text(Actor), row.Text(Act), cluster, instance, row.LongText(Says));
        }
        catch (FormatException e)
        {
            log.UnreadableRow(row, e.Message);
            return null;
        }
    }
}
