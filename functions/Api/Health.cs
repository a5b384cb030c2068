using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Api;

/// <summary>
/// Whether the fleet is known and watched and what dies in it could be replaced: 200 or 503. Everybody is told that,
/// and who may read also what is not well. Storage is waited for shortly, so that a load balancer hears the 503 in
/// time.
/// </summary>
internal static class Health
{
    /// <summary>Storage that does not answer for this long counts as away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const string NothingKnown = "no cluster is known yet";
    private const string HowToBegin =
        "give Discovery:Seeds, or POST /api/v3/discover, or run: orchestrator discover HOST:PORT";

    public static async Task<IResult> TellAsync(ApiRoom room, HttpContext context, CancellationToken cancel)
    {
        var (healthy, details) = await WithinPatienceAsync(room, cancel);
        return Reading.Answer(context.Features.GetRequiredFeature<Caller>().WhyNotRead is null ? details : new { healthy }, healthy ? 200 : 503);
    }

    private static async Task<(bool Healthy, object Details)> WithinPatienceAsync(
        ApiRoom room, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Patience, room.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            // Also what does not hear the token is waited for no longer.
            return await LookAsync(room, both.Token).WaitAsync(both.Token);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            var isLate = limit.IsCancellationRequested;
            return Away(room, isLate ? $"no answer within {Patience.TotalSeconds:0} s" : e.GetType().Name);
        }
    }

    private static (bool Healthy, object Details) Away(ApiRoom room, string because) =>
        (false, new { healthy = false, problem = $"storage cannot be read: {because}{FromMemory(room)}" });

    private static async Task<(bool Healthy, object Details)> LookAsync(ApiRoom room, CancellationToken cancel)
    {
        var knowing = room.Known.LookAsync(cancel);
        var enabled = await room.Settings.IsRecoveryEnabledAsync(cancel);
        var names = Enumerable.Range(0, await room.Settings.ReadShardsAsync(cancel) ?? 1).Select(Shard.NameOf);
        var shards = await Task.WhenAll(names.Select(name => LookAsync(room, name, cancel)));
        var oldest = shards.MaxBy(s => s.SeenSecondsAgo ?? double.MaxValue)!;
        var known = await knowing;
        var unrecoverable = shards.Where(s => s.WhyNoRecovery is not null).Select(s => $"{s.Shard}: {s.WhyNoRecovery}");
        string[] problems = [.. Unknown(known), .. Stale(room, shards), .. unrecoverable];
        var problem = problems.Length == 0 ? null : string.Join("; ", problems);
        return (problem is null, new
        {
            healthy = problem is null, problem, recoveryEnabled = enabled,
            watcher = oldest.Watcher, watcherSeenSecondsAgo = oldest.SeenSecondsAgo, shards,
            missingSeeds = known.MissingSeeds, ownErrors = room.Mistakes?.All ?? [],
        });
    }

    private static IEnumerable<string> Unknown(FleetKnowledge known)
    {
        if (!known.HasCluster) yield return known.MissingSeeds.IsEmpty ? $"{NothingKnown}; {HowToBegin}" : NothingKnown;
        if (!known.MissingSeeds.IsEmpty)
        {
            var names = string.Join(", ", known.MissingSeeds);
            yield return $"servers of Discovery:Seeds are not found yet, and the log says why: {names}";
        }
    }

    private static async Task<ShardHealth> LookAsync(ApiRoom room, string shard, CancellationToken cancel)
    {
        var now = room.Time.GetUtcNow();
        var beat = await room.Settings.ReadBeatAsync(shard, cancel);
        ImmutableArray<VantageReport> reports = room.Watch.Quorum.Own.Length > 0
            ? await room.Settings.ReadReportsAsync(shard, cancel)
            : [];
        return new(
            shard, beat?.Holder, (now - beat?.At)?.TotalSeconds,
            [.. reports.OrderBy(r => r.Vantage, StringComparer.Ordinal).Select(r => new VantageHealth(r.Vantage, (now - r.At).TotalSeconds, [.. r.Dead.Select(k => k.ToString())]))],
            room.Watch.Quorum.WhyNone(reports, now, watchesHere: room.Watch.Quorum.Own.Length == 0)?.Says);
    }

    private static IEnumerable<string> Stale(ApiRoom room, IEnumerable<ShardHealth> shards)
    {
        string[] stale = [.. shards.Where(s => s.SeenSecondsAgo is not { } age || age > room.StaleAfter.TotalSeconds).Select(s => s.Shard)];
        return stale.Length == 0
            ? []
            : [$"no watcher gave a sign of life lately for {string.Join(", ", stale)}{FromMemory(room)}"];
    }

    private static string FromMemory(ApiRoom room) => room.Fleet.FromMemory is { Length: > 0 } shards
        ? $"; this process goes on watching {string.Join(", ", shards.Select(s => s.Name))} from memory and acts on nothing" : "";

    /// <summary>A shard as health tells it.</summary>
    private sealed record ShardHealth(
        string Shard, string? Watcher, double? SeenSecondsAgo, IReadOnlyList<VantageHealth> Vantages,
        string? WhyNoRecovery);

    /// <summary>A vantage point of a shard, and the primaries it finds dead.</summary>
    private sealed record VantageHealth(string Vantage, double SeenSecondsAgo, IReadOnlyList<string> Dead);
}
