using System.Collections.Immutable;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// Rows of a cluster: one named <c>cluster</c> and one for each member. Every method that makes a row makes one to be
/// merged into what is stored.
/// </summary>
internal sealed class TopologyRows(ILogger log)
{
    public const string ClusterKey = "cluster";

    private const string MemberKey = "member!";
    private const string Alias = "Alias";
    private const string DowntimeColumn = "Downtime";
    private const string LastSeen = "LastSeen";
    private const string LastSeenAt = "LastSeenAt";
    private const string LastFailure = "LastFailure";
    private const string LastFailureKind = "LastFailureKind";
    private const string FailingMilliseconds = "FailingMilliseconds";
    private const string Rule = "PromotionRule";
    private const string RuleUntil = "PromotionRuleUntil";
    private const string Owes = "Owes";
    private const string OtherNames = "OtherNames";
    private const string TagsColumn = "Tags";
    private const string MaintenanceColumn = "Maintenance";

    // A merge leaves a column that is not named as it was, so that a rule that stays is written with an end, too.
    private static readonly DateTimeOffset NoEnd = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string PartitionOf(ClusterId cluster) => RowKeys.Escape(cluster.Value);

    public static string KeyOf(InstanceKey member) => MemberKey + RowKeys.Escape(member.ToString());

    public static TableEntity Named(ClusterId cluster, string alias)
    {
        var row = Columns.Row(PartitionOf(cluster), ClusterKey);
        if (alias.Length > 0) row[Alias] = alias;
        return row;
    }

    /// <summary>
    /// What was seen of a member. Where that is more than a row holds the failure says so instead, and what an earlier
    /// sighting left stays: the rest of the cluster is stored all the same.
    /// </summary>
    public static TableEntity Seen(ClusterId cluster, StoredMember member)
    {
        try
        {
            return RowOf(cluster, member);
        }
        catch (StorageLimitException e)
        {
            var says = "it was seen, and what is known of it is more than a row of storage holds, "
                + $"because of its GTID sets: {e.Message}";
            return RowOf(cluster, member with
            {
                LastSeen = null, LastFailure = says, LastFailureKind = ProbeFailureKind.OwnError,
            });
        }
    }

    private static TableEntity RowOf(ClusterId cluster, StoredMember member)
    {
        var row = Columns.Row(PartitionOf(cluster), KeyOf(member.Key));
        row[LastFailure] = member.LastFailure;
        row[LastFailureKind] = member.LastFailureKind.ToString();
        row[FailingMilliseconds] = (long)member.FailingFor.TotalMilliseconds;
        if (member.LastSeenAt is { } at) row[LastSeenAt] = at;
        if (member.OtherNames.Length > 0) row[OtherNames] = string.Join(',', member.OtherNames);
        return member.LastSeen is null ? row : row.WithJson(LastSeen, member.LastSeen);
    }

    public static TableEntity Downtimed(ClusterId cluster, InstanceKey? member, Downtime? downtime)
    {
        var row = Columns.Row(PartitionOf(cluster), member is null ? ClusterKey : KeyOf(member));
        return downtime is null ? row.WithLongText(DowntimeColumn, "") : row.WithJson(DowntimeColumn, downtime);
    }

    /// <summary>An empty alias takes the stored one back.</summary>
    public static TableEntity Renamed(ClusterId cluster, string alias) =>
        new(Columns.Row(PartitionOf(cluster), ClusterKey)) { [Alias] = alias };

    public static TableEntity Ruled(ClusterId cluster, InstanceKey member, PromotionRule rule, DateTimeOffset? until) =>
        new(Columns.Row(PartitionOf(cluster), KeyOf(member)))
        {
            [Rule] = rule.ToString(), [RuleUntil] = until ?? NoEnd,
        };

    public static TableEntity Tagged(
        ClusterId cluster, InstanceKey member, ImmutableSortedDictionary<string, string> tags) =>
        Columns.Row(PartitionOf(cluster), KeyOf(member)).WithJson(TagsColumn, tags);

