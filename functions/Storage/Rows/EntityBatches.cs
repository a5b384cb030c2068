using Azure;
using Azure.Data.Tables;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Rows;

/// <summary>
/// Transactions within the limits of a table: at most 100 rows of one partition, no row twice, at most 4 MiB.
/// Azurite accepts what Azure refuses here, so the limits are kept by us.
/// </summary>
internal static class EntityBatches
{
    public const int MostRows = 100;
    public const int MostBytes = 4 * 1024 * 1024 - 64 * 1024; // of a request; the rest is for its frame

    private const int FrameOfRow = 800;
    private const int FrameOfColumn = 64;
    private const int EscapedCharacter = 6;

    /// <summary>All or nothing; refuses what does not fit one transaction.</summary>
    public static async Task<IReadOnlyList<Response>> CommitAsync(
        this TableClient table, IReadOnlyCollection<TableTransactionAction> actions, CancellationToken cancel)
    {
        if (actions.Count is 0 or > MostRows)
            throw new InvalidOperationException($"a transaction of {actions.Count} rows: expected 1 to {MostRows}");
        if (actions.DistinctBy(a => a.Entity.PartitionKey).Count() > 1)
            throw new InvalidOperationException(
                $"a transaction over several partitions, {actions.First().Entity.PartitionKey} and others");
        if (actions.DistinctBy(a => a.Entity.RowKey).Count() < actions.Count)
            throw new InvalidOperationException(
                $"a transaction that names a row twice, in partition {actions.First().Entity.PartitionKey}");
        var bytes = actions.Sum(BytesOf);
        if (bytes > MostBytes)
            throw new InvalidOperationException(
                $"a transaction of about {bytes} bytes in partition {actions.First().Entity.PartitionKey}: "
                + $"expected at most {MostBytes}");
        return (await table.SubmitTransactionAsync(actions, cancel)).Value;
    }

    /// <summary>In as few transactions as the limits allow, one after the other.</summary>
    public static async Task CommitInPartsAsync(
        this TableClient table, IEnumerable<TableTransactionAction> actions, CancellationToken cancel)
    {
        foreach (var part in Split(actions)) await table.CommitAsync(part, cancel);
    }

    /// <summary>
    /// Deletes rows in as few transactions as the limits allow; what somebody else deleted meanwhile is as good as
    /// deleted.
    /// </summary>
    public static async Task DeleteInPartsAsync(
        this TableClient table, IReadOnlyCollection<TableTransactionAction> deletes, CancellationToken cancel)
    {
        foreach (var part in Split(deletes))
        {
            try
            {
                await table.CommitAsync(part, cancel);
            }
            catch (RequestFailedException e) when (e.IsMissingRow())
            {
                foreach (var one in part)
                    await table.DeleteEntityAsync(one.Entity.PartitionKey, one.Entity.RowKey, ETag.All, cancel);
            }
        }
    }

    /// <summary>
    /// Merges rows into those that are stored, in as few transactions as the limits allow; what somebody deleted
    /// meanwhile stays deleted.
    /// </summary>
    public static async Task UpdateStoredAsync(
        this TableClient table, IReadOnlyCollection<TableEntity> rows, CancellationToken cancel)
    {
        var merges = rows.Select(r => new TableTransactionAction(TableTransactionActionType.UpdateMerge, r, ETag.All));
        foreach (var part in Split(merges))
        {
            try
            {
                await table.CommitAsync(part, cancel);
            }
            catch (RequestFailedException e) when (e.IsMissingRow())
            {
                foreach (var one in part) await table.UpdateIfStoredAsync(one.Entity, cancel);
            }
        }
    }

    private static async Task UpdateIfStoredAsync(this TableClient table, ITableEntity row, CancellationToken cancel)
    {
        try
        {
            await table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge, cancel);
        }
        catch (RequestFailedException e) when (e.IsMissingRow())
        {
            // It was forgotten.
        }
    }

    public static IEnumerable<IReadOnlyCollection<TableTransactionAction>> Split(
        IEnumerable<TableTransactionAction> actions)
    {
        var part = new List<TableTransactionAction>();
        long bytes = 0;
        foreach (var action in actions)
        {
            var more = BytesOf(action);
            if (part.Count > 0 && (part.Count == MostRows || bytes + more > MostBytes))
            {
                yield return part;
                (part, bytes) = ([], 0);
            }
            part.Add(action);
            bytes += more;
        }
        if (part.Count > 0) yield return part;
    }

    // An estimate from above of the row's JSON in the request, where quotes and all but ASCII are escaped.
    private static long BytesOf(TableTransactionAction action) => FrameOfRow
        + (action.Entity is TableEntity row ? row.Sum(c => FrameOfColumn + c.Key.Length + BytesOf(c.Value)) : 0);

    private static long BytesOf(object? value) => value switch
    {
        string text => BytesOf(text),
        byte[] bytes => bytes.Length * 4L / 3,
        _ => 0,
    };

    private static long BytesOf(string text) => text.Sum(c => IsSentAsItIs(c) ? 1L : EscapedCharacter);

    private static bool IsSentAsItIs(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is ' ' or ',' or ':' or '-' or '.' or '{' or '}';
}
