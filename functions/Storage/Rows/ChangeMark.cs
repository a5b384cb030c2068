using Azure.Data.Tables;

namespace OrchestratorFunctions.Storage.Rows;

/// <summary>
/// One small row that is written after clusters or declarations changed: a watcher reads it every few seconds instead
/// of the whole table. It lies beside the switches, because every row of the topology table belongs to a cluster.
/// </summary>
internal sealed class ChangeMark(TableClient settings)
{
    private const string Marks = "marks";
    private const string Topology = "topology";
    private const string Value = "Value";

    /// <summary>Empty before the first change.</summary>
    public async Task<string> ReadAsync(CancellationToken cancel)
    {
        var found = await settings.GetEntityIfExistsAsync<TableEntity>(Marks, Topology, cancellationToken: cancel);
        return found.HasValue ? found.Value!.Text(Value) : "";
    }

    public Task ChangeAsync(CancellationToken cancel)
    {
        var row = Columns.Row(Marks, Topology);
        row[Value] = Guid.NewGuid().ToString("N");
        return settings.UpsertEntityAsync(row, TableUpdateMode.Replace, cancel);
    }
}
