using System.Collections.Immutable;
using OrchestratorFunctions.Core.Gating;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>The few switches operators turn while everything runs, and what watchers say of themselves.</summary>
public interface ISettingsStore
{
    /// <summary>Whether recoveries may start anywhere; enabled until somebody disabled it.</summary>
    Task<bool> IsRecoveryEnabledAsync(CancellationToken cancel);

    Task SetRecoveryEnabledAsync(bool enabled, string by, string because, CancellationToken cancel);

    /// <summary>A watcher's sign of life.</summary>
    Task BeatAsync(string shard, string holder, DateTimeOffset at, CancellationToken cancel);

    /// <summary>In how many shards the fleet is watched; null before anybody watched it.</summary>
    Task<int?> ReadShardsAsync(CancellationToken cancel);

    /// <summary>
    /// Changes that. Only who holds the leases of all old and new shards may: nobody else watches then.
    /// </summary>
    Task SaveShardsAsync(int count, CancellationToken cancel);

    /// <summary>The newest sign of life of any watcher of the shard; null when there never was one.</summary>
    Task<(string Holder, DateTimeOffset At)?> ReadBeatAsync(string shard, CancellationToken cancel);

    /// <summary>What a vantage point finds in a shard now, in place of what it said before.</summary>
    Task ReportAsync(string shard, VantageReport report, CancellationToken cancel);

    /// <summary>The last word of every vantage point that ever reported on the shard, old ones too.</summary>
    Task<ImmutableArray<VantageReport>> ReadReportsAsync(string shard, CancellationToken cancel);
}
