using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Tells other vantage points what is found from this one: at once when it changes, and again before its word grows
/// old. Its word is the same verdict that is acted on where the right to act is. That one speaks too, so that others
/// know whom they hear.
/// </summary>
internal sealed class VantageReporter(
    ISettingsStore settings, DetectFailures verdicts, Shard shard, string vantage, TimeProvider time, ILogger logger)
{
    /// <summary>Between two words that say the same, while something is dead and while nothing is.</summary>
    private static readonly TimeSpan Standing = VantageQuorum.FreshFor / 4, Idle = VantageQuorum.HeardWithin / 3;

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ClusterId, (ImmutableArray<InstanceKey> Dead, DateTimeOffset At)> found = new();
    private readonly Wakeup changed = new(time);

    /// <param name="isWatching">Whether clusters are known and looked at.</param>
    public async Task RunAsync(Func<bool> isWatching, CancellationToken cancel)
    {
        verdicts.Judged += Note;
        try
        {
            while (true)
            {
                var dead = Dead();
                var isTold = isWatching() && await TellAsync(dead, cancel);
                // As long as something was found: what a stall made too old to be told is judged again in a moment.
                await changed.WaitAsync(!isTold ? TryAgainAfter : found.IsEmpty ? Idle : Standing, cancel);
            }
        }
        finally
        {
            verdicts.Judged -= Note;
        }
    }

    private void Note(ClusterId cluster, ImmutableArray<Analysis> analyses)
    {
        if (!shard.Holds(cluster)) return;
        ImmutableArray<InstanceKey> dead =
            [.. analyses.Where(a => a.Kind is { IsFailover: true }).Select(a => a.Key).Order()];
        var before = found.GetValueOrDefault(cluster, ([], default)).Dead;
        if (dead.IsEmpty) found.TryRemove(cluster, out _);
        else found[cluster] = (dead, time.GetUtcNow());
        if (!dead.SequenceEqual(before)) changed.Give();
    }

    // Who is suspected is looked at and judged several times a second: what was not judged for this long is not watched
    // any more.
    private ImmutableArray<InstanceKey> Dead()
    {
        var since = time.GetUtcNow() - Standing;
        // A cluster that is forgotten while it is dead is judged no more.
        foreach (var old in found.Where(f => f.Value.At < since - VantageQuorum.HeardWithin)) found.TryRemove(old);
        return [.. found.Values.Where(f => f.At >= since).SelectMany(f => f.Dead).Order()];
    }

    private async Task<bool> TellAsync(ImmutableArray<InstanceKey> dead, CancellationToken cancel)
    {
        try
        {
            await settings.ReportAsync(shard.Name, new VantageReport(vantage, time.GetUtcNow(), dead), cancel);
            Telemetry.Beat(shard.Name);
            return true;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.Retrying("report what is found from this vantage point", e);
            return false;
        }
    }
}
