using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>Answers of a server → <see cref="Instance"/>. Pure.</summary>
internal static class InstanceMapping
{
    /// <param name="gtids">Reads GTID texts; a caller that remembers them saves parsing the same text every
    /// second.</param>
    public static Instance Map(
        InstanceKey key, IReadOnlyDictionary<ProbePart, QueryResult> answers, Func<string, bool,
        GtidPosition>? gtids = null)
    {
        gtids ??= ReadGtids;
        var row = Part(answers, ProbePart.Variables).First ?? throw new FormatException("the server gave no variables");
        var version = ServerVersion.Parse(row.Text("version"), row.Text("version_comment"));
        var superReadOnly = row.Flag("super_read_only");
        var binaryLog = ReadBinaryLog(row, Part(answers, ProbePart.BinaryLog));
        return new Instance
        {
            Key = key,
            ServerUuid = row.Has("server_uuid") ? row.Text("server_uuid").ToLowerInvariant() : null,
            ServerId = (uint)(row.Number("server_id") ?? 0),
            Installation = row.Has("datadir")
                ? $"{row.Text("hostname")}:{row.Text("port")} {row.Text("datadir")}"
                : null,
            Version = version,
            // super_read_only stands before read_only while it waits for commits to end, and blocks writes already
            // then.
            ReadOnly = row.Flag("read_only") || superReadOnly,
            SuperReadOnly = superReadOnly,
            OfflineMode = row.Flag("offline_mode"),
            IsReadOnlyPending = superReadOnly && !row.Flag("read_only"),
            IsReadOnlySinceStart = ReadOnlyOrigin.IsSinceStart(row, Part(answers, ProbePart.ReadOnlyOrigin)),
            BinaryLog = binaryLog,
            Gtid = ReadGtidState(row, version, binaryLog, gtids),
            SemiSync = ReadSemiSync(answers, version.IsMariaDb),
            RelayLog = ReadRelayLog(Part(answers, ProbePart.RelayLog)),
            Group = ReadGroup(Part(answers, ProbePart.Group)),
            Links = LinkMapping.Map(
                Part(answers, ProbePart.Replication), Part(answers, ProbePart.Silence), version.IsMariaDb, gtids),
            ReportedReplicas = ReplicaMapping.Map(
                key, Part(answers, ProbePart.NamedReplicas), Part(answers, ProbePart.DumpClients)),
            Aliases = ReadAliases(key, row),
            Location = new Location(TextOf(answers, ProbePart.DataCenter), TextOf(answers, ProbePart.Region)),
            UptimeSeconds = Uptime(Part(answers, ProbePart.Status)),
        };
    }

