using System.Globalization;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Detecting;

/// <summary>
/// The slow safety net: reads only the store and sends the failures that a watcher wrote down and died before it acted
/// on them. What a living watcher sees is the watcher's; what these rows say is a suspicion, which whoever takes up the
/// message confirms.
/// </summary>
/// <param name="mostAtOnce">Failures sent in one round: those who take them up side by side count what began, not what
/// is beginning (L5).</param>
public sealed class SweepUnwatched(
    ITopologyStore topologies, IRecoveryStore recoveries, ISettingsStore settings, IFailureSink sink,
    DetectionPolicy detection, int mostAtOnce, TimeProvider time, ILogger logger)
{
    /// <summary>A watcher that has not beaten for this long is dead; it beats every 30 s.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(90);

    /// <summary>A failure that was answered with a no is sent again after this long: the reason may be gone.</summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How many failures were sent. For a while the same failure has the same id, so it is acted on once.
    /// </summary>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var shards = await settings.ReadShardsAsync(cancel) ?? 1;
        var beats = await Task.WhenAll(
            Enumerable.Range(0, shards).Select(async i => (await settings.ReadBeatAsync(Shard.NameOf(i), cancel))?.At));
        if (beats.All(beat => now - beat <= StaleAfter)) return 0;
        var sent = 0;
        foreach (var stored in await topologies.ReadAllAsync(cancel))
        {
            var beat = beats[Shard.IndexOf(stored.Id, shards)];
            if (now - beat <= StaleAfter) continue;
            var found =
                Analyzer.Analyze(StoredTopology.Of(stored, now, beat), detection).FirstOrDefault(a => a.IsActionable);
            if (found is null) continue;
            var active = await recoveries.ReadActiveAsync(stored.Id, cancel);
            if (active is not null && !MakesWay(active, found)) continue;
            var failure = new Failure(
                IdOf(stored, found, now), stored.Id, found.Key, found.Code, found.Kind!, found.Sentence,
                [.. found.Because, "found in the store, while nobody watched"], now);
            logger.FoundUnwatched(found.Key.ToString(), stored.Id.Value, found.Code.ToString(), failure.Id);
            await sink.SendAsync(failure, cancel);
            if (++sent == mostAtOnce) break;
        }
        return sent;
    }

    private static bool MakesWay(Recovery active, Analysis found) =>
        active.Kind.YieldsToFailover && found.Kind!.IsFailover;

    private static string IdOf(StoredCluster cluster, Analysis found, DateTimeOffset now)
    {
        var turn = new DateTimeOffset(now.Ticks - (now.Ticks % AskAgainAfter.Ticks), TimeSpan.Zero).UtcDateTime;
        var text = turn.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture);
        return $"{text}-{cluster.Id}-{found.Code}";
    }
}
