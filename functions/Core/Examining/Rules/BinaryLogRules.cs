using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>What a server writes down for those that follow it, or would follow it.</summary>
internal static class BinaryLogRules
{
    private const string OffMeans = "a server has no binary log: nobody can follow it, and a replica is never promoted";

    public static ImmutableArray<ExaminationRule<ExaminedServer>> Rows { get; } =
    [
        new(BinaryLogOff, Severe, OffMeans,
            s => s.When(s.IsPrimary && !s.Now.BinaryLog.Enabled, "log_bin is OFF: nobody can follow it",
                () => [Words(s).File("log_bin")])),
        new(BinaryLogOff, Warning, OffMeans,
            s => s.When(!s.IsPrimary && s.MayBePromoted && !s.Now.BinaryLog.Enabled,
                "log_bin is OFF: it is never promoted", () => [Words(s).File("log_bin"), MustNot(s)])),
        new(ReplicaUpdatesNotLogged, Warning,
            "a replica does not log what it replicates, so it is never promoted and nobody can follow it",
            s => s.When(IsDeadEnd(s),
                $"{Words(s).LogsUpdates} is OFF: it is never promoted",
                () => [Words(s).File($"{Words(s).LogsUpdates}=ON"), MustNot(s)])),
        new(BinaryLogFormatSmaller, Warning, "a replica would have to log in a smaller format what its source logs",
            s => s.Topology.SourcesOf(s.Member).Where(source => LogsSmaller(s, source)).Select(source => s.Seen(
                $"binlog_format is {s.Now.BinaryLog.Format}, and {source.Key} logs in "
                + $"{source.Current!.BinaryLog.Format}",
                [.. Words(s).Set("binlog_format", source.Current.BinaryLog.Format), Again(s)]))),
        new(BinaryLogFiltered, Warning,
            "a replica leaves databases out of its binary log that the primary logs, so it is never promoted",
            Filtered),
    ];

    private static ServerStatements Words(ExaminedServer s) => new(s.Now);

    private static bool IsDeadEnd(ExaminedServer s) =>
        s.IsReplica && s.MayBePromoted && s.Now.BinaryLog is { Enabled: true, LogsReplicaUpdates: false };

    // An applier takes up the format when it starts.
    private static Fix Again(ExaminedServer s) =>
        Words(s).Run(s.Links.SelectMany(l => Words(s).Restart(l, ServerStatements.Applier)));

    private static Fix MustNot(ExaminedServer s) => Fix.Advice(
        $"or, where it is meant so: orchestrator promotion-rule {s.Key} must_not");

    private static bool LogsSmaller(ExaminedServer s, Member source) =>
        source.Current is { } leader && CanFollow.LogsSmaller(s.Now, leader);

    private static IEnumerable<Observation> Filtered(ExaminedServer s) => s.When(
        s.IsReplica && s.MayBePromoted && s.Knows(InstanceParts.BinaryLogPosition)
            && s.Now.BinaryLog.LeavesOutMoreThan(s.Topology.Primary?.Current?.BinaryLog),
        $"it leaves databases out of its binary log that the primary logs: {s.Now.BinaryLog.Filters}",
        () =>
        [
            Words(s).File("no binlog_do_db and binlog_ignore_db lines but those of the primary"),
            Fix.Advice($"what {s.Key} has logged until then lacks those databases: who needs it takes a new copy"),
            MustNot(s),
        ]);
}
