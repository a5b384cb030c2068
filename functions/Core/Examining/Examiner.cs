using System.Collections.Immutable;
using OrchestratorFunctions.Core.Examining.Rules;

namespace OrchestratorFunctions.Core.Examining;

/// <summary>
/// Holds clusters and an installation against what docs/operations.md asks for. Pure: the same picture always gives the
/// same findings. A rule says nothing of what nobody looked at; that stands under what was not checked.
/// </summary>
public static class Examiner
{
    private static readonly ImmutableArray<ExaminationRule<ExaminedServer>> OfServers =
    [
        .. SightRules.OfServer, .. RightsRules.Rows, .. GtidRules.Rows, .. BinaryLogRules.Rows, .. SemiSyncRules.Rows,
        .. RelayLogRules.Rows, .. LinkRules.Rows, .. IdentityRules.Rows, .. RoleRules.Rows,
    ];

    private static readonly ImmutableArray<ExaminationRule<ExaminedCluster>> OfClusters =
        [.. SightRules.Rows, .. ClusterRules.Rows, .. GateRules.Rows];

    /// <summary>Every code with its severities, in the order of their names in <see cref="FindingCode"/>.</summary>
    public static ImmutableArray<DescribedCode> Codes { get; } =
    [
        .. Described(OfServers).Concat(Described(OfClusters)).Concat(Described(ProcessRules.Rows))
            .GroupBy(row => row.Code).OrderBy(rows => rows.Key)
            .Select(rows => new DescribedCode(
                rows.Key, [.. rows.Select(r => r.Severity).Distinct().OrderDescending()], rows.First().Means)),
    ];

    public static Examination Examine(ExaminedCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var servers = cluster.Servers.ToArray();
        var found = OfClusters.SelectMany(rule => rule.Find(cluster))
            .Concat(OfServers.SelectMany(rule => servers.SelectMany(rule.Find)));
        return new(Sorted(found), Unexamined.Of(cluster));
    }

    public static Examination Examine(ExaminedProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return new(Sorted(ProcessRules.Rows.SelectMany(rule => rule.Find(process))), process.NotChecked);
    }

    private static IEnumerable<(FindingCode Code, FindingSeverity Severity, string Means)> Described<T>(
        IEnumerable<ExaminationRule<T>> rows) => rows.Select(r => (r.Code, r.Severity, r.Means));

    private static ImmutableArray<Finding> Sorted(IEnumerable<Finding> found) =>
    [
        .. found.OrderByDescending(f => f.Severity)
            .ThenBy(f => f.Subject, StringComparer.Ordinal).ThenBy(f => f.Code),
    ];
}
