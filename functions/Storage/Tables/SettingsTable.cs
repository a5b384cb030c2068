using System.Collections.Immutable;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>Switches, and the signs of life of the watchers.</summary>
internal sealed class SettingsTable(TableClient table, TimeProvider time, ILogger log) : ISettingsStore
{
    /// <summary>Host names of 255 characters, so many of them, fill a row by two thirds.</summary>
    private const int DeadMost = 1000;

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
    private const string Dead = "Dead";

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
        var found =
            await table.GetEntityIfExistsAsync<TableEntity>(Beats, RowKeys.Escape(shard), cancellationToken: cancel);
        return found.HasValue && found.Value!.Instant(At) is { } at ? (found.Value!.Text(Holder), at) : null;
    }

    // A vantage point that lost its network may find very many dead: what does not fit is left out, and leaving out
    // never makes a verdict.
    public Task ReportAsync(string shard, VantageReport report, CancellationToken cancel)
    {
        var row = Columns.Row(ReportsOf(shard), RowKeys.Escape(report.Vantage));
        row[At] = report.At;
        return table.UpsertEntityAsync(
            row.WithJson(Dead, report.Dead.Take(DeadMost).ToArray()), TableUpdateMode.Replace, cancel);
    }

    public async Task<ImmutableArray<VantageReport>> ReadReportsAsync(string shard, CancellationToken cancel)
    {
        var reports = ImmutableArray.CreateBuilder<VantageReport>();
        await foreach (var row in table.QueryAsync<TableEntity>(
            r => r.PartitionKey == ReportsOf(shard), cancellationToken: cancel))
            if (row.Instant(At) is { } at && row.TryJson<InstanceKey[]>(Dead, log, out var dead))
                reports.Add(new VantageReport(RowKeys.Unescape(row.RowKey), at, [.. dead]));
        return reports.ToImmutable();
    }

    private static string ReportsOf(string shard) => $"vantages!{RowKeys.Escape(shard)}";
}
