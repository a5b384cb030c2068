using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api;

/// <summary>
/// The endpoints that only read. Answers are JSON in Core's one format, lists are pages; refusals are problem details
/// with 4xx or 503.
/// </summary>
internal static class Reading
{
    private const int RecoveriesAsked = 50;

    /// <param name="after">The id of the cluster that this page begins after.</param>
    public static Task<IResult> ClustersAsync(
        ApiRoom room, HttpContext context, string? limit, string? after, CancellationToken cancel) =>
        PageAsync(room, context, limit, after, cancel, page => page.Select(v => new
        {
            cluster = v.Topology.Cluster, alias = v.Topology.Alias, primary = v.Topology.Primary?.Key,
            instances = v.Topology.Members.Length, seen = v.Topology.Members.Count(m => m.IsSeen),
            downtime = Active(v.Downtime, room),
            problems = Analyzer.Analyze(v.Topology, room.Detection).Select(a => a.Code),
        }));

    /// <summary>A page of so many clusters, in the order of their ids, and what is told of them.</summary>
    private static async Task<IResult> PageAsync<T>(
        ApiRoom room, HttpContext context, string? limit, string? after, CancellationToken cancel,
        Func<IEnumerable<ClusterView>, IEnumerable<T>> tell)
    {
        if (Page.LimitOf(limit, Page.Most, out var wrong) is not { } most) return wrong!;
        var all = (await room.Fleet.ReadAllAsync(cancel)).OrderBy(IdOf, StringComparer.Ordinal)
            .SkipWhile(v => after is not null && string.CompareOrdinal(IdOf(v), after) <= 0).Take(most + 1).ToArray();
        var page = all.Take(most).ToArray();
        var next = all.Length > most ? Page.Next(context, most, IdOf(page[^1])) : null;
        return Answer(new Page<T>([.. tell(page)], next));
    }

    private static string IdOf(ClusterView view) => view.Topology.Cluster.Value;

    public static Task<IResult> TopologyAsync(ApiRoom room, string cluster, CancellationToken cancel) =>
        OfCluster(room, cluster, cancel, v => Answer(TopologyOf(v.Topology, Active(v.Downtime, room))));

    private static object TopologyOf(Topology t, Downtime? downtime) => new
    {
        cluster = t.Cluster, alias = t.Alias, takenAt = t.TakenAt, primary = t.Primary?.Key, downtime,
        owed = t.Ledger.Entries.Where(e => !e.IsKnowledge)
            .Select(e => new { key = e.Key, says = e.Says, since = e.At, recovery = e.Recovery }),
        members = t.Members.Select(m => new
        {
            key = m.Key, seen = m.IsSeen, failure = (m.Outcome as ProbeOutcome.Failed)?.Says, lastSeenAt = m.LastSeenAt, depth = t.DepthOf(m),
            promotionRule = m.PromotionRule, promotionRuleUntil = m.PromotionRuleUntil, downtime = m.Downtime,
            formerPrimary = m.IsFormerPrimary, missing = PartlySeen.Of(m), instance = m.Known,
        }),
    };

    public static Task<IResult> TopologyTextAsync(ApiRoom room, string cluster, CancellationToken cancel) =>
        OfCluster(room, cluster, cancel, v => Results.Text(
            TopologyText.Draw(v.Topology) + "\n" + TopologyNotes.Of(v.Topology, v.Downtime)));

    public static Task<IResult> ClusterAnalysisAsync(ApiRoom room, string cluster, CancellationToken cancel) =>
        OfCluster(room, cluster, cancel, v => Answer(Page.Whole(Analyzed(v, room))));

    /// <param name="after">What the page before ended with.</param>
    public static Task<IResult> ClusterRecoveriesAsync(
        ApiRoom room, HttpContext context, string cluster, string? limit, string? after, CancellationToken cancel) =>
        OfCluster(room, cluster, cancel, v => ListAsync(room, context, v.Topology.Cluster, limit, after, cancel));

    /// <param name="limit">How many clusters the page is about.</param>
    /// <param name="after">The id of the cluster that this page begins after.</param>
    public static Task<IResult> AnalysisAsync(
        ApiRoom room, HttpContext context, string? limit, string? after, CancellationToken cancel) =>
        PageAsync(room, context, limit, after, cancel, page => page.SelectMany(v => Analyzed(v, room)));

    private static IEnumerable<JsonObject> Analyzed(ClusterView view, ApiRoom room) =>
        AnalysisJson.Of(Analyzer.Analyze(view.Topology, room.Detection), view.Topology, view.Downtime);

    private static Downtime? Active(Downtime? downtime, ApiRoom room) =>
        downtime?.IsActiveAt(room.Time.GetUtcNow()) == true ? downtime : null;

    /// <param name="after">What the page before ended with.</param>
    public static Task<IResult> RecoveriesAsync(
        ApiRoom room, HttpContext context, string? limit, string? after, CancellationToken cancel) =>
        ListAsync(room, context, null, limit, after, cancel);

    public static async Task<IResult> RecoveryAsync(ApiRoom room, string id, CancellationToken cancel) =>
        await room.Recoveries.ReadAsync(id, cancel) is { } stored
            ? Answer(RecoveryAnswer.Of(stored))
            : Problem.NoRecovery(id);

    public static async Task<IResult> RecoveryTextAsync(ApiRoom room, string id, CancellationToken cancel) =>
        await room.Recoveries.ReadAsync(id, cancel) is { } stored
            ? Results.Text(RecoveryText.Tell(stored.Recovery))
            : Problem.NoRecovery(id);

    private static async Task<IResult> ListAsync(
        ApiRoom room, HttpContext context, ClusterId? cluster, string? limit, string? after, CancellationToken cancel)
    {
        if (Page.LimitOf(limit, RecoveriesAsked, out var wrong) is not { } most) return wrong!;
        RecentBefore? before = null;
        if (after is not null && !RecentBefore.TryParse(after, out before))
            return Problem.BadInput($"after '{after}': expected what the page before ended with, as in its 'next'");
        var recent = await room.Recoveries.ReadRecentAsync(cluster, most + 1, cancel, before: before);
        return Answer(Page.Of(
            recent, most, context, r => new RecentBefore(r.Recovery.StartedAt, r.Recovery.Id).ToString(),
            RecoverySummary.Of));
    }

    private static Task<IResult> OfCluster(
        ApiRoom room, string cluster, CancellationToken cancel, Func<ClusterView, IResult> answer) =>
        OfCluster(room, cluster, cancel, v => Task.FromResult(answer(v)));

    private static async Task<IResult> OfCluster(
        ApiRoom room, string cluster, CancellationToken cancel, Func<ClusterView, Task<IResult>> answer) =>
        await room.Fleet.FindAsync(cluster, cancel) is var (view, refusal) && view is not null
            ? await answer(view)
            : Problem.NotFound(refusal!);

    public static IResult Answer<T>(T value, int status = 200) =>
        Results.Json(value, CoreJson.Options, statusCode: status);
}
