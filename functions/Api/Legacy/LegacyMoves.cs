using System.Collections.Immutable;
using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Flow.Ports;
using static OrchestratorFunctions.Api.Legacy.LegacyRoute;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// Moves of several servers by orchestrator's names. As there, it is done when one of them was moved, and the message
/// says which were not.
/// </summary>
internal static class LegacyMoves
{
    private const string Key = "{host}/{port}", Below = "{host}/{port}/{belowHost}/{belowPort}";

    public static ImmutableArray<LegacyRoute> All { get; } =
    [
        Operate($"relocate-replicas/{Below}", BelowAsync),
        Operate($"move-replicas-gtid/{Below}", BelowAsync),
        Operate($"move-up-replicas/{Key}", UpAsync),
        Operate($"repoint-replicas/{Key}", call => ManyAsync(call, "repoint-replicas", s => (s, null))),
        Operate($"regroup-replicas/{Key}", RegroupAsync),
        Operate($"regroup-replicas-gtid/{Key}", RegroupAsync),
        Operate($"take-siblings/{Key}", TakeSiblingsAsync),
        Operate($"take-master/{Key}", TakeSourceAsync),
    ];

    private static async Task<LegacyAnswer> BelowAsync(LegacyCall call)
    {
        var (to, wrong) = await call.ServerAsync("belowHost", "belowPort");
        return to is null ? wrong! : await ManyAsync(call, "relocate-replicas", s => (s, to.Key));
    }

    private static async Task<LegacyAnswer> UpAsync(LegacyCall call)
    {
        var (server, wrong) = await SeenAsync(call);
        if (server is null) return wrong!;
        return SourceOf(server) is { } above
            ? await ManyAsync(call, "relocate-replicas", s => (s, above))
            : LegacyAnswer.Error($"instance is not a replica: {server.Key}");
    }

    // The list of those that were moved.
    private static async Task<LegacyAnswer> ManyAsync(
        LegacyCall call, string operation, Func<InstanceKey, (InstanceKey Subject, InstanceKey? Target)> of)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        var (subject, target) = of(server.Key);
        var (ended, why) = await EndAsync(call, operation, subject, target);
        if (ended is null) return why!;
        var seen = await call.LookAtAsync(server);
        var moved = MovedBy(ended.Recovery).Select(m => seen.Topology[m.Key]).OfType<Member>().ToArray();
        return LegacyAnswer.Ok(ended.Recovery.Outcome!.Says, json =>
        {
            json.WriteStartArray();
            foreach (var member in moved) LegacyInstance.Write(json, new LegacyServer(member, seen.View), call.Api);
            json.WriteEndArray();
        });
    }

    // The server that the others follow now; alone it is the only one there is.
    private static async Task<LegacyAnswer> RegroupAsync(LegacyCall call)
    {
        var (server, wrong) = await SeenAsync(call);
        if (server is null) return wrong!;
        var (ended, why) = await EndAsync(call, "relocate-replicas", server.Key, null);
        if (ended is null) return why!;
        var chosen = MovedBy(ended.Recovery).FirstOrDefault()?.Target
            ?? server.Topology.ReplicasOf(server.Key).FirstOrDefault()?.Key;
        return LegacyAnswer.Ok(ended.Recovery.Outcome!.Says, json =>
        {
            if (chosen is null) json.WriteNullValue();
            else json.WriteKeyValue(chosen);
        });
    }

    private static async Task<LegacyAnswer> TakeSiblingsAsync(LegacyCall call)
    {
        var (server, wrong) = await SeenAsync(call);
        if (server is null) return wrong!;
        if (SourceOf(server) is not { } source) return LegacyAnswer.Error($"instance is not a replica: {server.Key}");
        var (ended, why) = await EndAsync(call, "relocate-replicas", source, server.Key);
        return ended is null ? why! : await OfServerAsync(call, server, ended.Recovery);
    }

    private static async Task<LegacyAnswer> TakeSourceAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        if (server is null) return wrong!;
        var (ended, why) = await EndAsync(call, "take-source", server.Key, null);
        if (ended is null) return why!;
        return ended.Recovery.Outcome is { IsSuccess: true }
            ? await OfServerAsync(call, server, ended.Recovery)
            : LegacyAnswer.Error(ended.Recovery.Outcome!.Says);
    }

    private static async Task<LegacyAnswer> OfServerAsync(LegacyCall call, LegacyServer server, Recovery recovery)
    {
        var seen = await call.LookAtAsync(server);
        return LegacyAnswer.Ok(recovery.Outcome!.Says, json => LegacyInstance.Write(json, seen, call.Api));
    }

    private static async Task<(StoredRecovery? Ended, LegacyAnswer? Wrong)> EndAsync(
        LegacyCall call, string operation, InstanceKey subject, InstanceKey? target)
    {
        var pattern = call.Query("pattern");
        var isTaken = pattern.Length > 0 && LegacyPlans.Takes(operation, "pattern");
        (string, string)[] some = isTaken ? [("pattern", pattern)] : [];
        (string, string)[] to = target is null ? [] : [("below", target.ToString())];
        var (ended, why) = await LegacyPlans.EndAsync(
            call, operation, [("instance", subject.ToString()), .. to, .. some]);
        if (ended is null) return (null, why);
        var outcome = ended.Recovery.Outcome!;
        return outcome.IsSuccess || outcome is RecoveryOutcome.Moved { Count: > 0 }
            ? (ended, null)
            : (null, LegacyAnswer.Error(outcome.Says));
    }

    private static IEnumerable<PlannedMove> MovedBy(Recovery recovery)
    {
        var moves = recovery.Stages.FirstOrDefault()?.Stage.Moves ?? default;
        var left = recovery.Outcome is RecoveryOutcome.Moved moved ? moved.Left : [];
        return moves.IsDefault ? [] : moves.Where(m => left.All(l => l.Key != m.Key));
    }

    private static async Task<(LegacyServer? Server, LegacyAnswer? Wrong)> SeenAsync(LegacyCall call)
    {
        var (server, wrong) = await call.ServerAsync();
        return server is null ? (null, wrong) : (await call.LookAtAsync(server), null);
    }

    private static InstanceKey? SourceOf(LegacyServer server) =>
        server.Topology.SourcesOf(server.Member).FirstOrDefault()?.Key;
}
