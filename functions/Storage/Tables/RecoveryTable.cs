using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Storage.Leases;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// Recoveries in the partition of their cluster; every write of a running one is a transaction with the check of the
/// cluster's lease.
/// </summary>
internal sealed class RecoveryTable(TableClient table, LeaseRows leases, ILogger log) : IRecoveryStore
{
    private static readonly string[] Keys = ["PartitionKey", "RowKey"];
    private readonly LeasedWrites _writes = new(table, leases);
    private readonly RecoveryLogs _logs = new(table, log);
    private readonly LedgerRows _ledgers = new(table, log);
    private readonly BegunRecoveries _begun = new(table, log);
    private readonly RecoveryHistories _histories = new(table, new RecoveryLogs(table, log));

    public async Task<WriteOutcome> BeginAsync(
        Recovery recovery, Ledger? ledger, Lease lease, CancellationToken cancel)
    {
        RequireLeaseOf(recovery, lease);
        if (recovery.IsEnded)
            throw new ArgumentException($"recovery {recovery.Id} has ended before it began", nameof(recovery));
        var (rows, token) = (RecoveryRows.Of(recovery), Guid.NewGuid().ToString("N"));
        rows.Pointer[RecoveryRows.WriteToken] = token;
        var noting = _begun.NoteAsync(recovery, cancel);
        var outcome = await InsertAsync(recovery, rows, ledger, token, lease, cancel);
        await noting;
        if (outcome != WriteOutcome.Written) await _begun.StrikeAsync(recovery, cancel);
        return outcome;
    }

    private async Task<WriteOutcome> InsertAsync(
        Recovery recovery, RecoveryRows rows, Ledger? ledger, string token, Lease lease, CancellationToken cancel)
    {
        var inserts = rows.All.Prepend(RecoveryRows.Active(recovery)).Select(Insert);
        TableTransactionAction[] owed = ledger is null ? [] : [LedgerRows.Replace(recovery.Cluster, ledger)];
        try
        {
            return await _writes.WriteAsync(lease, [.. inserts, .. owed], cancel, isLastConditional: owed.Length > 0);
        }
        catch (RequestFailedException e) when (e.IsExistingRow())
        {
            // Ours, when an attempt was written and only its answer was lost.
            var pointer = await RowAsync(recovery.Cluster, rows.Pointer.RowKey, cancel);
            return pointer.HasValue && pointer.Value!.Text(RecoveryRows.WriteToken) == token
                ? WriteOutcome.Written
                : WriteOutcome.Taken;
        }
    }

