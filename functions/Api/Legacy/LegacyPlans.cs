using System.Text.Json;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// Moves and failovers by orchestrator's names. Its callers expect the end in the answer, so it is waited for; the plan
/// runs on when nobody waits any more.
/// </summary>
internal static class LegacyPlans
{
    /// <summary>
    /// For so long the end of a plan is waited for: less than proxies wait, because clients ask again when those cut.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    // A move takes a fraction of a second, a failover with much to apply minutes.
    private static readonly TimeSpan LookFirst = TimeSpan.FromMilliseconds(25),
        LookAgain = TimeSpan.FromMilliseconds(200);

    private const string DryRun = "dryRun";

    /// <summary>Below another server of its cluster.</summary>
    public static Task<LegacyAnswer> RelocateAsync(LegacyCall call) =>
        MoveAsync(call, "relocate", "below", c => c.ServerAsync("belowHost", "belowPort"));

    /// <summary>Below the source of its source.</summary>
    public static Task<LegacyAnswer> MoveUpAsync(LegacyCall call) => MoveAsync(call, "relocate", "below", async c =>
    {
        var (server, wrong) = await c.ServerAsync();
        if (server is null) return (null, wrong);
        server = await c.LookAtAsync(server);
        var source = server.Topology.SourcesOf(server.Member).FirstOrDefault();
        if (source is null) return (null, LegacyAnswer.Error($"instance is not a replica: {server.Key}"));
        return server.Topology.SourcesOf(source).FirstOrDefault() is { } above
            ? (new LegacyServer(above, server.View), null)
            : (null, LegacyAnswer.Error($"master is not a replica itself: {source.Key}"));
    });

    /// <summary>Below a server that has the same source.</summary>
    public static Task<LegacyAnswer> MoveBelowAsync(LegacyCall call) => MoveAsync(call, "relocate", "below", async c =>
    {
        var (server, wrong) = await c.ServerAsync();
        if (server is null) return (null, wrong);
        var (sibling, notThere) = await c.ServerAsync("belowHost", "belowPort");
        if (sibling is null) return (null, notThere);
        server = await c.LookAtAsync(server);
        var beside = server.Topology[sibling.Key] ?? sibling.Member;
        var (one, other) = (SourceOf(server), SourceOf(new LegacyServer(beside, server.View)));
        return one is not null && one == other
            ? (sibling, null)
            : (null, LegacyAnswer.Error($"instances are not siblings: {server.Key}, {sibling.Key}"));
    });

    private static InstanceKey? SourceOf(LegacyServer server) =>
        server.Topology.SourcesOf(server.Member).FirstOrDefault()?.Key;

    /// <summary>To a server, or to its own source anew.</summary>
    public static Task<LegacyAnswer> RepointAsync(LegacyCall call) =>
        MoveAsync(call, "repoint", "to", c => c.ServerAsync("belowHost", "belowPort"));

