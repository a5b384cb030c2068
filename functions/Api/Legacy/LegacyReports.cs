using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>Questions about what is wrong, what was recovered and who did what.</summary>
internal static class LegacyReports
{
    public const int PageSize = 20;

    /// <summary>Older entries are not paged to: the record of each recovery is in our own API.</summary>
    public const int Most = 400;

    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(5);

    public static async Task<LegacyAnswer> AnalysisAsync(LegacyCall call)
    {
        if (!call.Has("clusterName") && !call.Has("host")) return Of(call, await call.ClustersAsync(), _ => true);
        if (!call.Has("host"))
        {
            var (view, unknown) = await call.ClusterAsync("clusterName");
            return view is null ? unknown! : Of(call, [view], _ => true);
        }
        var (server, wrong) = await call.ServerAsync();
        return server is null ? wrong! : Of(call, [server.View], a => a.Key == server.Key);
    }

    private static LegacyAnswer Of(LegacyCall call, IEnumerable<ClusterView> views, Func<LegacyAnalysis, bool> isAsked)
    {
        LegacyAnalysis[] all = [.. views.SelectMany(v => LegacyAnalysis.Of(v, call.Api)).Where(isAsked)];
        return LegacyAnswer.Ok("Analysis", json =>
        {
            json.WriteStartArray();
            foreach (var one in all) one.Write(json, call.Api);
            json.WriteEndArray();
        });
    }

    /// <summary>What began, newest first, by pages from 0.</summary>
    public static Task<LegacyAnswer> RecoveriesAsync(LegacyCall call) =>
        ListAsync(
            call,
            r => IsRecovery(r.Recovery) && (r.AcknowledgedBy.Length == 0 || !call.IsTrue("unacknowledged")));

    /// <summary>The failures that were found: what began because of one, and what was held.</summary>
    public static Task<LegacyAnswer> DetectionsAsync(LegacyCall call) =>
        ListAsync(call, r => r.Recovery.Code is not null, begun: false);

    public static Task<LegacyAnswer> ActiveAsync(LegacyCall call) =>
        ListAsync(call, r => IsRecovery(r.Recovery) && !r.Recovery.IsEnded);

    public static Task<LegacyAnswer> RecentlyActiveAsync(LegacyCall call)
    {
        var since = call.Api.Time.GetUtcNow() - Recently;
        return ListAsync(call, r => IsRecovery(r.Recovery) && (r.Recovery.EndedAt is not { } at || at >= since));
    }

    /// <summary>A move is no recovery there, nor is the record of why nothing was done.</summary>
    public static bool IsRecovery(Recovery recovery) => !recovery.IsHeld && recovery.Kind.MeansPrimary;

    private static async Task<LegacyAnswer> ListAsync(
        LegacyCall call, Func<StoredRecovery, bool> isAsked, bool begun = true)
    {
        var (within, wrong) = await WithinAsync(call);
        if (wrong is not null) return wrong;
        if (PageOf(call, out wrong) is not { } page) return wrong!;
        var about = call.Has("host") ? (await call.KnownKeyAsync()).Key : null;
        var stored = await StoredAsync(call, within, begun);
        var asked = stored.Where(isAsked).Where(r => IsNamed(call, r.Recovery, about))
            .Skip(page * PageSize).Take(PageSize);
        var all = await call.ClustersAsync();
        return LegacyAnswer.List(asked, (json, r) => Write(json, r, all, call.Api));
    }

    private static async Task<IEnumerable<StoredRecovery>> StoredAsync(LegacyCall call, ClusterView? within, bool begun)
    {
        if (!call.Has("uid"))
            return await call.Api.Recoveries.ReadRecentAsync(within?.Topology.Cluster, Most, call.Cancel, begun);
        return await call.Api.Recoveries.ReadAsync(call.Text("uid"), call.Cancel) is { } one ? [one] : [];
    }

    /// <summary>With its cluster as it is known now, where it still is.</summary>
    public static void Write(
        Utf8JsonWriter json, StoredRecovery stored, ImmutableArray<ClusterView> all, ApiContext api)
    {
        var view = all.FirstOrDefault(v => v.Topology.Cluster == stored.Recovery.Cluster);
        new LegacyRecovery(stored, view, api).Write(json);
    }

