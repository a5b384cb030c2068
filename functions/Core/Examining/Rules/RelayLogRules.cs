using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>
/// Whether a replica that acknowledges still has what it acknowledged after a restart. Manual: "Replica Server Options
/// and Variables".
/// </summary>
internal static class RelayLogRules
{
    public static ImmutableArray<ExaminationRule<ExaminedServer>> Rows { get; } =
    [
        // MariaDB gives it up whatever is set.
        new(RelayLogGivenUp, Warning,
            "a replica that acknowledges gives up, at a restart, what it has not applied yet",
            s => s.When(Acknowledges(s) && s.Now is { RelayLog.RecoversAtStart: true, Version.IsMariaDb: false },
                "it acknowledges, and relay_log_recovery is ON: at a restart it gives up what it has not applied",
                () => [new ServerStatements(s.Now).File("relay_log_recovery=OFF")])),
        new(RelayLogNotSynced, Warning,
            "a replica that acknowledges has not all of it on disk: a failure of its machine may lose it",
            s => s.When(Acknowledges(s) && s.Now.RelayLog is { SyncEvery: not 1 },
                $"it acknowledges, and sync_relay_log is {s.Now.RelayLog?.SyncEvery}",
                () => new ServerStatements(s.Now).Set("sync_relay_log", "1"))),
    ];

    private static bool Acknowledges(ExaminedServer s) => s.Now.IsReplica && SemiSyncRule.Acknowledges(s.Now)
        && s.Knows(InstanceParts.SemiSync | InstanceParts.RelayLog);
}
