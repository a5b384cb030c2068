using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>Switches, and the signs of life of the watchers.</summary>
internal sealed class SettingsTable(TableClient table, TimeProvider time, ILogger log) : ISettingsStore
{
    private const string Switches = "switches";
    private const string Recovery = "recovery";
    private const string Enabled = "Enabled";
    private const string By = "By";
    private const string Because = "Because";
    private const string Watching = "watching";
    private const string Count = "Count";
    private const string Beats = "beats";
    private const string Holder = "Holder";
    private const string At = "At";

    public async Task<bool> IsRecoveryEnabledAsync(CancellationToken cancel)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Switches, Recovery, cancellationToken: cancel);
        if (!found.HasValue) return true;
        if (found.Value!.Flag(Enabled) is { } enabled) return enabled;
        log.UnreadableRow(found.Value!, "what cannot be read does not enable recoveries");
        return false;
    }

    public Task SetRecoveryEnabledAsync(bool enabled, string by, string because, CancellationToken cancel)
    {
        var row = Columns.Row(Switches, Recovery);
        (row[Enabled], row[By], row[Because], row[At]) = (enabled, by, because, time.GetUtcNow());
        return table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancel);
    }

    public async Task<int?> ReadShardsAsync(CancellationToken cancel)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Switches, Watching, cancellationToken: cancel);
        return found.HasValue ? (int?)found.Value!.Number(Count) : null;
    }

    public Task SaveShardsAsync(int count, CancellationToken cancel)
    {
        var row = Columns.Row(Switches, Watching);
        (row[Count], row[At]) = (count, time.GetUtcNow());
        return table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancel);
    }

    public Task BeatAsync(string shard, string holder, DateTimeOffset at, CancellationToken cancel)
    {
        var row = Columns.Row(Beats, RowKeys.Escape(shard));
        (row[Holder], row[At]) = (holder, at);
        return table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancel);
    }

    public async Task<(string Holder, DateTimeOffset At)?> ReadBeatAsync(string shard, CancellationToken cancel)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Beats, RowKeys.Escape(shard), cancellationToken: cancel);
        return found.HasValue && found.Value!.Instant(At) is { } at ? (found.Value!.Text(Holder), at) : null;
    }
}
