using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api;

/// <summary>Whether the fleet is watched and what dies in it could be replaced: 200 or 503. Everybody is told that, and who may read also what is not well.</summary>
internal static class Health
{
    public static async Task<IResult> TellAsync(ApiRoom room, HttpContext context, CancellationToken cancel)
    {
        var (healthy, details) = await LookAsync(room, cancel);
        return Reading.Answer(context.Features.GetRequiredFeature<Caller>().WhyNotRead is null ? details : new { healthy }, healthy ? 200 : 503);
    }

    private static async Task<(bool Healthy, object Details)> LookAsync(ApiRoom room, CancellationToken cancel)
    {
        try
        {
            var enabled = await room.Settings.IsRecoveryEnabledAsync(cancel);
            var names = Enumerable.Range(0, await room.Settings.ReadShardsAsync(cancel) ?? 1).Select(Shard.NameOf);
            var shards = await Task.WhenAll(names.Select(name => LookAsync(room, name, cancel)));
            var oldest = shards.MaxBy(s => s.SeenSecondsAgo ?? double.MaxValue)!;
            string[] problems = [.. Stale(room, shards), .. shards.Where(s => s.WhyNoRecovery is not null).Select(s => $"{s.Shard}: {s.WhyNoRecovery}")];
            var problem = problems.Length == 0 ? null : string.Join("; ", problems);
            return (problem is null, new { healthy = problem is null, problem, recoveryEnabled = enabled, watcher = oldest.Watcher, watcherSeenSecondsAgo = oldest.SeenSecondsAgo, shards });
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return (false, new { healthy = false, problem = $"storage cannot be read: {e.GetType().Name}{FromMemory(room)}" });
        }
    }

    private static async Task<ShardHealth> LookAsync(ApiRoom room, string shard, CancellationToken cancel)
    {
        var now = room.Time.GetUtcNow();
        var beat = await room.Settings.ReadBeatAsync(shard, cancel);
        ImmutableArray<VantageReport> reports = room.Watch.Quorum.Own.Length > 0 ? await room.Settings.ReadReportsAsync(shard, cancel) : [];
        return new(
            shard, beat?.Holder, (now - beat?.At)?.TotalSeconds,
            [.. reports.OrderBy(r => r.Vantage, StringComparer.Ordinal).Select(r => new VantageHealth(r.Vantage, (now - r.At).TotalSeconds, [.. r.Dead.Select(k => k.ToString())]))],
            room.Watch.Quorum.WhyNone(reports, now, watchesHere: room.Watch.Quorum.Own.Length == 0)?.Says);
    }

    private static IEnumerable<string> Stale(ApiRoom room, IEnumerable<ShardHealth> shards)
    {
        string[] stale = [.. shards.Where(s => s.SeenSecondsAgo is not { } age || age > room.StaleAfter.TotalSeconds).Select(s => s.Shard)];
        return stale.Length == 0 ? [] : [$"no watcher gave a sign of life lately for {string.Join(", ", stale)}{FromMemory(room)}"];
    }

    private static string FromMemory(ApiRoom room) => room.Fleet.FromMemory is { Length: > 0 } shards
        ? $"; this process goes on watching {string.Join(", ", shards.Select(s => s.Name))} from memory and acts on nothing" : "";

    /// <summary>A shard as health tells it.</summary>
    private sealed record ShardHealth(string Shard, string? Watcher, double? SeenSecondsAgo, IReadOnlyList<VantageHealth> Vantages, string? WhyNoRecovery);

    /// <summary>A vantage point of a shard, and the primaries it finds dead.</summary>
    private sealed record VantageHealth(string Vantage, double SeenSecondsAgo, IReadOnlyList<string> Dead);
}
