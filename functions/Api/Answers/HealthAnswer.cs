using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Running;

namespace OrchestratorFunctions.Api.Answers;

/// <summary>Whether all is well. Who may not read is told that alone.</summary>
/// <param name="Problem">Why not; null when all is well.</param>
public sealed record HealthAnswer(bool Healthy, string? Problem = null)
{
    /// <summary>Whether recoveries may start; null while storage cannot be read.</summary>
    public bool? RecoveryEnabled { get; init; }

    /// <summary>The watcher that gave the oldest sign of life; null when none did.</summary>
    public string? Watcher { get; init; }

    public double? WatcherSeenSecondsAgo { get; init; }

    public IReadOnlyList<ShardHealth>? Shards { get; init; }

    /// <summary>Servers of Discovery:Seeds that are not found yet.</summary>
    public IReadOnlyList<InstanceKey>? MissingSeeds { get; init; }

    /// <summary>Mistakes in this program that it met, by kind.</summary>
    public IReadOnlyList<OwnError>? OwnErrors { get; init; }
}

/// <summary>A shard as health tells it.</summary>
/// <param name="WhyNoRecovery">Why nothing in it could be recovered; null when it could.</param>
public sealed record ShardHealth(
    string Shard, string? Watcher, double? SeenSecondsAgo, IReadOnlyList<VantageHealth> Vantages,
    string? WhyNoRecovery);

/// <summary>A vantage point of a shard, and the primaries it finds dead.</summary>
public sealed record VantageHealth(string Vantage, double SeenSecondsAgo, IReadOnlyList<string> Dead);
