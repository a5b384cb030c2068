using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// A server as orchestrator's <c>Instance</c>: every name of its JSON, the misspelt ones too (orchestrator,
/// <c>go/inst/instance.go</c>). What is not looked at here has the value it has in orchestrator when it is unknown.
/// </summary>
internal sealed partial class LegacyInstance
{
    private readonly LegacyServer server;
    private readonly Member member;
    private readonly Topology topology;
    private readonly Instance? known;
    private readonly ReplicationLink? link;
    private readonly LegacyThreads threads;
    private readonly DateTimeOffset now;
    private readonly TimeSpan? age;
    private readonly long reasonableLag;
    private readonly bool isChecked;

    private LegacyInstance(LegacyServer server, ApiContext api)
    {
        (this.server, member, topology) = (server, server.Member, server.Topology);
        known = member.LastKnown;
        link = known?.Link ?? known?.Links.FirstOrDefault();
        threads = LegacyThreads.Of(known?.Links ?? []);
        now = api.Time.GetUtcNow();
        age = now - member.LastSeenAt;
        reasonableLag = api.Detection.ReasonableLagSeconds;
        isChecked = topology.Members.Any(m => now - m.LastSeenAt - m.FailingFor <= api.StaleAfter);
    }

    /// <summary>The name of a cluster is the address of its primary, as it is in orchestrator.</summary>
    public static string ClusterNameOf(Topology topology) =>
        topology.Primary?.Key.ToString() ?? topology.Cluster.Value;

    /// <summary>Writes it whole.</summary>
    public static void Write(Utf8JsonWriter json, LegacyServer server, ApiContext api)
    {
        var one = new LegacyInstance(server, api);
        json.WriteStartObject();
        one.WriteServer(json);
        one.WriteLogs(json);
        one.WriteThreads(json);
        one.WriteGtids(json);
        one.WritePositions(json);
        one.WritePlace(json);
        one.WriteSemiSync(json);
        one.WriteSight(json);
        one.WriteDeclared(json);
        one.WriteGroup(json);
        json.WriteEndObject();
    }

    /// <summary>What orchestrator calls problems of a server.</summary>
    public static IEnumerable<string> ProblemsOf(LegacyServer server, ApiContext api) =>
        new LegacyInstance(server, api).Problems();

    private IEnumerable<string> Problems()
    {
        if (!member.IsSeen) yield return "last_check_invalid";
        else if (!isChecked) yield return "not_recently_checked";
        else if (!IsReplicating) yield return "not_replicating";
        else if (IsLate) yield return "replication_lag";
        if (Errant is { IsEmpty: false }) yield return "errant_gtid";
        if (known?.Group is { } group && !group.State.Equals("ONLINE", StringComparison.OrdinalIgnoreCase))
            yield return "group_replication_member_not_online";
    }

    private bool IsReplicating => known?.Links.All(l => l.IsReplicating) != false;

    private bool IsLate =>
        known?.Links.Any(l => (l.LagSeconds ?? long.MaxValue) - l.DelaySeconds > reasonableLag) == true;

    private GtidPosition? Errant => ErrantTransactions.AsSeen(topology, member);

    private InstanceKey? Source => link is null ? null : topology.SourceOf(link)?.Key ?? link.Source;

    private void WriteServer(Utf8JsonWriter json)
    {
        json.WriteKey("Key", member.Key);
        json.WriteString("InstanceAlias", "");
        json.WriteNumber("Uptime", known?.UptimeSeconds ?? 0);
        json.WriteNumber("ServerID", known?.ServerId ?? 0);
        json.WriteString("ServerUUID", known?.ServerUuid ?? "");
        json.WriteString("Version", known?.Version.Text ?? "");
        json.WriteString("VersionComment", "");
        json.WriteString("FlavorName", known?.Version.Flavor switch
        {
            ServerFlavor.MySql => "MySQL",
            ServerFlavor.Percona => "Percona",
            ServerFlavor.MariaDb => "MariaDB",
            _ => "unknown",
        });
        json.WriteBoolean("ReadOnly", known?.ReadOnly ?? false);
    }

    private void WriteLogs(Utf8JsonWriter json)
    {
        var log = known?.BinaryLog ?? BinaryLog.Off;
        json.WriteString("Binlog_format", log.Format);
        json.WriteString("BinlogRowImage", "");
        json.WriteBoolean("LogBinEnabled", log.Enabled);
        json.WriteBoolean("LogSlaveUpdatesEnabled", log.LogsReplicaUpdates);
        json.WriteBoolean("LogReplicationUpdatesEnabled", log.LogsReplicaUpdates);
        json.WritePosition("SelfBinlogCoordinates", log.Position);
        json.WriteKey("MasterKey", Source);
        json.WriteString("MasterUUID", link?.SourceUuid ?? "");
        json.WriteString("AncestryUUID", Ancestry());
        json.WriteBoolean("IsDetachedMaster", link?.IsDetached ?? false);
    }

    // The server_uuids from the root down to this server.
    private string Ancestry()
    {
        var line = new List<string>();
        var above = new HashSet<InstanceKey>();
        for (var at = member; at is not null && above.Add(at.Key); at = topology.SourcesOf(at).FirstOrDefault())
            if (at.LastKnown?.ServerUuid is { } uuid) line.Insert(0, uuid);
        return string.Join(',', line);
    }

    private void WriteThreads(Utf8JsonWriter json)
    {
        json.WriteBoolean("Slave_SQL_Running", threads.Applies);
        json.WriteBoolean("ReplicationSQLThreadRuning", threads.Applies);
        json.WriteBoolean("Slave_IO_Running", threads.Receives);
        json.WriteBoolean("ReplicationIOThreadRuning", threads.Receives);
        json.WriteNumber("ReplicationSQLThreadState", threads.Applier);
        json.WriteNumber("ReplicationIOThreadState", threads.Receiver);
        json.WriteBoolean("HasReplicationFilters", known?.Links.Any(l => l.HasFilters) ?? false);
    }

    private void WriteGtids(Utf8JsonWriter json)
    {
        var isMariaDb = known?.Version.IsMariaDb == true;
        var isOn = known is { Gtid.Enabled: true };
        json.WriteString("GTIDMode", known is null || isMariaDb ? "" : isOn ? "ON" : "OFF");
        json.WriteBoolean("SupportsOracleGTID", isOn && !isMariaDb);
        json.WriteBoolean("UsingOracleGTID", link is { AutoPosition: true } && !isMariaDb);
        json.WriteBoolean("UsingMariaDBGTID", link is { AutoPosition: true } && isMariaDb);
        json.WriteBoolean("UsingPseudoGTID", false);
    }
}
