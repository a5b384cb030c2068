using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>The rows of one recovery, with what they say.</summary>
internal sealed record RecoveryLog(IReadOnlyList<TableEntity> Rows, StoredRecovery Stored);

/// <summary>Reads recoveries. Those this version cannot read whole are passed over, and logged.</summary>
internal sealed class RecoveryLogs(TableClient table, ILogger log)
{
    private const int RowsOfRecovery = 1 + RecoveryPolicy.StageLimit;
    private const int LargestPage = 1000;
    private const int SideBySide = 16;

    /// <summary>Of one cluster, newest first; read page by page as far as it is enumerated.</summary>
    /// <param name="before">The one that the answer begins after; null from the newest on.</param>
    public IAsyncEnumerable<RecoveryLog> NewestAsync(
        ClusterId cluster, int expected, RecentBefore? before, CancellationToken cancel) =>
        InRangeAsync(RecoveryRows.PartitionOf(cluster), RecoveryRows.Log, expected, cancel, before);

    /// <summary>Of all clusters, newest first.</summary>
    public async IAsyncEnumerable<RecoveryLog> NewestAsync(
        RecentBefore? before, [EnumeratorCancellation] CancellationToken cancel)
    {
        // The server looks through the whole table but sends four columns of one row a recovery.
        var pointers = await QueryAsync(RowKeys.BeginsWith(RecoveryRows.Pointers), cancel);
        var newestFirst = pointers.OrderByDescending(StartedAt).ThenBy(IdOf, StringComparer.Ordinal)
            .Where(p => before is null || StartedAt(p) < before.StartedAt
                || (StartedAt(p) == before.StartedAt && string.CompareOrdinal(IdOf(p), before.Id) > 0));
        foreach (var some in newestFirst.Chunk(SideBySide))
            foreach (var found in await Task.WhenAll(some.Select(p => FollowAsync(p, cancel))))
                if (found is not null) yield return found;
    }

    private static DateTimeOffset StartedAt(TableEntity pointer) =>
        pointer.Instant(RecoveryRows.StartedAt) ?? DateTimeOffset.MinValue;

    private static string IdOf(TableEntity pointer) => pointer.Text(RecoveryRows.Id);

    /// <summary>The log a pointer or the active row leads to; null when there is none.</summary>
    public async Task<RecoveryLog?> FollowAsync(TableEntity pointer, CancellationToken cancel)
    {
        var start = pointer.Text(RecoveryRows.Start);
        if (!start.StartsWith(RecoveryRows.Log, StringComparison.Ordinal) || !start.EndsWith('!')) return null;
        await foreach (var found in InRangeAsync(pointer.PartitionKey, start, expected: 1, cancel)) return found;
        return null;
    }

    /// <summary>
    /// What of the log that a pointer or the active row leads to cannot be read, and which version wrote that.
    /// </summary>
    public async Task<(string What, string WrittenBy)> WhyUnreadableAsync(TableEntity pointer, CancellationToken cancel)
    {
        var start = pointer.Text(RecoveryRows.Start);
        if (!start.StartsWith(RecoveryRows.Log, StringComparison.Ordinal) || !start.EndsWith('!'))
            return ("it does not say where its record is", "");
        var rows = new List<TableEntity>();
        var ofLog = RowKeys.BeginsWith(pointer.PartitionKey, start);
        await foreach (var row in table.QueryAsync<TableEntity>(ofLog, cancellationToken: cancel)) rows.Add(row);
        return RecoveryRows.WhyUnreadable(rows);
    }

    /// <summary>
    /// The pointers of an id, that of the recovery before those of held ones, newest first. An id does not name its
    /// cluster, so the server looks through all partitions; that is fine for thousands of recoveries, and only people
    /// ask.
    /// </summary>
    public async Task<IEnumerable<TableEntity>> FindAsync(string id, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(id) || id.Length > RowKeys.LongestName) return [];
        var recovery = RecoveryRows.RecoveryKey(id);
        var either = TableClient.CreateQueryFilter($"RowKey eq {recovery}")
            + $" or ({RowKeys.BeginsWith(RecoveryRows.HeldKeys(id))})";
        return (await QueryAsync(either, cancel)).OrderBy(p => p.RowKey != recovery)
            .ThenBy(p => p.RowKey, StringComparer.Ordinal);
    }

    private async Task<IReadOnlyList<TableEntity>> QueryAsync(string filter, CancellationToken cancel)
    {
        string[] columns =
        [
            "PartitionKey", "RowKey", RecoveryRows.Id, RecoveryRows.Start, RecoveryRows.StartedAt, RecoveryRows.Past,
        ];
        var rows = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: columns, cancellationToken: cancel))
            rows.Add(row);
        return rows;
    }

    private async IAsyncEnumerable<RecoveryLog> InRangeAsync(
        string partition, string start, int expected, [EnumeratorCancellation] CancellationToken cancel,
        RecentBefore? before = null)
    {
        var filter = RowKeys.BeginsWith(partition, start);
        if (before is not null) filter += $" and {RowKeys.After(RecoveryRows.LogStart(before.StartedAt, before.Id))}";
        var page = (int)Math.Min((long)expected * RowsOfRecovery, LargestPage);
        var rows = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            filter, page, cancellationToken: cancel))
        {
            if (rows.Count > 0 && RecoveryRows.LogStartOf(rows[0].RowKey) != RecoveryRows.LogStartOf(row.RowKey))
            {
                if (RecoveryRows.Read(rows, log) is { } stored) yield return new RecoveryLog(rows, stored);
                rows = [];
            }
            rows.Add(row);
        }
        if (rows.Count > 0 && RecoveryRows.Read(rows, log) is { } last) yield return new RecoveryLog(rows, last);
    }
}