    public async Task<WriteOutcome> SaveStageAsync(
        Recovery recovery, Ledger? ledger, Lease lease, CancellationToken cancel)
    {
        RequireLeaseOf(recovery, lease);
        if (recovery.Stages.Length == 0)
            throw new ArgumentException($"recovery {recovery.Id} has no stage to save", nameof(recovery));
        // The results of a stage come with the plan of the next one: one write a stage, and nothing is planned on
        // results nobody kept.
        var first = Math.Max(0, recovery.Stages.Length - 2);
        TableTransactionAction[] stages = [.. Enumerable.Range(first, recovery.Stages.Length - first)
            .Select(index => RecoveryRows.Stage(recovery, index))
            .Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row))];
        if (ledger is not null) stages = [.. stages, LedgerRows.Write(recovery.Cluster, ledger)];
        if (!recovery.IsEnded) return await _writes.WriteAsync(lease, stages, cancel);
        stages = [.. stages, .. await _histories.EndingAsync(recovery, cancel)];
        var outcome = await EndAsync(recovery, stages, lease, cancel);
        // The fleet's breaker counts what did something.
        if (!recovery.HasTouchedServers && outcome == WriteOutcome.Written) await _begun.StrikeAsync(recovery, cancel);
        return outcome;
    }

    private async Task<WriteOutcome> EndAsync(
        Recovery recovery, TableTransactionAction[] stages, Lease lease, CancellationToken cancel)
    {
        TableTransactionAction end = new(TableTransactionActionType.Delete, RecoveryRows.Active(recovery), ETag.All);
        try
        {
            return await _writes.WriteAsync(lease, [.. stages, end], cancel);
        }
        catch (RequestFailedException e) when (e.IsMissingRow())
        {
            // An attempt was written and only its answer was lost.
            return await _writes.WriteAsync(lease, stages, cancel);
        }
    }

    public Task<Ledger> ReadLedgerAsync(ClusterId cluster, CancellationToken cancel) =>
        _ledgers.ReadAsync(cluster, cancel);

    public Task<bool> SettleAsync(ClusterId cluster, Ledger ledger, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return _ledgers.SettleAsync(cluster, ledger, cancel);
    }

    public Task<RecoveryHistory> ReadHistoryAsync(
        ClusterId cluster, DateTimeOffset since, DateTimeOffset vainSince, CancellationToken cancel) =>
        _histories.ReadAsync(cluster, since, vainSince, cancel);

    public Task PrepareAsync(ClusterId cluster, CancellationToken cancel) =>
        leases.ReadAheadAsync(cluster.Value, cancel);

    public Task<ImmutableArray<BegunRecovery>> ReadBegunAsync(DateTimeOffset since, CancellationToken cancel) =>
        _begun.ReadAsync(since, cancel);

    public async Task<int> CleanAsync(DateTimeOffset before, int most, CancellationToken cancel)
    {
        await _begun.CleanAsync(before, cancel);
        return await new OldRecoveries(table).RemoveAsync(before, most, cancel);
    }

    public async Task ForgetAsync(ClusterId cluster, CancellationToken cancel)
    {
        await _begun.ForgetAsync(cluster, cancel);
        var partition = RecoveryRows.PartitionOf(cluster);
        // The lease row stays: its epoch never shrinks.
        var rows = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ne {LeaseRows.Key}");
        var deletes = new List<TableTransactionAction>();
        await foreach (var row in table.QueryAsync<TableEntity>(rows, select: Keys, cancellationToken: cancel))
            deletes.Add(new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All));
        // Processes that start together practise side by side and forget the same rows.
        await table.DeleteInPartsAsync(deletes, cancel);
    }

    public Task<bool> RecordHeldAsync(Recovery held, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (!held.IsHeld) throw new ArgumentException($"recovery {held.Id} was not held", nameof(held));
        return new HeldRecords(table, _logs).RecordAsync(held, cancel);
    }

    public async Task<Recovery?> ReadActiveAsync(ClusterId cluster, CancellationToken cancel)
    {
        var active = await RowAsync(cluster, RecoveryRows.ActiveKey, cancel);
        return active.HasValue ? (await _logs.FollowAsync(active.Value!, cancel))?.Stored.Recovery : null;
    }

    public async Task<ImmutableArray<ClusterId>> ReadActiveClustersAsync(CancellationToken cancel)
    {
        var clusters = ImmutableArray.CreateBuilder<ClusterId>();
        // Over all partitions: asked on start and by a slow timer, and answered with a row for each recovery that runs.
        var active = TableClient.CreateQueryFilter($"RowKey eq {RecoveryRows.ActiveKey}");
        await foreach (var row in table.QueryAsync<TableEntity>(active, select: Keys, cancellationToken: cancel))
        {
            try
            {
                clusters.Add(new ClusterId(RowKeys.Unescape(row.PartitionKey)));
            }
            catch (FormatException e)
            {
                log.UnreadableRow(row, e.Message);
            }
        }
        return clusters.ToImmutable();
    }

    public async Task<ImmutableArray<StoredRecovery>> ReadRecentAsync(
        ClusterId? cluster, int limit, CancellationToken cancel, bool begun = false, RecentBefore? before = null)
    {
        var newest = cluster is { } one
            ? _logs.NewestAsync(one, limit, before, cancel)
            : _logs.NewestAsync(before, cancel);
        // A process that starts practises for a moment, which is no recovery of anybody's.
        var told = newest.Select(found => found.Stored).Where(s =>
            (cluster is not null || s.Recovery.Cluster != PracticeCluster.Id) && !(begun && s.Recovery.IsHeld));
        return [.. await told.Take(limit).ToArrayAsync(cancel)];
    }

    public async Task<StoredRecovery?> ReadAsync(string id, CancellationToken cancel, ClusterId? cluster = null)
    {
        if (cluster is not null)
        {
            var pointer = await RowAsync(cluster.Value, RecoveryRows.RecoveryKey(id), cancel);
            return pointer.HasValue ? (await _logs.FollowAsync(pointer.Value!, cancel))?.Stored : null;
        }
        foreach (var pointer in await _logs.FindAsync(id, cancel))
            if (await _logs.FollowAsync(pointer, cancel) is { } found) return found.Stored;
        return null;
    }

    public Task PostSignalAsync(ClusterId cluster, string id, OperatorSignal word, CancellationToken cancel) =>
        table.UpsertEntityAsync(RecoveryRows.Signal(cluster, id, word), TableUpdateMode.Replace, cancel);

    public async Task<OperatorSignal?> ReadSignalAsync(ClusterId cluster, string id, CancellationToken cancel)
    {
        var row = await RowAsync(cluster, RecoveryRows.SignalKey, cancel);
        return row.HasValue ? RecoveryRows.SignalOf(row.Value!, id, log) : null;
    }

    public async Task<bool> AcknowledgeAsync(string id, string by, string because, CancellationToken cancel)
    {
        foreach (var pointer in await _logs.FindAsync(id, cancel))
        {
            var head = Columns.Row(pointer.PartitionKey, RecoveryRows.HeadKey(pointer.Text(RecoveryRows.Start)));
            (head[RecoveryRows.AcknowledgedBy], head[RecoveryRows.AcknowledgedBecause]) = (by, because);
            try
            {
                await table.UpdateEntityAsync(head, ETag.All, TableUpdateMode.Merge, cancel);
                await _histories.AcknowledgeAsync(pointer, id, by, cancel);
                return true;
            }
            catch (RequestFailedException e) when (e.IsMissingRow())
            {
                // The record of a held recovery, replaced meanwhile.
            }
        }
        return false;
    }

    private Task<NullableResponse<TableEntity>> RowAsync(ClusterId cluster, string key, CancellationToken cancel) =>
        table.GetEntityIfExistsAsync<TableEntity>(RecoveryRows.PartitionOf(cluster), key, cancellationToken: cancel);

    private static TableTransactionAction Insert(TableEntity row) => new(TableTransactionActionType.Add, row);

    private static void RequireLeaseOf(Recovery recovery, Lease lease)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(lease);
        if (lease.Name != recovery.Cluster.Value)
            throw new ArgumentException(
                $"lease '{lease.Name}' is not that of cluster {recovery.Cluster}", nameof(lease));
    }
}