    /// <summary>What of a server is not known while it refuses a question.</summary>
    public static InstanceParts PartsOf(ProbePart part) => part switch
    {
        ProbePart.Replication => InstanceParts.Replication | InstanceParts.Silence,
        ProbePart.Silence => InstanceParts.Silence,
        ProbePart.BinaryLog => InstanceParts.BinaryLogPosition,
        ProbePart.NamedReplicas or ProbePart.DumpClients => InstanceParts.ReportedReplicas,
        ProbePart.SemiSyncVariables or ProbePart.SemiSyncSettings => InstanceParts.SemiSync,
        ProbePart.SourceSemiSyncStatus => InstanceParts.SemiSync,
        ProbePart.RelayLog => InstanceParts.RelayLog,
        ProbePart.ReadOnlyOrigin => InstanceParts.ReadOnlyOrigin,
        ProbePart.Status => InstanceParts.SemiSync | InstanceParts.Uptime,
        ProbePart.Group => InstanceParts.Group,
        ProbePart.Grants or ProbePart.ReplicationAccount or ProbePart.Transport => InstanceParts.Rights,
        ProbePart.DataCenter or ProbePart.Region => InstanceParts.Place,
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "without it there is no server to speak of"),
    };

    /// <summary>Null when host and port name no server.</summary>
    public static InstanceKey? KeyOf(string host, long? port) =>
        string.IsNullOrWhiteSpace(host) || host == "<NULL>" || port is null or < 1 or > 65535
            ? null
            : new InstanceKey(host.Trim(), (int)port);

    public static GtidPosition ReadGtids(string text, bool isMariaDb) =>
        isMariaDb ? MariaDbGtidSet.Parse(text) : GtidSet.Parse(text);

    private static QueryResult Part(IReadOnlyDictionary<ProbePart, QueryResult> answers, ProbePart part) =>
        answers.GetValueOrDefault(part, QueryResult.Empty);

    private static string TextOf(IReadOnlyDictionary<ProbePart, QueryResult> answers, ProbePart part) =>
        Part(answers, part).First?.FirstText ?? "";

    private static SemiSync ReadSemiSync(IReadOnlyDictionary<ProbePart, QueryResult> answers, bool isMariaDb) =>
        SemiSyncMapping.Map(
            Part(answers, ProbePart.SemiSyncVariables), Part(answers, ProbePart.Status), isMariaDb,
            Part(answers, ProbePart.SemiSyncSettings), Part(answers, ProbePart.SourceSemiSyncStatus));

    private static BinaryLog ReadBinaryLog(QueryResult.Row row, QueryResult status)
    {
        if (!row.Flag("log_bin")) return BinaryLog.Off with { Format = row.Text("binlog_format") };
        var position = status.First is { } at
            && BinlogPosition.TryParse($"{at.Text("File")}:{at.Text("Position")}", out var read, out _) ? read : null;
        return new BinaryLog(true, row.Flag("log_replica_updates"), row.Text("binlog_format"), position)
        {
            Filters = FiltersOf(status),
        };
    }

    // No variables of their own: they are told with the position.
    private static string? FiltersOf(QueryResult status)
    {
        if (status.First is not { } row) return null;
        string[] names = ["Binlog_Do_DB", "Binlog_Ignore_DB"];
        return string.Join(' ', names.Where(n => row.Text(n).Length > 0)
            .Select(n => $"{n.ToLowerInvariant()}={row.Text(n)}"));
    }

    private static GtidState ReadGtidState(
        QueryResult.Row row, ServerVersion version, BinaryLog log, Func<string, bool, GtidPosition> gtids)
    {
        if (!version.IsMariaDb)
            return new GtidState(
                row.Flag("gtid_mode"), gtids(row.Text("gtid_executed"), false), gtids(row.Text("gtid_purged"), false));
        // gtid_binlog_state knows every server that ever wrote; without a log of what was replicated only the position
        // is whole.
        var executed = gtids(row.Text("gtid_current_pos"), true);
        if (log is { Enabled: true, LogsReplicaUpdates: true })
            executed = executed.Union(gtids(row.Text("gtid_binlog_state"), true));
        return new GtidState(true, executed);
    }

    private static GroupMembership? ReadGroup(QueryResult table) =>
        table.First is { } row && row.Text("MEMBER_STATE") is { Length: > 0 } state
            ? new GroupMembership(row.Text("GROUP_NAME"), state, row.Text("MEMBER_ROLE"))
            : null;

    private static RelayLog? ReadRelayLog(QueryResult table) =>
        table.First is { } row && row.Number("sync_relay_log") is { } every
            ? new RelayLog(row.Flag("relay_log_recovery"), every)
            : null;

    private static ImmutableArray<InstanceKey> ReadAliases(InstanceKey key, QueryResult.Row row)
    {
        var port = row.Number("port");
        var reported = row.Number("report_port") is > 0 and var own ? own : port;
        var names = new[] { KeyOf(row.Text("report_host"), reported), KeyOf(row.Text("hostname"), port) };
        return [.. names.OfType<InstanceKey>().Where(n => n != key).Distinct()];
    }

    // Within its first second a server says 0.
    private static long? Uptime(QueryResult status) =>
        status.Rows.Where(r => r.Text("Variable_name").Equals("Uptime", StringComparison.OrdinalIgnoreCase))
            .Select(r => r.Number("Value")).FirstOrDefault();
}
