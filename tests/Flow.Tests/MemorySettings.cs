using System.Collections.Immutable;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>The switches, and what watchers say of themselves.</summary>
internal sealed partial class Memory : ISettingsStore
{
    private readonly Dictionary<string, (string Holder, DateTimeOffset At)> beats = [];
    private readonly Dictionary<(string Shard, string Vantage), VantageReport> reports = [];

    /// <summary>As if nothing had been discovered yet.</summary>
    public Task ForgetAllAsync()
    {
        lock (gate)
        {
            mark++;
            clusters.Clear();
        }
        return Task.CompletedTask;
    }

    public bool RecoveryEnabled { get; set; } = true;
    public int? Shards { get; private set; }

    public Task<bool> IsRecoveryEnabledAsync(CancellationToken cancel) => Task.FromResult(RecoveryEnabled);

    public Task SetRecoveryEnabledAsync(bool enabled, string by, string because, CancellationToken cancel) => Task.FromResult(RecoveryEnabled = enabled);

    public Task BeatAsync(string shard, string holder, DateTimeOffset at, CancellationToken cancel)
    {
        lock (gate) beats[shard] = (holder, at);
        return Task.CompletedTask;
    }

    public Task<(string Holder, DateTimeOffset At)?> ReadBeatAsync(string shard, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(beats.TryGetValue(shard, out var beat) ? beat : ((string, DateTimeOffset)?)null);
    }

    public Task ReportAsync(string shard, VantageReport report, CancellationToken cancel)
    {
        lock (gate) reports[(shard, report.Vantage)] = report;
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<VantageReport>> ReadReportsAsync(string shard, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(reports.Where(r => r.Key.Shard == shard).Select(r => r.Value).ToImmutableArray());
    }

    public Task<int?> ReadShardsAsync(CancellationToken cancel) => Task.FromResult(Shards);

    public Task SaveShardsAsync(int count, CancellationToken cancel) => Task.FromResult(Shards = count);
}
