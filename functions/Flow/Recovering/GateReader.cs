using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Practising;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>Which clusters, and how often.</summary>
public sealed record GatePolicy
{
    public RecoveryFilter Filter { get; init; } = RecoveryFilter.All;
    public BlockWindow Window { get; init; } = BlockWindow.Default;
    public FleetBreaker Breaker { get; init; } = FleetBreaker.Default;
    public VantageQuorum Quorum { get; init; } = VantageQuorum.Alone;

    /// <summary>In how many shards the fleet is watched: other vantage points report by shard.</summary>
    public int Shards { get; init; } = 1;
}

/// <summary>Reads what the gate wants to know. What cannot be read is unknown, and unknown holds.</summary>
public sealed class GateReader(ISettingsStore settings, IRecoveryStore recoveries, GatePolicy policy, TimeProvider time)
{
    /// <param name="self">A recovery that does not block itself when it is asked about again before its first step (S14).</param>
    public async Task<GateInputs> ReadAsync(ClusterId cluster, CancellationToken cancel, string self = "")
    {
        var enabled = OrUnknown(async () => (bool?)await settings.IsRecoveryEnabledAsync(cancel), cancel);
        var recent = OrUnknown(async () => (ImmutableArray<PastRecovery>?)await ReadRecentAsync(cluster, self, cancel), cancel);
        var fleet = OrUnknown(async () => (ImmutableArray<FleetFailover>?)await ReadFleetAsync(self, cancel), cancel);
        var vantages = OrUnknown(async () => (ImmutableArray<VantageReport>?)await ReadVantagesAsync(cluster, cancel), cancel);
        return new GateInputs(await enabled, policy.Filter, policy.Window, ClusterDowntime: null, await recent, time.GetUtcNow())
        {
            Breaker = policy.Breaker, Fleet = await fleet, Quorum = policy.Quorum, Vantages = await vantages,
        };
    }

    private async Task<ImmutableArray<VantageReport>> ReadVantagesAsync(ClusterId cluster, CancellationToken cancel) =>
        policy.Quorum.AsksOthers ? await settings.ReadReportsAsync(Watching.Shard.NameOf(Watching.Shard.IndexOf(cluster, policy.Shards)), cancel) : [];

    private async Task<ImmutableArray<FleetFailover>> ReadFleetAsync(string self, CancellationToken cancel)
    {
        var begun = await recoveries.ReadBegunAsync(time.GetUtcNow() - policy.Breaker.Window, cancel);
        // Processes that start side by side practise side by side: that is no fleet that fails.
        var failovers = begun.Where(b => b.Kind.IsFailover && b.Cluster != PracticeFailover.Cluster);
        var others = failovers.Where(b => b.Actor == Watching.Verdicts.Actor && b.Id != self);
        return [.. others.Select(b => new FleetFailover(b.Cluster, b.At))];
    }

    private async Task<ImmutableArray<PastRecovery>> ReadRecentAsync(ClusterId cluster, string self, CancellationToken cancel)
    {
        var recent = await recoveries.ReadRecentAsync(cluster, 20, cancel, begun: true);
        // Planned switches and fencing are not failures: they do not make a cluster flap.
        return [.. recent.Where(r => r.Recovery.Kind.IsFailover && r.Recovery.Id != self).Select(AsPast)];
    }

    private static PastRecovery AsPast(StoredRecovery r) => new(
        r.Recovery.Id, r.Recovery.Subject, (r.Recovery.Outcome as RecoveryOutcome.Promoted)?.Key, r.Recovery.StartedAt, !r.Recovery.IsEnded, r.AcknowledgedBy.Length > 0,
        // A veto is over when it is over; an operator who cancelled wants no other.
        r.Recovery.Cancelled is { By: not OperatorWord.Gate });

    private static async Task<T?> OrUnknown<T>(Func<Task<T?>> read, CancellationToken cancel)
    {
        try
        {
            return await read();
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            return default;
        }
    }
}
