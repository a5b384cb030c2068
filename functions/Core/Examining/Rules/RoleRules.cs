using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>Whether a server does what its role asks, and nothing beside it.</summary>
internal static class RoleRules
{
    public static ImmutableArray<ExaminationRule<ExaminedServer>> Rows { get; } =
    [
        new(WritableReplica, Severe,
            "a replica accepts writes: what is written there is nowhere else, and would keep it from being promoted",
            s => s.When(s.IsReplica && s.Now.AcceptsWrites, "it is a replica and accepts writes",
                () => Receives(s) ? Close(s) : [Fix.Advice(WhoWrites)])),
        new(SuperReadOnlyOff, Warning, "a replica is read-only and lets privileged accounts write",
            s => s.When(
                s.IsReplica && s.Now is { ReadOnly: true, SuperReadOnly: false } && Words(s).HasSuperReadOnly,
                "read_only is ON and super_read_only is OFF: privileged accounts can write", () => Close(s))),
        new(OfflineMode, Severe, "a server is in offline mode: it lets neither clients nor replicas in",
            s => s.When(s.Now.OfflineMode && (!s.IsReplica || s.MayBePromoted),
                "offline_mode is ON: it lets neither clients nor replicas in", () => [Online(s)])),
        new(EventsNotRunning, Warning, "scheduled events of the primary do not run",
            s => LinkRules.Found(s, AnalysisCode.EventsNotRunning).Select(a => s.Seen(
                Events(a), [.. Enable(s)]))),
        new(EventsOnReplica, Warning, "a replica runs scheduled events: what they write is its own, or they fail",
            s => LinkRules.Found(s, AnalysisCode.EventsOnReplica).Select(a => s.Seen(
                Events(a), [.. Disable(s)]))),
    ];

    private const string WhoWrites = "find out first which server is the writer: it receives nothing from its source, "
        + "and a person may have promoted it; then close the other one";

    private static ServerStatements Words(ExaminedServer s) => new(s.Now);

    private static bool Receives(ExaminedServer s) => s.Links.Any(l => l.Receiver == ReplicationThread.Running);

    // One that follows nobody and accepts writes was isolated by somebody, who may know why.
    private static Fix Online(ExaminedServer s) => s.IsReplica || s.IsPrimary || !s.Now.AcceptsWrites
        ? Words(s).Run("SET GLOBAL offline_mode=OFF")
        : Fix.Advice($"let it be: it accepts writes and is not the primary; orchestrator close {s.Key} comes first");

    private static IEnumerable<Fix> Close(ExaminedServer s)
    {
        var setting = Words(s).HasSuperReadOnly ? "super_read_only=ON" : "read_only=ON";
        yield return Words(s).Run($"SET GLOBAL {setting}");
        yield return Words(s).File(setting);
    }

    private static string Events(Analysis analysis) => string.Join("; ", analysis.Because.Skip(1));

    private static IEnumerable<Fix> Enable(ExaminedServer s)
    {
        if (s.Now.Events is not { } events) yield break;
        if (events.Scheduler != EventScheduler.On)
        {
            yield return Words(s).Run("SET GLOBAL event_scheduler=ON");
            yield return Words(s).File("event_scheduler=ON");
        }
        foreach (var name in events.ReplicaSide.Names)
            yield return Words(s).Run($"ALTER DEFINER={Definer} EVENT {name} ENABLE");
    }

    private static IEnumerable<Fix> Disable(ExaminedServer s) => s.Now.Events is { } events
        ? events.Running.Names.Select(name => Words(s).Alone(
            $"ALTER DEFINER={Definer} EVENT {name} DISABLE ON {Words(s).EventSide}"))
        : [];

    // Without it the event would belong to whoever changes it.
    private const string Definer = "(its DEFINER in information_schema.EVENTS)";
}
