using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// The row of a cluster's ledger, among the cluster's recoveries, so that it is written in one transaction with the
/// stage that causes an entry.
/// </summary>
internal sealed class LedgerRows(TableClient table, ILogger log)
{
    public const string Key = "ledger";
    private const string Entries = "Entries";
    private const string Version = "Version";

    /// <summary>Empty when there never was one; with its problem when this version cannot read it.</summary>
    public async Task<Ledger> ReadAsync(ClusterId cluster, CancellationToken cancel)
    {
        var partition = RecoveryRows.PartitionOf(cluster);
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, Key, cancellationToken: cancel);
        return found.HasValue ? Read(found.Value!) : Ledger.Empty;
    }

    /// <summary>The write of it while it is still that of its tag.</summary>
    public static TableTransactionAction Replace(ClusterId cluster, Ledger ledger) => ledger.Tag.Length == 0
        ? new(TableTransactionActionType.Add, RowOf(cluster, ledger))
        : new(TableTransactionActionType.UpdateReplace, RowOf(cluster, ledger), new ETag(ledger.Tag));

    /// <summary>The write of it by the recovery that holds the cluster's lease.</summary>
    public static TableTransactionAction Write(ClusterId cluster, Ledger ledger) =>
        new(TableTransactionActionType.UpsertReplace, RowOf(cluster, ledger));

    /// <summary>False when the stored one is another one.</summary>
    public async Task<bool> SettleAsync(ClusterId cluster, Ledger ledger, CancellationToken cancel)
    {
        var row = RowOf(cluster, ledger);
        try
        {
            // A cluster without a recovery has none yet.
            if (ledger.Tag.Length == 0) await table.AddEntityAsync(row, cancel);
            else await table.UpdateEntityAsync(row, new ETag(ledger.Tag), TableUpdateMode.Replace, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.IsStale() || e.IsMissingRow() || e.IsExistingRow())
        {
            return false;
        }
    }

    private static TableEntity RowOf(ClusterId cluster, Ledger ledger)
    {
        var row = Columns.Row(RecoveryRows.PartitionOf(cluster), Key).WithJson(Entries, ledger);
        row[Version] = ledger.Version;
        return row;
    }

    // Part of a ledger would mislead: what an entry of another version says may be what keeps a second writer out.
    private Ledger Read(TableEntity row)
    {
        var tag = row.ETag.ToString();
        if (row.TryJson<Ledger>(Entries, log, out var ledger, out var problem)) return ledger with { Tag = tag };
        return Ledger.Empty with { Tag = tag, Version = row.Number(Version) ?? 0, Problem = problem };
    }
}
