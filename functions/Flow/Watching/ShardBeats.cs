using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// The watchers' last signs of life, for readers: read once for all questions of a second. Safe to share between
/// threads.
/// </summary>
internal sealed class ShardBeats(ISettingsStore settings, TimeProvider time)
{
    public static readonly TimeSpan ReadEach = TimeSpan.FromSeconds(1);

    private readonly Lock entry = new();
    private (Task<DateTimeOffset?[]> Signs, long Began)? last;

    /// <summary>One for each shard; null of one that never gave any.</summary>
    public Task<DateTimeOffset?[]> ReadAsync(CancellationToken cancel)
    {
        lock (entry)
        {
            if (last is not var (kept, began) || kept.IsFaulted || time.GetElapsedTime(began) > ReadEach)
                (kept, _) = (last = (ReadAsync(), time.GetTimestamp())).Value;
            // Who reads for all is not stopped when the first who asked goes away.
            return kept.WaitAsync(cancel);
        }
    }

    private async Task<DateTimeOffset?[]> ReadAsync()
    {
        var shards = await settings.ReadShardsAsync(CancellationToken.None) ?? 1;
        return await Task.WhenAll(Enumerable.Range(0, shards).Select(async i =>
            (await settings.ReadBeatAsync(Shard.NameOf(i), CancellationToken.None))?.At));
    }
}
