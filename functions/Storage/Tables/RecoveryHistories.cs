using System.Collections.Immutable;
using Azure.Data.Tables;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// What the gate asks of a cluster's recoveries. Each one that counts for a limit leaves a small row when it ends,
/// <c>active-past!{newest end first}!{id}</c>, written in the transaction that ends it. These rows lie right behind the
/// row <c>active</c>, so that one range read of a few small rows answers, however long the history is and whatever else
/// stands in it.
/// </summary>
internal sealed class RecoveryHistories(TableClient table, RecoveryLogs logs)
{
    private const string Past = RecoveryRows.ActiveKey + "-past!";
    private const string Kind = "Kind";
    private const string IsFailover = "IsFailover";
    private const string IsSuccess = "IsSuccess";
    private const string IsCancelled = "IsCancelled";
    private const string Subject = "Subject";
    private const string Successor = "Successor";
    private const string EndedAt = "EndedAt";

    public async Task<RecoveryHistory> ReadAsync(
        ClusterId cluster, DateTimeOffset since, DateTimeOffset vainSince, CancellationToken cancel)
    {
        var past = ImmutableArray.CreateBuilder<PastRecovery>();
        TableEntity? active = null;
        await foreach (var row in table.QueryAsync<TableEntity>(
            Filter(cluster, since, vainSince), cancellationToken: cancel))
        {
            if (row.RowKey == RecoveryRows.ActiveKey) active = row;
            else past.Add(PastOf(row));
        }
        return new RecoveryHistory(active is null ? null : await ActiveOfAsync(active, cancel), past.ToImmutable());
    }

    /// <summary>
    /// The rows to write with the end of a recovery; none when it holds nothing. The pointer leads to the other one,
    /// for an acknowledgement.
    /// </summary>
    public async Task<IEnumerable<TableTransactionAction>> EndingAsync(Recovery recovery, CancellationToken cancel)
    {
        if (PastRecovery.Of(recovery, isAcknowledged: false) is not { } past) return [];
        var row = RowOf(recovery.Cluster, past);
        var pointer = RecoveryRows.PointerOf(recovery);
        pointer[RecoveryRows.Past] = row.RowKey;
        row[RecoveryRows.AcknowledgedBy] = await AcknowledgedByAsync(recovery, cancel);
        return
        [
            new(TableTransactionActionType.UpsertReplace, row), new(TableTransactionActionType.UpsertMerge, pointer),
        ];
    }

    /// <summary>
    /// An acknowledged recovery holds nothing any more: neither by the limits, nor as the active one that this version
    /// cannot go on with.
    /// </summary>
    /// <param name="pointer">The row by which the recovery was found.</param>
    public async Task AcknowledgeAsync(TableEntity pointer, string id, string by, CancellationToken cancel)
    {
        if (pointer.Text(RecoveryRows.Past) is { Length: > 0 } key)
        {
            var row = new TableEntity(pointer.PartitionKey, key) { [RecoveryRows.AcknowledgedBy] = by };
            await IfExistsAsync(table.UpdateEntityAsync(row, Azure.ETag.All, TableUpdateMode.Merge, cancel));
        }
        var active = await table.GetEntityIfExistsAsync<TableEntity>(
            pointer.PartitionKey, RecoveryRows.ActiveKey, cancellationToken: cancel);
        if (!active.HasValue || active.Value! is not { } running || running.Text(RecoveryRows.Id) != id) return;
        if (await logs.FollowAsync(running, cancel) is not null) return;
        await IfExistsAsync(table.DeleteEntityAsync(running, running.ETag, cancel));
    }

    // Cleaned, or ended, meanwhile.
    private static async Task IfExistsAsync(Task<Azure.Response> writing)
    {
        try
        {
            await writing;
        }
        catch (Azure.RequestFailedException e) when (e.IsMissingRow() || e.IsStale())
        {
        }
    }

    // The range is one piece of one partition. Tries in vain count for a shorter time than the longest window, and
    // there may be many of them.
    private static string Filter(ClusterId cluster, DateTimeOffset since, DateTimeOffset vainSince)
    {
        var (partition, end) = (RecoveryRows.PartitionOf(cluster), Past + RowKeys.NewestFirst(since));
        var range = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {RecoveryRows.ActiveKey} and RowKey lt {end}");
        return since == vainSince ? range : $"{range} and ({Kept(vainSince)})";
    }

    private static string Kept(DateTimeOffset vainSince) => TableClient.CreateQueryFilter(
        $"RowKey eq {RecoveryRows.ActiveKey} or IsSuccess eq true or IsCancelled eq true or EndedAt gt {vainSince}");

    private async Task<ActiveRecovery> ActiveOfAsync(TableEntity active, CancellationToken cancel)
    {
        if (await logs.FollowAsync(active, cancel) is { } log) return ActiveRecovery.Of(log.Stored.Recovery);
        var (what, writtenBy) = await logs.WhyUnreadableAsync(active, cancel);
        return ActiveRecovery.Unreadable(active.Text(RecoveryRows.Id), what, writtenBy);
    }

    // Somebody may have acknowledged it while it ran.
    private async Task<string> AcknowledgedByAsync(Recovery recovery, CancellationToken cancel)
    {
        var head = RecoveryRows.Of(recovery with { Stages = [] }).Head;
        var stored = await table.GetEntityIfExistsAsync<TableEntity>(
            head.PartitionKey, head.RowKey, [RecoveryRows.AcknowledgedBy], cancel);
        return stored.HasValue ? stored.Value!.Text(RecoveryRows.AcknowledgedBy) : "";
    }

    private static TableEntity RowOf(ClusterId cluster, PastRecovery past)
    {
        var key = $"{Past}{RowKeys.NewestFirst(past.EndedAt)}!{RowKeys.Escape(past.Id)}";
        var row = Columns.Row(RecoveryRows.PartitionOf(cluster), key);
        (row[RecoveryRows.Id], row[RecoveryRows.StartedAt], row[EndedAt]) = (past.Id, past.StartedAt, past.EndedAt);
        (row[Kind], row[IsFailover]) = (past.Kind, past.IsFailover);
        (row[IsSuccess], row[IsCancelled]) = (past.IsSuccess, past.IsCancelled);
        (row[Subject], row[Successor]) = ($"{past.Subject}", past.Successor?.ToString() ?? "");
        return row;
    }

    // What a strange row does not say holds longest: unknown never allows anything.
    private static PastRecovery PastOf(TableEntity row)
    {
        var endedAt = row.Instant(EndedAt) ?? row.Timestamp ?? DateTimeOffset.MaxValue;
        var subject = KeyOf(row, Subject) ?? new InstanceKey("unknown", 3306);
        return new PastRecovery(
            row.Text(RecoveryRows.Id), row.Text(Kind), row.Flag(IsFailover) ?? true, subject, KeyOf(row, Successor),
            row.Instant(RecoveryRows.StartedAt) ?? endedAt, endedAt, row.Flag(IsSuccess) ?? true,
            row.Text(RecoveryRows.AcknowledgedBy).Length > 0, row.Flag(IsCancelled) ?? false);
    }

    private static InstanceKey? KeyOf(TableEntity row, string column) => InstanceKey.Stored(row.Text(column));
}
