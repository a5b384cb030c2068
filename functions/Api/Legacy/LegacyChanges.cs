using System.Collections.Immutable;
using System.Text.Json;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Operating;
using static OrchestratorFunctions.Api.Legacy.LegacyRoute;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>Changes of one server by orchestrator's names; each is a plan of ours, whose end is waited for.</summary>
internal static class LegacyChanges
{
    private const string Key = "{host}/{port}";

    private static readonly (string Name, string Text) True = ("force", "true");

    public static ImmutableArray<LegacyRoute> All { get; } =
    [
        Of("start-replica", "start-replication"),
        Of("stop-replica", "stop-replication"),
        Of("stop-replica-nice", "stop-replication", ("apply-first", "true")),
        Of("restart-replica", "restart-replication"),
        Exact("reset-replica", "forget-source"),
        Of("detach-replica", "detach"),
        Of("detach-replica-master-host", "detach"),
        Of("reattach-replica", "reattach"),
        Of("reattach-replica-master-host", "reattach"),
        Of("enable-gtid", "use-gtid"),
        Of("disable-gtid", "use-file-position"),
        Exact("skip-query", "skip-transaction"),
        Of("set-read-only", "close"),
        Of("enable-semi-sync-master", "semi-sync", ("waits", "true")),
        Of("disable-semi-sync-master", "semi-sync", ("waits", "false")),
        Of("enable-semi-sync-replica", "semi-sync", ("acknowledges", "true")),
        Of("disable-semi-sync-replica", "semi-sync", ("acknowledges", "false")),
        Exact("gtid-errant-reset-master", "forget-errant"),
        Of("gtid-errant-inject-empty", "commit-errant"),
        Of("flush-binary-logs", "flush-binary-logs"),
        Of("change-master-credentials", "replication-account"),
        Act($"set-writeable/{Key}", OpenAsync),
        Act($"purge-binary-logs/{Key}/{{logFile}}", call =>
            ChangeAsync(call, "purge-binary-logs", isExact: true, ("before", call.Text("logFile")))),
        Act($"kill-query/{Key}/{{process}}", call =>
            ChangeAsync(call, "kill-query", isExact: true, ("session", call.Text("process")))),
        Operate($"delay-replication/{Key}/{{seconds}}", DelayAsync),
        Ask($"restart-replica-statements/{Key}", StatementsAsync),
        Ask($"locate-gtid-errant/{Key}", LocateAsync),
    ];

    private static LegacyRoute Of(string name, string operation, params (string Name, string Text)[] texts) =>
        Act($"{name}/{Key}", operation, call => ChangeAsync(call, operation, isExact: false, texts));

    // What cannot be undone asks for a whole name.
    private static LegacyRoute Exact(string name, string operation) =>
        Act($"{name}/{Key}", operation, call => ChangeAsync(call, operation, isExact: true));

    private static async Task<LegacyAnswer> ChangeAsync(
        LegacyCall call, string operation, bool isExact, params (string Name, string Text)[] texts)
    {
        var (server, wrong) = await call.ServerAsync(isExact: isExact);
        if (server is null) return wrong!;
        var (says, why) = await EndAsync(call, server, operation, texts);
        if (says is null) return why!;
        var seen = await call.LookAtAsync(server);
        return LegacyAnswer.Ok(says, json => LegacyInstance.Write(json, seen, call.Api));
    }

    private static async Task<(string? Says, LegacyAnswer? Wrong)> EndAsync(
        LegacyCall call, LegacyServer server, string operation, (string Name, string Text)[] texts)
    {
        (string, string)[] forced = call.IsTrue("force") && LegacyPlans.Takes(operation, True.Name) ? [True] : [];
        var (ended, why) = await LegacyPlans.EndAsync(
            call, operation, [("instance", server.Key.ToString()), .. texts, .. forced]);
        if (ended is null) return (null, why);
        var outcome = ended.Recovery.Outcome!;
        return outcome.IsSuccess ? (outcome.Says, null) : (null, LegacyAnswer.Error(outcome.Says));
    }

    // The seconds are the answer, as the client prints it.
    private static async Task<LegacyAnswer> DelayAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        if (!int.TryParse(call.Text("seconds"), out var seconds) || seconds < 0)
            return LegacyAnswer.Error($"seconds '{call.Text("seconds")}': expected a whole number, 0 or more");
        var (says, why) = await EndAsync(call, server, "delay", [("by", $"{seconds}s")]);
        return says is null ? why! : LegacyAnswer.Ok(says, json => json.WriteNumberValue(seconds));
    }

    // Only the primary is opened: another one would be a second writer.
    private static async Task<LegacyAnswer> OpenAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        var (ended, why) = await LegacyPlans.EndAsync(
            call, "open", ("cluster", server.Topology.Cluster.Value), ("server", server.Key.ToString()),
            ("because", "asked for by set-writeable"));
        if (ended is null) return why!;
        if (ended.Recovery.Outcome is not { IsSuccess: true } outcome)
            return LegacyAnswer.Error(ended.Recovery.Outcome!.Says);
        var seen = await call.LookAtAsync(server);
        return LegacyAnswer.Ok(outcome.Says, json => LegacyInstance.Write(json, seen, call.Api));
    }

    private static async Task<LegacyAnswer> LocateAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        var answer = await call.Api.Verbs.Logs.LocateAsync(server.Key.ToString(), call.Cancel);
        if (answer.Refusal is { } refusal) return LegacyAnswer.Error(refusal.Says);
        return answer.Value is LoneTransactions { Files: { IsEmpty: false } files }
            ? LegacyAnswer.Ok(
                "located errant GTID", json => JsonSerializer.Serialize(json, files.Select(f => f.File)))
            : LegacyAnswer.Error(string.Join("; ", answer.Remarks.Prepend(answer.Says)));
    }

    // What stops the threads that run and starts them again, around a statement of the caller's. Nothing is sent.
    private static async Task<LegacyAnswer> StatementsAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        server = await call.LookAtAsync(server);
        if (server.Member.Current?.Link is not { } link)
            return LegacyAnswer.Error($"instance is not a replica: {server.Key}");
        var threads = StartReplication.Running(link);
        var target = LinkTarget.Of(server.Member, link);
        var stop = new StopReplication(target) { Threads = threads };
        var stopped = stop.Effect(server.Topology);
        string[] between = call.Query("q") is { Length: > 0 } statement ? [statement] : [];
        string[] all = threads == ReplicationThreads.Neither ? between :
        [
            .. call.Api.Steps.Preview(stop, server.Topology), .. between,
            .. call.Api.Steps.Preview(new StartReplication(target) { Threads = threads }, stopped),
        ];
        return LegacyAnswer.Ok("", json => JsonSerializer.Serialize(json, all));
    }
}
