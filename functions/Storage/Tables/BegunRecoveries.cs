using System.Collections.Immutable;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// Which recoveries began lately, of all clusters: a note of each in one partition, newest first, so that the question
/// costs one short read while a failover waits for its answer. No cluster has the partition's name.
/// </summary>
internal sealed class BegunRecoveries(TableClient table, ILogger log)
{
    private const string Partition = "!begun";
    private const string Id = "Id";
    private const string Cluster = "Cluster";
    private const string Kind = "Kind";
    private const string Actor = "Actor";
    private const string At = "At";

    /// <summary>Never fails: a recovery does not wait for its note.</summary>
    public Task NoteAsync(Recovery recovery, CancellationToken cancel)
    {
        var row = RowOf(recovery);
        (row[Id], row[Cluster], row[Kind]) = (recovery.Id, recovery.Cluster.Value, recovery.Kind.Name);
        (row[Actor], row[At]) = (recovery.Actor, recovery.StartedAt);
        return TryAsync(recovery, table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancel), cancel);
    }

    /// <summary>It did not begin after all.</summary>
    public Task StrikeAsync(Recovery recovery, CancellationToken cancel) =>
        TryAsync(
            recovery, table.DeleteEntityAsync(Partition, RowOf(recovery).RowKey, cancellationToken: cancel), cancel);

    public async Task<ImmutableArray<BegunRecovery>> ReadAsync(DateTimeOffset since, CancellationToken cancel)
    {
        var begun = ImmutableArray.CreateBuilder<BegunRecovery>();
        var newer =
            TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey lt {RowKeys.NewestFirst(since)}");
        await foreach (var row in table.QueryAsync<TableEntity>(newer, cancellationToken: cancel))
        {
            if (PlanKinds.TryFind(row.Text(Kind), out var kind) && row.Instant(At) is { } at
                && row.Text(Cluster) is { Length: > 0 } cluster)
                begun.Add(new BegunRecovery(row.Text(Id), new ClusterId(cluster), kind, row.Text(Actor), at));
            else log.UnreadableRow(row, "it does not say what began where and when");
        }
        return begun.ToImmutable();
    }

    public Task ForgetAsync(ClusterId cluster, CancellationToken cancel) =>
        DeleteAsync(
            TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and Cluster eq {cluster.Value}"), cancel);

    public Task CleanAsync(DateTimeOffset before, CancellationToken cancel) =>
        DeleteAsync(
            TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {RowKeys.NewestFirst(before)}"),
            cancel);

    private async Task DeleteAsync(string filter, CancellationToken cancel)
    {
        var doomed = new List<TableTransactionAction>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            filter, select: (string[])["PartitionKey", "RowKey"], cancellationToken: cancel))
            doomed.Add(new TableTransactionAction(TableTransactionActionType.Delete, row, Azure.ETag.All));
        await table.DeleteInPartsAsync(doomed, cancel);
    }

    private async Task TryAsync(Recovery recovery, Task<Azure.Response> writing, CancellationToken cancel)
    {
        try
        {
            await writing;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            log.NotNoted(recovery.Id, e.Message);
        }
    }

    private static TableEntity RowOf(Recovery recovery) =>
        Columns.Row(Partition, $"{RowKeys.NewestFirst(recovery.StartedAt)}!{RowKeys.Escape(recovery.Id)}");
}