    private static async Task<LegacyAnswer> MoveAsync(
        LegacyCall call, string operation, string target,
        Func<LegacyCall, Task<(LegacyServer? Server, LegacyAnswer? Wrong)>> targetOf)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        var (to, notThere) = await targetOf(call);
        if (to is null) return notThere!;
        var (ended, why) = await EndAsync(
            call, operation, ("instance", server.Key.ToString()), (target, to.Key.ToString()));
        if (ended is null) return why!;
        if (ended.Recovery.Outcome is not { IsSuccess: true } outcome)
            return LegacyAnswer.Error(ended.Recovery.Outcome!.Says);
        // Looked at once more, so that nobody reads the source it had before.
        var seen = await call.LookAtAsync(server);
        return LegacyAnswer.Ok(outcome.Says, json => LegacyInstance.Write(json, seen, call.Api));
    }

    /// <summary>Replaces a dead primary: the message and the server in its place, or why not.</summary>
    public static async Task<LegacyAnswer> RecoverAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        server = await call.LookAtAsync(server);
        void Asked(Utf8JsonWriter json) => json.WriteKeyValue(server.Key);
        if (server.Topology.Primary?.Key != server.Key)
            return LegacyAnswer.Error(
                $"Recovery not attempted: {server.Key} is not the primary of its cluster; "
                + $"{server.Topology.Primary?.Key.ToString() ?? "no single server"} is", Asked);
        var (ended, why) = await FailOverAsync(call, server.Topology.Cluster, "candidateHost", "candidatePort");
        if (why is { IsOk: false, IsUnderWay: false })
            return LegacyAnswer.Error($"Recovery not attempted: {why.Message}", Asked);
        if (ended is null) return why!;
        return ended.Recovery.Outcome is RecoveryOutcome.Promoted { Key: var successor }
            ? LegacyAnswer.Ok($"Recovery executed on {server.Key}", json => json.WriteKeyValue(successor))
            : LegacyAnswer.Error(
                $"Recovery attempted but no instance promoted: {ended.Recovery.Outcome!.Says}", Asked);
    }

    /// <summary>Replaces a primary because a person says so.</summary>
    public static Task<LegacyAnswer> FailOverAsync(LegacyCall call) => ReplacedAsync(
        call, cluster => FailOverAsync(call, cluster, "designatedHost", "designatedPort"));

    /// <summary>The planned switch.</summary>
    public static Task<LegacyAnswer> TakeOverAsync(LegacyCall call) => ReplacedAsync(call, async cluster =>
    {
        var (to, wrong) = await NamedAsync(call, "designatedHost", "designatedPort");
        return wrong is null
            ? await EndAsync(call, "takeover", [("cluster", cluster.Value), .. Hookless(call), .. to])
            : (null, wrong);
    });

    private static async Task<LegacyAnswer> ReplacedAsync(
        LegacyCall call, Func<ClusterId, Task<(StoredRecovery? Ended, LegacyAnswer? Wrong)>> run)
    {
        var (view, wrong) = await call.ClusterAsync();
        if (view is null) return wrong!;
        var (ended, why) = await run(view.Topology.Cluster);
        if (ended is null) return why!;
        var now = (await call.ClustersAsync()).FirstOrDefault(v => v.Topology.Cluster == view.Topology.Cluster) ?? view;
        var (says, told) = (ended.Recovery.Outcome!.Says, new LegacyRecovery(ended, now, call.Api));
        return ended.Recovery.Outcome.IsSuccess
            ? LegacyAnswer.Ok(says, told.Write)
            : LegacyAnswer.Error(says, told.Write);
    }

    private static async Task<(StoredRecovery? Ended, LegacyAnswer? Wrong)> FailOverAsync(
        LegacyCall call, ClusterId cluster, string host, string port)
    {
        var (to, wrong) = await NamedAsync(call, host, port);
        var path = call.Http.Request.Path.Value!.TrimStart('/').Split('/')[1];
        return wrong is null
            ? await EndAsync(call, "failover", 
                [("cluster", cluster.Value), ("because", $"asked for by {path}"), .. Hookless(call, path), .. to])
            : (null, wrong);
    }

    private static (string, string)[] Hookless(LegacyCall call, string path = "") =>
        call.IsTrue("skipProcesses") || path == "recover-lite" ? [(PlanOperation.SkipsHooks, "true")] : [];

    // The successor that stands in the path; none where it does not.
    private static async Task<((string, string)[] To, LegacyAnswer? Wrong)> NamedAsync(
        LegacyCall call, string host, string port)
    {
        if (!call.Has(host)) return ([], null);
        var (server, wrong) = await call.ServerAsync(host, port);
        return server is null ? ([], wrong) : ([("to", server.Key.ToString())], null);
    }

    /// <summary>Starts a plan and waits for its end; null after the answer that says why there is none.</summary>
    public static async Task<(StoredRecovery? Ended, LegacyAnswer? Wrong)> EndAsync(
        LegacyCall call, string operation, params (string Name, string Text)[] texts)
    {
        var plan = (PlanOperation)Operations.All.Single(o => o.Name == operation);
        var (given, wrong) = await LegacyActs.ReadAsync(call, plan, "", texts);
        if (given is null) return (null, LegacyActs.Refused(wrong!));
        if (LegacyActs.WhyNot(call, plan, given) is { } powerless) return (null, powerless);
        if (call.IsTrue(DryRun)) return (null, await RehearseAsync(call, plan.Ask(given)));
        if (call.Http.Features.Get<IRecoveryDriver>() is not { } driver)
            return (null, LegacyAnswer.Error("nothing here runs recoveries"));
        var (id, refusal) = await driver.StartAsync(plan.Ask(given), call.Cancel);
        return refusal is null
            ? await WaitAsync(call, id, plan.Ask(given).Cluster)
            : (null, LegacyAnswer.Error(refusal.Says));
    }

    private static async Task<(StoredRecovery? Ended, LegacyAnswer? Wrong)> WaitAsync(
        LegacyCall call, string id, ClusterId cluster)
    {
        var (began, pause) = (call.Api.Time.GetTimestamp(), LookFirst);
        while (call.Api.Time.GetElapsedTime(began) < Longest)
        {
            if (await call.Api.Recoveries.ReadAsync(id, call.Cancel, cluster) is { Recovery.IsEnded: true } ended)
                return (ended, null);
            await Task.Delay(pause, call.Api.Time, call.Cancel);
            pause = pause < LookAgain ? 2 * pause : LookAgain;
        }
        return (null, LegacyAnswer.Error(
            $"recovery {id} has not ended within {Longest.TotalSeconds:0} s and goes on; see audit-recovery/uid/{id}")
            with { IsUnderWay = true });
    }

    private static async Task<LegacyAnswer> RehearseAsync(LegacyCall call, OperationRequest request)
    {
        var (plan, topology) = await call.Api.Plans.PlanAsync(request, call.Cancel);
        if (plan is null || topology is null)
            return LegacyAnswer.Error($"cluster {request.Cluster} has no single primary");
        var rehearsed = RehearsedPlan.Of(plan, topology, call.Api.Steps);
        return LegacyAnswer.Ok(
            "Rehearsal: nothing was changed", json => JsonSerializer.Serialize(json, rehearsed, CoreJson.Options));
    }

    /// <summary>Whether an operation can be told something.</summary>
    public static bool Takes(string operation, string argument) =>
        Operations.All.Single(o => o.Name == operation).Arguments.Any(a => a.Name == argument);

    /// <summary>A refusal of what has no plan to be read before; null when it is meant.</summary>
    public static LegacyAnswer? WhyNoDryRun(LegacyCall call) => call.IsTrue(DryRun)
        ? LegacyAnswer.Error("dryRun: this is done at once and has no plan to show; nothing was changed")
        : null;
}
