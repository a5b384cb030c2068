using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>Rows of SHOW REPLICA STATUS or SHOW ALL SLAVES STATUS → links, one per channel. Pure.</summary>
internal static class LinkMapping
{
    private static readonly string[] Filters =
    [
        "Replicate_Do_DB", "Replicate_Ignore_DB", "Replicate_Do_Table", "Replicate_Ignore_Table", "Replicate_Wild_Do_Table",
        "Replicate_Wild_Ignore_Table", "Replicate_Rewrite_DB", "Replicate_Do_Domain_Ids", "Replicate_Ignore_Domain_Ids",
    ];

    public static ImmutableArray<ReplicationLink> Map(
        QueryResult status, QueryResult silence, bool isMariaDb, Func<string, bool, GtidPosition> gtids)
    {
        var heard = silence.Rows.ToDictionary(r => r.Text("CHANNEL_NAME"), StringComparer.OrdinalIgnoreCase);
        var links = ImmutableArray.CreateBuilder<ReplicationLink>();
        foreach (var row in status.Rows)
        {
            // Group replication's own channels, and a channel without a source, lead nowhere.
            if (InstanceMapping.KeyOf(row.Text("Source_Host"), row.Number("Source_Port")) is not { } source) continue;
            var channel = row.Text(isMariaDb ? "Connection_name" : "Channel_Name");
            links.Add(Link(row, source, channel, isMariaDb, gtids) with
            {
                HeartbeatInterval = Seconds(isMariaDb ? row.Fraction("Slave_heartbeat_period")
                    : heard.TryGetValue(channel, out var h) ? h.Fraction("HEARTBEAT_INTERVAL") : null),
            });
        }
        return links.ToImmutable();
    }

    /// <summary>
    /// What changes when a replica hears from its source. It changes too when its receiver has room again: before that
    /// it could not hear, so its silence says nothing of the source.
    /// </summary>
    public static string Counters(ReplicationLink link, string heartbeats) =>
        $"{heartbeats}/{link.ReadPosition}/{link.Received}/{link.Source}/{link.HeldUpBy}";

    private static ReplicationLink Link(
        QueryResult.Row row, InstanceKey source, string channel, bool isMariaDb, Func<string, bool,
        GtidPosition> gtids) =>
        new()
    {
        Source = source,
        Channel = channel,
        SourceUuid = row.Text("Source_UUID") is { Length: > 0 } uuid ? uuid.ToLowerInvariant() : null,
        User = row.Text("Source_User"),
        Tls = row.Flag("Source_SSL_Allowed") ? Tls(row) : null,
        Receiver = Thread(row.Text("Replica_IO_Running")),
        Applier = Thread(row.Text("Replica_SQL_Running")),
        AutoPosition = isMariaDb
            ? row.Text("Using_Gtid").EndsWith("_Pos", StringComparison.OrdinalIgnoreCase)
            : row.Flag("Auto_Position"),
        Received = isMariaDb ? gtids(row.Text("Gtid_IO_Pos"), true) : gtids(row.Text("Retrieved_Gtid_Set"), false),
        ReadPosition = Position(row.Text("Source_Log_File"), row.Text("Read_Source_Log_Pos")),
        ExecutedPosition = Position(row.Text("Relay_Source_Log_File"), row.Text("Exec_Source_Log_Pos")),
        LagSeconds = row.Number("Seconds_Behind_Source"),
        DelaySeconds = (int)(row.Number("SQL_Delay") ?? 0),
        ReceiverErrorNumber = (int)(row.Number("Last_IO_Errno") ?? 0),
        ReceiverError = row.Text("Last_IO_Error"),
        ApplierErrorNumber = (int)(row.Number("Last_SQL_Errno") ?? 0),
        ApplierError = row.Text("Last_SQL_Error"),
        HeldUpBy = LacksRoom(row.Text("Replica_IO_State")) ? row.Text("Replica_IO_State") : "",
        HasFilters = Filters.Any(f => row.Text(f).Length > 0),
        IsDetached = row.Text("Source_Host").StartsWith(InstanceKey.NoHost, StringComparison.Ordinal),
    };

    private static LinkTls Tls(QueryResult.Row row) => new(
        row.Flag("Source_SSL_Verify_Server_Cert"), row.Text("Source_SSL_CA_File"), row.Text("Source_SSL_CA_Path"),
        row.Text("Source_SSL_Cert"), row.Text("Source_SSL_Key"));

    // relay_log_space_limit ("… to free relay log space", "… to free enough relay log space") or a full disk ("Waiting
    // for disk space"). All versions call the space by that name; states in which the receiver waits for its source do
    // not.
    private static bool LacksRoom(string state) => state.Contains("space", StringComparison.OrdinalIgnoreCase);

    private static ReplicationThread Thread(string text) => text.ToUpperInvariant() switch
    {
        "YES" => ReplicationThread.Running,
        "NO" or "" => ReplicationThread.Stopped,
        _ => ReplicationThread.Connecting,
    };

    private static BinlogPosition? Position(string file, string position) =>
        BinlogPosition.TryParse($"{file}:{position}", out var read, out _) ? read : null;

    private static TimeSpan? Seconds(double? seconds) => seconds is { } s ? TimeSpan.FromSeconds(s) : null;
}
