using Azure;
using Azure.Data.Tables;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// Removes recoveries that began long ago and do not run any more, each with its pointer last: what is left half
/// removed is found again.
/// </summary>
internal sealed class OldRecoveries(TableClient table)
{
    private static readonly string[] Keys = ["PartitionKey", "RowKey"];

    public async Task<int> RemoveAsync(DateTimeOffset before, int most, CancellationToken cancel)
    {
        var old = RowKeys.BeginsWith(RecoveryRows.Pointers)
            + " and " + TableClient.CreateQueryFilter($"StartedAt lt {before}");
        string[] columns = [.. Keys, RecoveryRows.Start, RecoveryRows.Past];
        var pointers = new List<TableEntity>();
        await foreach (var pointer in table.QueryAsync<TableEntity>(old, select: columns, cancellationToken: cancel))
        {
            pointers.Add(pointer);
            if (pointers.Count == most) break;
        }
        var removed = 0;
        foreach (var cluster in pointers.GroupBy(p => p.PartitionKey))
        {
            var active = await table.GetEntityIfExistsAsync<TableEntity>(
                cluster.Key, RecoveryRows.ActiveKey, cancellationToken: cancel);
            var running = active.HasValue ? active.Value!.Text(RecoveryRows.Start) : null;
            foreach (var pointer in cluster.Where(p => running is null || running != p.Text(RecoveryRows.Start)))
            {
                await RemoveAsync(pointer, cancel);
                removed++;
            }
        }
        return removed;
    }

    private async Task RemoveAsync(TableEntity pointer, CancellationToken cancel)
    {
        var rows = new List<TableEntity>();
        if (pointer.Text(RecoveryRows.Start) is { Length: > 0 } start)
        {
            var ofLog = RowKeys.BeginsWith(pointer.PartitionKey, start);
            await foreach (var row in table.QueryAsync<TableEntity>(ofLog, select: Keys, cancellationToken: cancel))
                rows.Add(row);
        }
        if (pointer.Text(RecoveryRows.Past) is { Length: > 0 } past)
            rows.Add(new TableEntity(pointer.PartitionKey, past));
        var deletes = rows.Append(pointer)
            .Select(r => new TableTransactionAction(TableTransactionActionType.Delete, r, ETag.All));
        await table.DeleteInPartsAsync([.. deletes], cancel);
    }
}
