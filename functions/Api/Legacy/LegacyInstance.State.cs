using System.Text.Json;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Api.Legacy;

/// <content>How far a server is, when it was seen, and what was said of it.</content>
internal sealed partial class LegacyInstance
{
    private void WritePositions(Utf8JsonWriter json)
    {
        json.WritePosition("ReadBinlogCoordinates", link?.ReadPosition);
        json.WritePosition("ExecBinlogCoordinates", link?.ExecutedPosition);
        json.WriteBoolean("IsDetached", link?.IsDetached ?? false);
        json.WriteNoRelayPosition("RelaylogCoordinates");
        json.WriteString("LastSQLError", Quoted(threads.ApplierError));
        json.WriteString("LastIOError", Quoted(threads.ReceiverError));
        json.WriteMaybe("SecondsBehindMaster", threads.Lag);
        json.WriteNumber("SQLDelay", link?.DelaySeconds ?? 0);
        var isMariaDb = known?.Version.IsMariaDb == true;
        json.WriteString("ExecutedGtidSet", isMariaDb ? "" : TextOf(known?.Gtid.Executed));
        json.WriteString("GtidPurged", isMariaDb ? "" : TextOf(known?.Gtid.Purged));
        json.WriteString("GtidErrant", TextOf(Errant));
        json.WriteMaybe("SlaveLagSeconds", threads.Lag);
        json.WriteMaybe("ReplicationLagSeconds", threads.Lag);
        InstanceKey[] replicas = [.. topology.ReplicasOf(member.Key).Select(r => r.Key)];
        json.WriteKeys("SlaveHosts", replicas);
        json.WriteKeys("Replicas", replicas);
    }

    // orchestrator keeps an error in quotes, and no error without.
    private static string Quoted(string error) => error.Length > 0 ? JsonSerializer.Serialize(error) : "";

    private static string TextOf(GtidPosition? position) => position is { IsEmpty: false } ? position.ToString() : "";

    private void WritePlace(Utf8JsonWriter json)
    {
        json.WriteString("ClusterName", ClusterNameOf(topology));
        json.WriteString("SuggestedClusterAlias", topology.Alias);
        json.WriteString("DataCenter", known?.Location.DataCenter ?? "");
        json.WriteString("Region", known?.Location.Region ?? "");
        json.WriteString("PhysicalEnvironment", "");
        json.WriteNumber("ReplicationDepth", topology.DepthOf(member));
        json.WriteBoolean("IsCoMaster", topology.IsInRing(member));
        var hasUser = link is { User.Length: > 0 };
        json.WriteBoolean("HasReplicationCredentials", hasUser);
        json.WriteBoolean("ReplicationCredentialsAvailable", hasUser);
    }

    private void WriteSemiSync(Utf8JsonWriter json)
    {
        var semi = known?.SemiSync ?? SemiSync.Off;
        json.WriteBoolean("SemiSyncAvailable", semi.Available);
        json.WriteNumber("SemiSyncPriority", 0);
        json.WriteBoolean("SemiSyncMasterEnabled", semi.SourceEnabled);
        json.WriteBoolean("SemiSyncReplicaEnabled", semi.ReplicaEnabled);
        json.WriteNumber("SemiSyncMasterTimeout", semi.TimeoutMilliseconds);
        json.WriteNumber("SemiSyncMasterWaitForReplicaCount", semi.WaitForReplicas);
        json.WriteBoolean("SemiSyncMasterStatus", semi.SourceActive);
        json.WriteNumber("SemiSyncMasterClients", semi.Clients);
        json.WriteBoolean("SemiSyncReplicaStatus", semi.ReplicaActive);
    }

    private void WriteSight(Utf8JsonWriter json)
    {
        json.WriteTime("LastSeenTimestamp", member.LastSeenAt);
        json.WriteBoolean("IsLastCheckValid", member.IsSeen);
        json.WriteBoolean("IsUpToDate", isChecked);
        json.WriteBoolean("IsRecentlyChecked", isChecked);
        json.WriteMaybe("SecondsSinceLastSeen", age is { } a ? (long)Math.Max(0, a.TotalSeconds) : null);
        json.WriteNumber("CountMySQLSnapshots", 0);
    }

    private void WriteDeclared(Utf8JsonWriter json)
    {
        json.WriteBoolean("IsCandidate", member.PromotionRule == PromotionRule.Prefer);
        json.WriteString("PromotionRule", PromotionRules.NameOf(member.PromotionRule));
        var downtime = server.DowntimeAt(now);
        json.WriteBoolean("IsDowntimed", downtime is not null);
        json.WriteString("DowntimeReason", downtime?.Reason ?? "");
        json.WriteString("DowntimeOwner", downtime?.Owner ?? "");
        json.WriteTime("DowntimeEndTimestamp", downtime?.Until);
        json.WriteNumber("ElapsedDowntime", 0);
        json.WriteString("UnresolvedHostname", "");
        json.WriteBoolean("AllowTLS", link?.Tls is not null);
        json.WriteTexts("Problems", Problems());
        json.WriteNumber("LastDiscoveryLatency", 0);
    }

    private void WriteGroup(Utf8JsonWriter json)
    {
        var group = known?.Group;
        Member[] members = group is null
            ? []
            : [.. topology.Members.Where(m => m.LastKnown?.Group?.Name == group.Name)];
        json.WriteString("ReplicationGroupName", group?.Name ?? "");
        json.WriteBoolean("ReplicationGroupIsSinglePrimary", members.Count(m => m.LastKnown!.Group!.IsPrimary) == 1);
        json.WriteString("ReplicationGroupMemberState", group?.State ?? "");
        json.WriteString("ReplicationGroupMemberRole", group?.Role ?? "");
        json.WriteKeys("ReplicationGroupMembers", members.Select(m => m.Key).Where(k => k != member.Key));
        var primary = members.FirstOrDefault(m => m.LastKnown!.Group!.IsPrimary);
        json.WriteKey("ReplicationGroupPrimaryInstanceKey", primary?.Key);
    }
}
