using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.V3;

/// <summary>
/// The endpoints that only read. Answers are JSON in Core's one format, lists are pages; refusals are problem details
/// with 4xx or 503.
/// </summary>
internal static class ReadEndpoints
{
    private const int RecoveriesAsked = 50;

    public static IResult Session(ApiContext api, HttpContext context) =>
        Answer(SessionAnswer.Of(Caller.Of(context), api.Access));

    /// <param name="after">The id of the cluster that this page begins after.</param>
    public static Task<IResult> ClustersAsync(
        ApiContext api, HttpContext context, string? limit, string? after, CancellationToken cancel) =>
        PageAsync(api, context, limit, after, cancel, page => page.Select(v => Summary(v, api)));

    internal static ClusterSummary Summary(ClusterView view, ApiContext api)
    {
        var t = view.Topology;
        var problems = Analyzer.Analyze(t, api.Detection);
        return new(
            t.Cluster, t.Alias, t.Primary?.Key, t.Members.Length, t.Members.Count(m => m.IsSeen),
            Active(view.Downtime, api), problems.Select(a => (Severity?)a.Severity).Max(),
            [.. problems.Select(a => a.Code)]);
    }

    /// <summary>A page of so many clusters, in the order of their ids, and what is told of them.</summary>
    private static async Task<IResult> PageAsync<T>(
        ApiContext api, HttpContext context, string? limit, string? after, CancellationToken cancel,
        Func<IEnumerable<ClusterView>, IEnumerable<T>> tell)
    {
        if (Page.LimitOf(limit, Page.Most, out var wrong) is not { } most) return wrong!;
        var all = (await api.Fleet.ReadAllAsync(cancel)).OrderBy(IdOf, StringComparer.Ordinal)
            .SkipWhile(v => after is not null && string.CompareOrdinal(IdOf(v), after) <= 0).Take(most + 1).ToArray();
        var page = all.Take(most).ToArray();
        var next = all.Length > most ? Page.Next(context, most, IdOf(page[^1])) : null;
        return Answer(new Page<T>([.. tell(page)], next));
    }

    private static string IdOf(ClusterView view) => view.Topology.Cluster.Value;

    public static Task<IResult> TopologyAsync(ApiContext api, string cluster, CancellationToken cancel) =>
        OfCluster(api, cluster, cancel, v => Answer(ClusterAnswer.Of(v.Topology, Active(v.Downtime, api))));

    public static Task<IResult> TopologyTextAsync(ApiContext api, string cluster, CancellationToken cancel) =>
        OfCluster(api, cluster, cancel, v => Results.Text(
            TopologyText.Draw(v.Topology) + "\n" + TopologyNotes.Of(v.Topology, v.Downtime)));

    public static Task<IResult> ClusterAnalysisAsync(ApiContext api, string cluster, CancellationToken cancel) =>
        OfCluster(api, cluster, cancel, v => Answer(Page.Whole(Analyzed(v, api))));

    /// <param name="after">What the page before ended with.</param>
    public static Task<IResult> ClusterRecoveriesAsync(
        ApiContext api, HttpContext context, string cluster, string? limit, string? after, CancellationToken cancel) =>
        OfCluster(api, cluster, cancel, v => ListAsync(api, context, v.Topology.Cluster, limit, after, cancel));

    /// <param name="limit">How many clusters the page is about.</param>
    /// <param name="after">The id of the cluster that this page begins after.</param>
    public static Task<IResult> AnalysisAsync(
        ApiContext api, HttpContext context, string? limit, string? after, CancellationToken cancel) =>
        PageAsync(api, context, limit, after, cancel, page => page.SelectMany(v => Analyzed(v, api)));

    internal static IEnumerable<AnalysisAnswer> Analyzed(ClusterView view, ApiContext api) =>
        AnalysisAnswer.Of(Analyzer.Analyze(view.Topology, api.Detection), view.Topology, view.Downtime);

    private static Downtime? Active(Downtime? downtime, ApiContext api) =>
        downtime?.IsActiveAt(api.Time.GetUtcNow()) == true ? downtime : null;

    /// <param name="after">What the page before ended with.</param>
    public static Task<IResult> RecoveriesAsync(
        ApiContext api, HttpContext context, string? limit, string? after, CancellationToken cancel) =>
        ListAsync(api, context, null, limit, after, cancel);

    public static async Task<IResult> RecoveryAsync(ApiContext api, string id, CancellationToken cancel) =>
        await api.Recoveries.ReadAsync(id, cancel) is { } stored
            ? Answer(RecoveryAnswer.Of(stored))
            : Problem.NoRecovery(id);

    public static async Task<IResult> RecoveryTextAsync(ApiContext api, string id, CancellationToken cancel) =>
        await api.Recoveries.ReadAsync(id, cancel) is { } stored
            ? Results.Text(RecoveryText.Tell(stored.Recovery))
            : Problem.NoRecovery(id);

    public static async Task<IResult> DowntimesAsync(ApiContext api, CancellationToken cancel) =>
        Answer(Page.Whole(await api.Verbs.Downtime.ListAsync(cancel)));

    public static async Task<IResult> MaintenancesAsync(ApiContext api, CancellationToken cancel) =>
        Answer(Page.Whole(await api.Verbs.Maintenance.ListAsync(cancel)));

    public static async Task<IResult> PoolsAsync(ApiContext api, CancellationToken cancel) =>
        Answer(Page.Whole(await api.Verbs.Pools.ListAsync(cancel)));

    public static async Task<IResult> TokensAsync(ApiContext api, CancellationToken cancel) =>
        Answer(Page.Whole(await api.Verbs.Tokens.ListAsync(cancel)));

    private static async Task<IResult> ListAsync(
        ApiContext api, HttpContext context, ClusterId? cluster, string? limit, string? after, CancellationToken cancel)
    {
        if (Page.LimitOf(limit, RecoveriesAsked, out var wrong) is not { } most) return wrong!;
        RecentBefore? before = null;
        if (after is not null && !RecentBefore.TryParse(after, out before))
            return Problem.BadInput($"after '{after}': expected what the page before ended with, as in its 'next'");
        var recent = await api.Recoveries.ReadRecentAsync(cluster, most + 1, cancel, before: before);
        return Answer(Page.Of(
            recent, most, context, r => new RecentBefore(r.Recovery.StartedAt, r.Recovery.Id).ToString(),
            RecoverySummary.Of));
    }

    private static Task<IResult> OfCluster(
        ApiContext api, string cluster, CancellationToken cancel, Func<ClusterView, IResult> answer) =>
        OfCluster(api, cluster, cancel, v => Task.FromResult(answer(v)));

    private static async Task<IResult> OfCluster(
        ApiContext api, string cluster, CancellationToken cancel, Func<ClusterView, Task<IResult>> answer) =>
        await api.Fleet.FindAsync(cluster, cancel) is var (view, refusal) && view is not null
            ? await answer(view)
            : Problem.NotFound(refusal!);

    public static IResult Answer<T>(T value, int status = 200) =>
        Results.Json(value, CoreJson.Options, statusCode: status);
}