    public static TableEntity Maintained(ClusterId cluster, InstanceKey member, Maintenance? maintenance)
    {
        var row = Columns.Row(PartitionOf(cluster), KeyOf(member));
        return maintenance is null
            ? row.WithLongText(MaintenanceColumn, "")
            : row.WithJson(MaintenanceColumn, maintenance);
    }

    public static TableEntity Owing(ClusterId cluster, bool owes) =>
        new(Columns.Row(PartitionOf(cluster), ClusterKey)) { [Owes] = owes };

    /// <summary>Whether the cluster's ledger has anything in it that somebody has to see to.</summary>
    public static bool IsOwing(IReadOnlyList<TableEntity> rows) =>
        rows.FirstOrDefault(r => r.RowKey == ClusterKey)?.Flag(Owes) ?? false;

    /// <summary>Null, and logged, when the partition is no cluster.</summary>
    public StoredCluster? Read(IReadOnlyList<TableEntity> rows)
    {
        try
        {
            var named = rows.FirstOrDefault(r => r.RowKey == ClusterKey);
            var members = rows.Where(r => r.RowKey.StartsWith(MemberKey, StringComparison.Ordinal)).Select(ReadMember)
                .OfType<StoredMember>();
            return new StoredCluster(
                new ClusterId(RowKeys.Unescape(rows[0].PartitionKey)), named?.Text(Alias) ?? "",
                named is null ? null : ReadDowntime(named),
                [.. members.OrderBy(m => m.Key)]);
        }
        catch (FormatException e)
        {
            log.UnreadableRow(rows[0], e.Message);
            return null;
        }
    }

    private StoredMember? ReadMember(TableEntity row)
    {
        try
        {
            var key = InstanceKey.Parse(RowKeys.Unescape(row.RowKey[MemberKey.Length..]));
            row.TryJson<Instance>(LastSeen, log, out var seen);
            return new StoredMember(
                key, seen, row.Instant(LastSeenAt), ReadRule(row), ReadDowntime(row), row.Text(LastFailure),
                ReadKind(row), TimeSpan.FromMilliseconds(Math.Max(0, row.Number(FailingMilliseconds) ?? 0)))
            {
                OtherNames = ReadNames(row), Tags = ReadTags(row), Maintenance = ReadMaintenance(row),
                PromotionRuleUntil = row.Instant(RuleUntil) is { } until && until < NoEnd ? until : null,
            };
        }
        catch (FormatException e)
        {
            log.UnreadableRow(row, e.Message);
            return null;
        }
    }

    private static ImmutableArray<InstanceKey> ReadNames(TableEntity row) =>
        [.. row.Text(OtherNames).Split(',').Select(InstanceKey.Stored).OfType<InstanceKey>()];

    public Maintenance? ReadMaintenance(TableEntity row) =>
        row.TryJson<Maintenance>(MaintenanceColumn, log, out var maintenance) ? maintenance : null;

    public ImmutableSortedDictionary<string, string> ReadTags(TableEntity row) =>
        row.TryJson<Dictionary<string, string>>(TagsColumn, log, out var tags) ? Tag.None.SetItems(tags) : Tag.None;

    // A kind this version does not know is no evidence of anything.
    private static ProbeFailureKind ReadKind(TableEntity row) =>
        Enum.TryParse<ProbeFailureKind>(row.Text(LastFailureKind), out var kind) && Enum.IsDefined(kind)
            ? kind
            : ProbeFailureKind.Other;

    // A rule this version does not know forbids rather than allows.
    private PromotionRule ReadRule(TableEntity row)
    {
        var text = row.Text(Rule);
        if (text.Length == 0) return PromotionRule.Neutral;
        if (Enum.TryParse<PromotionRule>(text, out var rule) && Enum.IsDefined(rule)) return rule;
        log.UnreadableRow(row, $"promotion rule '{text}' is unknown and taken for {PromotionRule.MustNot}");
        return PromotionRule.MustNot;
    }

    private Downtime? ReadDowntime(TableEntity row) =>
        row.TryJson<Downtime>(DowntimeColumn, log, out var downtime) ? downtime : null;
}
