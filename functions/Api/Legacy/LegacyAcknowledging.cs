using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// Acknowledges recoveries by orchestrator's names: of a cluster, of a server, one, or all. Each needs a comment, and
/// what is acknowledged already is passed over.
/// </summary>
internal static class LegacyAcknowledging
{
    private const int Most = 200;

    public static async Task<LegacyAnswer> OfClusterAsync(LegacyCall call)
    {
        var (view, wrong) = await call.ClusterAsync(call.Has("alias") ? "alias" : "clusterHint");
        if (view is null) return wrong!;
        var name = LegacyInstance.ClusterNameOf(view.Topology);
        return await AcknowledgeAsync(call, view.Topology.Cluster, r => r.Recovery.IsEnded, LegacyAnswer.Ok(
            $"Acknowledged cluster recoveries: {name}", json => json.WriteStringValue(name)));
    }

    public static async Task<LegacyAnswer> OfServerAsync(LegacyCall call)
    {
        var (key, wrong) = await call.KnownKeyAsync();
        if (key is null) return wrong!;
        return await AcknowledgeAsync(call, null, r => r.Recovery.Subject == key && r.Recovery.IsEnded, LegacyAnswer.Ok(
            $"Acknowledged instance recoveries: {key}", json => json.WriteKeyValue(key)));
    }

    public static Task<LegacyAnswer> OneAsync(LegacyCall call)
    {
        var (uid, number) = (call.Text("uid"), call.Text("recoveryId"));
        bool IsIt(StoredRecovery r) => uid.Length > 0
            ? r.Recovery.Id == uid
            : $"{LegacyRecovery.NumberOf(r.Recovery.Id)}" == number || r.Recovery.Id == number;
        var named = uid.Length > 0 ? uid : number;
        return AcknowledgeAsync(call, null, IsIt, LegacyAnswer.Ok(
            $"Acknowledged recovery: {named}", json => json.WriteStringValue(named)));
    }

    public static Task<LegacyAnswer> AllAsync(LegacyCall call)
    {
        var comment = call.Query("comment");
        return AcknowledgeAsync(call, null, r => r.Recovery.IsEnded, LegacyAnswer.Ok(
            $"Acknowledged all of the newest {Most} recoveries that have ended",
            json => json.WriteStringValue(comment)));
    }

    private static async Task<LegacyAnswer> AcknowledgeAsync(
        LegacyCall call, ClusterId? cluster, Func<StoredRecovery, bool> isMeant, LegacyAnswer done)
    {
        if (LegacyPlans.WhyNoDryRun(call) is { } no) return no;
        var comment = call.Query("comment").Trim();
        if (comment.Length == 0) return LegacyAnswer.Error("comment: expected why it is acknowledged");
        var all = await call.Api.Recoveries.ReadRecentAsync(cluster, Most, call.Cancel, begun: true);
        StoredRecovery[] meant = [.. all.Where(isMeant)];
        foreach (var one in meant.Where(r => r.AcknowledgedBy.Length == 0))
        {
            var answer = await LegacyActs.RunAsync(
                call, "acknowledge", ("recovery", one.Recovery.Id), ("because", comment));
            if (!answer.IsOk) return answer;
        }
        var isUnknown = meant.Length == 0 && (call.Has("uid") || call.Has("recoveryId"));
        return isUnknown ? LegacyAnswer.Error("there is no such recovery") : done;
    }
}
