using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Api.V3;

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

    public static async Task<IResult> TellAsync(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var told = await LookAsync(api, context, cancel);
        return ReadEndpoints.Answer(told, told.Healthy ? 200 : 503);
    }

    /// <summary>As much of it as the caller may know.</summary>
    public static async Task<HealthAnswer> LookAsync(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var details = await LookForAllAsync(api, cancel);
        var mayRead = Caller.Of(context).May >= Role.Read;
        return mayRead ? details : new HealthAnswer(details.Healthy);
    }

    /// <summary>Whether storage answers soon enough for requests to be sent here.</summary>
    public static Task<bool> CanReadStorageAsync(ApiContext api, CancellationToken cancel) => WithinPatienceAsync(
        api, async token =>
        {
            await api.Settings.IsRecoveryEnabledAsync(token);
            return true;
        }, _ => false, cancel);

    /// <summary>All of it, for who may know everything.</summary>
    public static Task<HealthAnswer> LookForAllAsync(ApiContext api, CancellationToken cancel) =>
        WithinPatienceAsync(api, token => LookAsync(api, token), because => Away(api, because), cancel);

    /// <summary>What is looked up, or what is told instead when it fails or takes too long.</summary>
    public static async Task<T> WithinPatienceAsync<T>(
        ApiContext api, Func<CancellationToken, Task<T>> look, Func<string, T> away, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Patience, api.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            // Also what does not hear the token is waited for no longer.
            return await look(both.Token).WaitAsync(both.Token);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            var isLate = limit.IsCancellationRequested;
            return away(isLate ? $"no answer within {Patience.TotalSeconds:0} s" : e.GetType().Name);
        }
    }

    private static HealthAnswer Away(ApiContext api, string because) =>
        new(Healthy: false, $"storage cannot be read: {because}{FromMemory(api)}");

    private static async Task<HealthAnswer> LookAsync(ApiContext api, CancellationToken cancel)
    {
        var knowing = api.Known.LookAsync(cancel);
        var enabled = await api.Settings.IsRecoveryEnabledAsync(cancel);
        var names = Enumerable.Range(0, await api.Settings.ReadShardsAsync(cancel) ?? 1).Select(Shard.NameOf);
        var shards = await Task.WhenAll(names.Select(name => LookAsync(api, name, cancel)));
        var oldest = shards.MaxBy(s => s.SeenSecondsAgo ?? double.MaxValue)!;
        var known = await knowing;
        var unrecoverable = shards.Where(s => s.WhyNoRecovery is not null).Select(s => $"{s.Shard}: {s.WhyNoRecovery}");
        string[] problems = [.. Unknown(known), .. Stale(api, shards), .. unrecoverable];
        var problem = problems.Length == 0 ? null : string.Join("; ", problems);
        return new HealthAnswer(problem is null, problem)
        {
            RecoveryEnabled = enabled, Watcher = oldest.Watcher, WatcherSeenSecondsAgo = oldest.SeenSecondsAgo,
            Shards = shards, MissingSeeds = known.MissingSeeds, OwnErrors = api.Mistakes?.All ?? [],
        };
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

    private static async Task<ShardHealth> LookAsync(ApiContext api, string shard, CancellationToken cancel)
    {
        var now = api.Time.GetUtcNow();
        var beat = await api.Settings.ReadBeatAsync(shard, cancel);
        ImmutableArray<VantageReport> reports = api.Watch.Quorum.Own.Length > 0
            ? await api.Settings.ReadReportsAsync(shard, cancel)
            : [];
        return new(
            shard, beat?.Holder, (now - beat?.At)?.TotalSeconds,
            [.. reports.OrderBy(r => r.Vantage, StringComparer.Ordinal).Select(r => new VantageHealth(
                r.Vantage, (now - r.At).TotalSeconds, [.. r.Dead.Select(k => k.ToString())]))],
            api.Watch.Quorum.WhyNone(reports, now, watchesHere: api.Watch.Quorum.Own.Length == 0)?.Says);
    }

    private static IEnumerable<string> Stale(ApiContext api, IEnumerable<ShardHealth> shards)
    {
        string[] stale = [.. shards.Where(s => s.SeenSecondsAgo is not { } age || age > api.StaleAfter.TotalSeconds).Select(s => s.Shard)];
        return stale.Length == 0
            ? []
            : [$"no watcher gave a sign of life lately for {string.Join(", ", stale)}{FromMemory(api)}"];
    }

    private static string FromMemory(ApiContext api) => api.Fleet.FromMemory is { Length: > 0 } shards
        ? $"; this process goes on watching {string.Join(", ", shards.Select(s => s.Name))} from memory and acts on nothing" : "";
}
