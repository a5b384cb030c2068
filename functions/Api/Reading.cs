using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Api;

/// <summary>The endpoints that only read. Answers are JSON in Core's one format; refusals are <c>{"problem": …}</c> with 4xx or 503.</summary>
internal static class Reading
{
    private const int RecoveriesAsked = 50, RecoveriesMost = 500;

    public static async Task<IResult> ClustersAsync(ApiRoom room, CancellationToken cancel) =>
        Answer((await room.Fleet.ReadAsync(cancel)).Select(t => new
        {
            cluster = t.Cluster, alias = t.Alias, primary = t.Primary?.Key, instances = t.Members.Length, seen = t.Members.Count(m => m.IsSeen),
            problems = Analyzer.Analyze(t, room.Detection).Select(a => a.Code),
        }));

    public static Task<IResult> TopologyAsync(ApiRoom room, string cluster, CancellationToken cancel) => OfCluster(room, cluster, cancel, t => Answer(new
    {
        cluster = t.Cluster, alias = t.Alias, takenAt = t.TakenAt, primary = t.Primary?.Key,
        owed = t.Ledger.Entries.Where(e => !e.IsKnowledge).Select(e => new { key = e.Key, says = e.Says, since = e.At, recovery = e.Recovery }),
        members = t.Members.Select(m => new
        {
            key = m.Key, seen = m.IsSeen, failure = (m.Outcome as ProbeOutcome.Failed)?.Says, lastSeenAt = m.LastSeenAt, depth = t.DepthOf(m),
            promotionRule = m.PromotionRule, downtime = m.Downtime, formerPrimary = m.IsFormerPrimary, instance = m.Known,
        }),
    }));

    public static Task<IResult> TopologyTextAsync(ApiRoom room, string cluster, CancellationToken cancel) =>
        OfCluster(room, cluster, cancel, t => Results.Text(TopologyText.Draw(t) + "\n"));

    public static Task<IResult> ClusterAnalysisAsync(ApiRoom room, string cluster, CancellationToken cancel) =>
        OfCluster(room, cluster, cancel, t => Answer(Analyzer.Analyze(t, room.Detection)));

    public static Task<IResult> ClusterRecoveriesAsync(ApiRoom room, string cluster, string? limit, CancellationToken cancel) =>
        OfCluster(room, cluster, cancel, async t => await ListAsync(room, t.Cluster, limit, cancel));

    public static async Task<IResult> AnalysisAsync(ApiRoom room, CancellationToken cancel) =>
        Answer((await room.Fleet.ReadAsync(cancel)).SelectMany(t => Analyzer.Analyze(t, room.Detection)));

    public static Task<IResult> RecoveriesAsync(ApiRoom room, string? limit, CancellationToken cancel) => ListAsync(room, null, limit, cancel);

    public static async Task<IResult> RecoveryAsync(ApiRoom room, string id, CancellationToken cancel) =>
        await room.Recoveries.ReadAsync(id, cancel) is { } stored ? Answer(stored) : NoRecovery(id);

    public static async Task<IResult> RecoveryTextAsync(ApiRoom room, string id, CancellationToken cancel) =>
        await room.Recoveries.ReadAsync(id, cancel) is { } stored ? Results.Text(RecoveryText.Tell(stored.Recovery)) : NoRecovery(id);

    private static async Task<IResult> ListAsync(ApiRoom room, ClusterId? cluster, string? limit, CancellationToken cancel)
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

    private static Task<IResult> OfCluster(ApiRoom room, string cluster, CancellationToken cancel, Func<Topology, IResult> answer) =>
        OfCluster(room, cluster, cancel, t => Task.FromResult(answer(t)));

    private static async Task<IResult> OfCluster(ApiRoom room, string cluster, CancellationToken cancel, Func<Topology, Task<IResult>> answer) =>
        await room.Fleet.FindAsync(cluster, cancel) is { } topology
            ? await answer(topology)
            : NoCluster(cluster);

    public static IResult NoCluster(string cluster) => Answer(new { problem = $"cluster '{cluster}': no single cluster has this id, alias or member" }, 404);

    /// <summary>What is asked for cannot be: why, and what would allow it.</summary>
    public static IResult Refused(Refusal refusal) =>
        Answer(new { problem = refusal.Because, remedy = refusal.Remedy.Length > 0 ? refusal.Remedy : null }, 409);

    public static IResult NoRecovery(string id) => Answer(new { problem = $"recovery '{id}': there is none of this id" }, 404);

    public static IResult Answer<T>(T value, int status = 200) => Results.Json(value, CoreJson.Options, statusCode: status);
}
