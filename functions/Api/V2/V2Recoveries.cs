using System.Globalization;
using OrchestratorFunctions.Api.Legacy;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Api.V2;

/// <summary>Questions about recoveries, newest first, by pages from 0 as <c>/api</c> has them.</summary>
internal static class V2Recoveries
{
    private const int LastPage = LegacyReports.Most / LegacyReports.PageSize;

    /// <summary>Of all clusters, or of the one that <c>cluster</c> or <c>alias</c> names.</summary>
    public static async Task<V2Answer> ListAsync(LegacyCall call)
    {
        if (PageOf(call.Query("page")) is not { } page)
            return V2Answer.BadInput($"page '{call.Query("page")}': expected a number from 0 to {LastPage}");
        ClusterId? asked = null;
        foreach (var name in (string[])["cluster", "alias"])
        {
            if (call.Query(name) is not { Length: > 0 } hint) continue;
            var (view, wrong) = await call.FindClusterAsync(hint);
            if (view is null) return V2Answer.NotFound($"Cluster not found: {wrong!.Message}");
            if (asked is { } other && other != view.Topology.Cluster)
                return V2Answer.BadInput($"alias '{hint}': expected another name of cluster '{call.Query("cluster")}'");
            asked = view.Topology.Cluster;
        }
        return await TellAsync(call, asked, _ => true, page);
    }

    /// <summary>Those that run.</summary>
    public static Task<V2Answer> ActiveAsync(LegacyCall call) => TellAsync(call, null, r => !r.Recovery.IsEnded, 0);

    private static async Task<V2Answer> TellAsync(
        LegacyCall call, ClusterId? cluster, Func<StoredRecovery, bool> isAsked, int page)
    {
        var stored = await call.Api.Recoveries.ReadRecentAsync(cluster, LegacyReports.Most, call.Cancel, begun: true);
        var all = await call.ClustersAsync();
        return V2Answer.List(
            stored.Where(r => LegacyReports.IsRecovery(r.Recovery)).Where(isAsked)
                .Skip(page * LegacyReports.PageSize).Take(LegacyReports.PageSize),
            (json, r) => LegacyReports.Write(json, r, all, call.Api));
    }

    private static int? PageOf(string text)
    {
        if (text.Length == 0) return 0;
        var isRead = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page);
        return isRead && page <= LastPage ? page : null;
    }
}
