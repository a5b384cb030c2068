using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Detecting;

/// <summary>Reads what the gate wants to know. What cannot be read is unknown, and unknown holds.</summary>
public sealed class GateReader(ISettingsStore settings, IRecoveryStore recoveries, GatePolicy policy, TimeProvider time)
{
    /// <summary>Whether other vantage points have a say.</summary>
    internal bool AsksOthers => policy.Quorum.AsksOthers;

    /// <param name="self">A recovery that does not block itself when it is asked about again before its first step
    /// (S14).</param>
    public async Task<GateInputs> ReadAsync(ClusterId cluster, CancellationToken cancel, string self = "")
    {
        var enabled = OrUnknown(async () => (bool?)await settings.IsRecoveryEnabledAsync(cancel), cancel);
        var history = OrUnknown(() => ReadHistoryAsync(cluster, self, cancel), cancel);
        var fleet = OrUnknown(async () => (ImmutableArray<FleetFailover>?)await ReadFleetAsync(self, cancel), cancel);
        var vantages =
            OrUnknown(async () => (ImmutableArray<VantageReport>?)await ReadVantagesAsync(cluster, cancel), cancel);
        return new GateInputs(
            await enabled, policy.Filter, policy.Window, ClusterDowntime: null, (await history)?.Past, time.GetUtcNow())
        {
            Active = (await history)?.Active, Breaker = policy.Breaker, Fleet = await fleet, Quorum = policy.Quorum,
            Vantages = await vantages,
        };
    }

    private async Task<ImmutableArray<VantageReport>> ReadVantagesAsync(ClusterId cluster, CancellationToken cancel) =>
        policy.Quorum.AsksOthers
            ? await settings.ReadReportsAsync(Shard.NameOf(Shard.IndexOf(cluster, policy.Shards)), cancel)
            : [];

    private async Task<ImmutableArray<FleetFailover>> ReadFleetAsync(string self, CancellationToken cancel)
    {
        var begun = await recoveries.ReadBegunAsync(time.GetUtcNow() - policy.Breaker.Window, cancel);
        // Processes that start side by side practise side by side: that is no fleet that fails.
        var failovers = begun.Where(b => b.Kind.IsFailover && b.Cluster != PracticeCluster.Id);
        var others = failovers.Where(b => b.Actor == DetectFailures.Actor && b.Id != self);
        return [.. others.Select(b => new FleetFailover(b.Cluster, b.At))];
    }

    /// <summary>
    /// Why nobody can go on with the active recovery of a cluster; null when somebody can, or when there is none.
    /// </summary>
    public async Task<Refusal?> WhyUnreadableAsync(ClusterId cluster, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return (await recoveries.ReadHistoryAsync(cluster, now, now, cancel)).Active?.WhyUnreadable;
    }

    private async Task<RecoveryHistory?> ReadHistoryAsync(ClusterId cluster, string self, CancellationToken cancel)
    {
        var (now, window) = (time.GetUtcNow(), policy.Window.Length);
        var longest = window > BlockWindow.VainFor ? window : BlockWindow.VainFor;
        var history = await recoveries.ReadHistoryAsync(cluster, now - longest, now - BlockWindow.VainFor, cancel);
        var active = history.Active?.Id == self ? null : history.Active;
        return new RecoveryHistory(active, [.. history.Past.Where(p => p.Id != self)]);
    }

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
