using Azure;
using Azure.Data.Tables;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// Records of why nothing was done. One that says what a record since the cluster's newest recovery says takes its
/// place, so that a failure held every few seconds does not bury the history.
/// </summary>
internal sealed class HeldRecords(TableClient table, RecoveryLogs logs)
{
    private const int Attempts = 8;
    private const int LookBack = 8;

    public async Task<bool> RecordAsync(Recovery held, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var same = await SameAsync(held, cancel);
            var rows = RecoveryRows.Of(held);
            rows.Head[RecoveryRows.TimesSeen] = 1 + same.Sum(s => s.Rows[0].Number(RecoveryRows.TimesSeen) ?? 1);
            if (same.Find(s => s.Stored.AcknowledgedBy.Length > 0) is { Stored: var stored })
            {
                rows.Head[RecoveryRows.AcknowledgedBy] = stored.AcknowledgedBy;
                rows.Head[RecoveryRows.AcknowledgedBecause] = stored.AcknowledgedBecause;
            }
            try
            {
                await table.CommitAsync([.. Replacing(same, rows)], cancel);
                return same.TrueForAll(s => s.Stored.Recovery.Id == held.Id);
            }
            catch (RequestFailedException e) when (attempt < Attempts && (e.IsStale() || e.IsMissingRow()))
            {
                // Another process replaced or acknowledged the same record meanwhile.
            }
        }
    }

    private async Task<List<RecoveryLog>> SameAsync(Recovery held, CancellationToken cancel)
    {
        var same = new List<RecoveryLog>();
        var left = LookBack;
        await foreach (var found in logs.NewestAsync(held.Cluster, LookBack, null, cancel))
        {
            var earlier = found.Stored.Recovery;
            if (!earlier.IsHeld || left-- == 0) break;
            if (IsSame(earlier, held)) same.Add(found);
        }
        return same;
    }

    private static bool IsSame(Recovery earlier, Recovery held) =>
        earlier.Outcome == held.Outcome && earlier.Code == held.Code && earlier.Kind == held.Kind
        && earlier.Subject == held.Subject;

    private static IEnumerable<TableTransactionAction> Replacing(List<RecoveryLog> same, RecoveryRows rows)
    {
        var kept = rows.All.Select(r => r.RowKey).ToHashSet();
        foreach (var row in rows.All)
            yield return new TableTransactionAction(TableTransactionActionType.UpsertReplace, row);
        foreach (var row in same.SelectMany(s => s.Rows).Where(r => !kept.Contains(r.RowKey)))
            yield return new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag);
        var pointers = same.Select(s => RecoveryRows.PointerOf(s.Stored.Recovery));
        foreach (var pointer in pointers.Where(p => kept.Add(p.RowKey)))
            yield return new TableTransactionAction(TableTransactionActionType.Delete, pointer, ETag.All);
    }
}