    private static async Task<(ClusterView? View, LegacyAnswer? Wrong)> WithinAsync(LegacyCall call)
    {
        foreach (var name in (string[])["clusterName", "clusterHint", "alias"])
            if (call.Has(name)) return await call.ClusterAsync(name);
        return (null, null);
    }

    // By one recovery's number, or the server that it is about.
    private static bool IsNamed(LegacyCall call, Recovery recovery, InstanceKey? about)
    {
        var number = LegacyRecovery.NumberOf(recovery.Id).ToString(CultureInfo.InvariantCulture);
        return (!call.Has("id") || number == call.Text("id")) && (about is null || recovery.Subject == about);
    }

    private static int? PageOf(LegacyCall call, out LegacyAnswer? wrong)
    {
        wrong = null;
        if (!call.Has("page")) return 0;
        var isRead = int.TryParse(call.Text("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page);
        if (isRead && page <= Most / PageSize) return page;
        wrong = LegacyAnswer.Error($"page '{call.Text("page")}': expected a number from 0 to {Most / PageSize}");
        return null;
    }

    public static async Task<LegacyAnswer> StepsAsync(LegacyCall call)
    {
        var uid = call.Text("uid");
        var stored = await call.Api.Recoveries.ReadAsync(uid, call.Cancel);
        var steps = stored is null ? [] : LegacyRecovery.StepsOf(stored.Recovery).Index();
        return LegacyAnswer.List(steps, (json, step) =>
        {
            json.WriteStartObject();
            json.WriteNumber("Id", step.Index + 1);
            json.WriteString("RecoveryUID", uid);
            json.WriteTime("AuditAt", step.Item.At);
            json.WriteString("Message", step.Item.Says);
            json.WriteEndObject();
        });
    }

    /// <summary>What is held now: the newest word about a problem that stands is why nothing is done.</summary>
    public static async Task<LegacyAnswer> BlockedAsync(LegacyCall call)
    {
        var (within, wrong) = await WithinAsync(call);
        if (wrong is not null) return wrong;
        var views = within is null ? await call.ClustersAsync() : [within];
        var recent = await call.Api.Recoveries.ReadRecentAsync(within?.Topology.Cluster, Most, call.Cancel);
        var held = from view in views
                   let newest = recent.FirstOrDefault(r => r.Recovery.Cluster == view.Topology.Cluster)?.Recovery
                   where newest is { IsHeld: true } && IsStanding(newest, view, call.Api)
                   select (View: view, Held: newest);
        return LegacyAnswer.List(held, (json, h) =>
        {
            json.WriteStartObject();
            json.WriteKey("FailedInstanceKey", h.Held.Subject);
            json.WriteString("ClusterName", LegacyInstance.ClusterNameOf(h.View.Topology));
            json.WriteString("Analysis", h.Held.Code is { } code ? LegacyAnalysis.NameOf(code) : "");
            json.WriteTime("LastBlockedTimestamp", h.Held.StartedAt);
            json.WriteNumber("BlockingRecoveryId", 0);
            json.WriteEndObject();
        });
    }

    private static bool IsStanding(Recovery held, ClusterView view, ApiContext api) => LegacyAnalysis.Of(view, api)
        .Any(a => a.Key == held.Subject && a.Warnings.Append(a.Failure).Any(p => p?.Code == held.Code));

    public static async Task<LegacyAnswer> AuditAsync(LegacyCall call)
    {
        if (PageOf(call, out var wrong) is not { } page) return wrong!;
        InstanceKey? key = null;
        if (call.Has("host")) (key, wrong) = await call.KnownKeyAsync();
        if (wrong is not null) return wrong;
        var entries = call.Api.Audit is { } audit ? await audit.ReadAsync(null, Most, call.Cancel) : [];
        var asked = entries.Where(e => key is null || e.Instance == key).Skip(page * PageSize).Take(PageSize);
        return LegacyAnswer.List(asked, WriteAudit);
    }

    private static void WriteAudit(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("AuditId", entry.At.ToUnixTimeMilliseconds());
        json.WriteTime("AuditTimestamp", entry.At);
        json.WriteString("AuditType", entry.Act);
        json.WriteKey("AuditInstanceKey", entry.Instance);
        json.WriteString("Message", $"{entry.Actor}: {entry.Says}");
        json.WriteEndObject();
    }
}
