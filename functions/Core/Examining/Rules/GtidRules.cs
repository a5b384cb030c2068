using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>GTIDs: with them a replica finds its place below another source. Manual: "GTID Auto-Positioning".</summary>
internal static class GtidRules
{
    public static ImmutableArray<ExaminationRule<ExaminedServer>> Rows { get; } =
    [
        new(GtidOff, Severe, "gtid_mode is not ON, so a replica cannot find its place below another source",
            s => s.When(!s.Now.Gtid.Enabled, "gtid_mode is not ON", () => TurnOn(s.Now))),
        new(AutoPositionOff, Severe, "a replica does not find its place by GTID, so it is never promoted",
            s => s.Links.Where(l => !l.AutoPosition && s.Now.Gtid.Enabled).Select(l => s.Seen(
                $"it follows {l.Source} by file and position", Fix.Command($"use-gtid {s.Key}")))),
        new(FindingCode.ErrantTransactions, Severe,
            "a replica has transactions that the primary lacks, so it is never promoted", OfErrant),
    ];

    // On every server of a cluster the first step, then on every one the second, and so on. Manual: "Enabling GTID
    // Transactions Online".
    private static IEnumerable<Fix> TurnOn(Instance server)
    {
        var sql = new ServerStatements(server);
        yield return Fix.Advice("take each step on every server of the cluster before the next one");
        foreach (var fix in sql.Set("enforce_gtid_consistency", "ON")) yield return fix;
        yield return sql.Run("SET GLOBAL gtid_mode=OFF_PERMISSIVE");
        yield return sql.Run("SET GLOBAL gtid_mode=ON_PERMISSIVE");
        yield return Fix.Advice("wait until ONGOING_ANONYMOUS_TRANSACTION_COUNT (SHOW GLOBAL STATUS) is 0 everywhere");
        foreach (var fix in sql.Set("gtid_mode", "ON")) yield return fix;
    }

    private static IEnumerable<Observation> OfErrant(ExaminedServer s)
    {
        if (!s.IsReplica || s.Topology.Primary is not { IsSeen: true } primary) return [];
        var seen = s.Topology.Members.Where(m => m.IsSeen && m.Key != primary.Key).ToArray();
        var errant = Planning.Judging.ErrantTransactions.Below(s.Topology, s.Member, primary, seen);
        return s.When(!errant.IsEmpty, $"it has {errant}, which {primary.Key} lacks", () => Remove(s, errant));
    }

    private static IEnumerable<Fix> Remove(ExaminedServer s, GtidPosition errant) => errant is GtidSet
        ?
        [
            Fix.Advice("find out what they did; then one of these two"),
            Fix.Command($"commit-errant {s.Key}"), Fix.Command($"forget-errant {s.Key}"),
        ]
        : [Fix.Advice("find out what they did; then a new copy of the data of its source")];
}
