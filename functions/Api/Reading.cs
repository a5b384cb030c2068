using System.Globalization;
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
/// The endpoints that only read. Answers are JSON in Core's one format; refusals are <c>{"problem": …}</c> with 4xx or
/// 503.
/// </summary>
internal static class Reading
{
    private const int RecoveriesAsked = 50, RecoveriesMost = 500;

    public static async Task<IResult> ClustersAsync(ApiRoom room, CancellationToken cancel) =>
        Answer((await room.Fleet.ReadAllAsync(cancel)).Select(v => (v.Topology, v.Downtime)).Select(v => new
        {
            cluster = v.Topology.Cluster, alias = v.Topology.Alias, primary = v.Topology.Primary?.Key,
            instances = v.Topology.Members.Length, seen = v.Topology.Members.Count(m => m.IsSeen), downtime = Active(v.Downtime, room),
            problems = Analyzer.Analyze(v.Topology, room.Detection).Select(a => a.Code),
        }));

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
        OfCluster(room, cluster, cancel, v => Answer(Analyzed(v, room)));

    public static Task<IResult> ClusterRecoveriesAsync(
        ApiRoom room, string cluster, string? limit, CancellationToken cancel) =>
        OfCluster(room, cluster, cancel, async v => await ListAsync(room, v.Topology.Cluster, limit, cancel));

    public static async Task<IResult> AnalysisAsync(ApiRoom room, CancellationToken cancel) =>
        Answer((await room.Fleet.ReadAllAsync(cancel)).SelectMany(v => Analyzed(v, room)));

    private static IEnumerable<JsonObject> Analyzed(ClusterView view, ApiRoom room) =>
        AnalysisJson.Of(Analyzer.Analyze(view.Topology, room.Detection), view.Topology, view.Downtime);

    private static Downtime? Active(Downtime? downtime, ApiRoom room) =>
        downtime?.IsActiveAt(room.Time.GetUtcNow()) == true ? downtime : null;

    public static Task<IResult> RecoveriesAsync(ApiRoom room, string? limit, CancellationToken cancel) =>
        ListAsync(room, null, limit, cancel);

    public static async Task<IResult> RecoveryAsync(ApiRoom room, string id, CancellationToken cancel) =>
        await room.Recoveries.ReadAsync(id, cancel) is { } stored ? Answer(stored) : NoRecovery(id);

    public static async Task<IResult> RecoveryTextAsync(ApiRoom room, string id, CancellationToken cancel) =>
        await room.Recoveries.ReadAsync(id, cancel) is { } stored
            ? Results.Text(RecoveryText.Tell(stored.Recovery))
            : NoRecovery(id);

    private static async Task<IResult> ListAsync(
        ApiRoom room, ClusterId? cluster, string? limit, CancellationToken cancel)
    {
        var most = RecoveriesAsked;
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > RecoveriesMost))
            return Answer(new { problem = $"limit '{limit}': expected a number from 1 to {RecoveriesMost}" }, 400);
        var recent = await room.Recoveries.ReadRecentAsync(cluster, most, cancel);
        return Answer(recent.Select(r => new
        {
            id = r.Recovery.Id, cluster = r.Recovery.Cluster, kind = r.Recovery.Kind, subject = r.Recovery.Subject, code = r.Recovery.Code,
            startedAt = r.Recovery.StartedAt, endedAt = r.Recovery.EndedAt, outcome = r.Recovery.Outcome, says = r.Recovery.Outcome?.Says, acknowledgedBy = r.AcknowledgedBy,
        }));
    }

    private static Task<IResult> OfCluster(
        ApiRoom room, string cluster, CancellationToken cancel, Func<ClusterView, IResult> answer) =>
        OfCluster(room, cluster, cancel, v => Task.FromResult(answer(v)));

    private static async Task<IResult> OfCluster(
        ApiRoom room, string cluster, CancellationToken cancel, Func<ClusterView, Task<IResult>> answer) =>
        await room.Fleet.FindAsync(cluster, cancel) is var (view, refusal) && view is not null
            ? await answer(view)
            : NotFound(refusal!);

    /// <summary>A name that means nothing: why, and what would be right.</summary>
    public static IResult NotFound(Refusal refusal) =>
        Answer(new { problem = refusal.Because, remedy = OrNull(refusal.Remedy) }, 404);

    /// <summary>A field that names nothing or cannot be read: its name, the value and what would be right.</summary>
    public static IResult BadInput(string problem, string remedy = "") =>
        Answer(new { problem, remedy = OrNull(remedy) }, 400);

    /// <summary>What is asked for cannot be: why, and what would allow it.</summary>
    public static IResult Refused(Refusal refusal) =>
        Answer(new { problem = refusal.Because, remedy = OrNull(refusal.Remedy) }, 409);

    private static string? OrNull(string text) => text.Length > 0 ? text : null;

    public static IResult NoRecovery(string id) =>
        Answer(new { problem = $"recovery '{id}': there is none of this id" }, 404);

    public static IResult Answer<T>(T value, int status = 200) =>
        Results.Json(value, CoreJson.Options, statusCode: status);
}
