using System.Text.Json;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// One replication channel of a server, by the names that <c>Instance</c> has for a server with one channel. Source of
/// what it tells: ProxySQL/orchestrator, <c>docs/named-channels.md</c>.
/// </summary>
internal sealed record LegacyChannel(ReplicationLink Link, InstanceKey Source)
{
    /// <summary>In the order in which the server tells them; none of one that was never seen.</summary>
    public static IEnumerable<LegacyChannel> Of(LegacyServer server) =>
        from link in server.Member.LastKnown?.Links ?? []
        select new LegacyChannel(link, server.Topology.SourceOf(link)?.Key ?? link.Source);

    /// <summary>Writes it whole.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var threads = LegacyThreads.Of([Link]);
        json.WriteStartObject();
        json.WriteString("ChannelName", Link.Channel);
        json.WriteKey("MasterKey", Source);
        json.WriteString("MasterUUID", Link.SourceUuid ?? "");
        json.WriteBoolean("ReplicationSQLThreadRuning", threads.Applies);
        json.WriteBoolean("ReplicationIOThreadRuning", threads.Receives);
        json.WriteNumber("ReplicationSQLThreadState", threads.Applier);
        json.WriteNumber("ReplicationIOThreadState", threads.Receiver);
        json.WritePosition("ReadBinlogCoordinates", Link.ReadPosition);
        json.WritePosition("ExecBinlogCoordinates", Link.ExecutedPosition);
        json.WriteMaybe("SecondsBehindMaster", Link.LagSeconds);
        json.WriteNumber("SQLDelay", Link.DelaySeconds);
        json.WriteString("LastSQLError", Link.ApplierError);
        json.WriteString("LastIOError", Link.ReceiverError);
        json.WriteEndObject();
    }
}
