using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>Who is promoted, and what becomes of the others.</summary>
internal static class PromotionKeys
{
    private const string AllApplied =
        "everything that was received is applied before a server accepts writes, always (Recovery:ApplyTimeout)";

    private const string NeverDetached =
        "replicas that a recovery leaves behind are listed with reasons; they are never detached";

    public static IEnumerable<OldKey> All =>
    [
        Asks(
            "PromotionIgnoreHostnameFilters", ValueShape.List,
            "say it once for each server that must never be promoted: promotion-rule HOST:PORT must_not")
            with { Forbids = true },
        .. Dropped(
            "servers that replicate from each other are analyzed, and not recovered yet",
            "CoMasterRecoveryMustPromoteOtherCoMaster"),
        .. Dropped(
            NeverDetached, "DetachLostSlavesAfterMasterFailover", "DetachLostReplicasAfterMasterFailover",
            "MasterFailoverDetachSlaveMasterHost", "MasterFailoverDetachReplicaMasterHost",
            "MasterFailoverLostInstancesDowntimeMinutes"),
        Either(
            "ApplyMySQLPromotionAfterMasterFailover", (ImportGroup.Maps, "a promoted server is always opened"),
            (ImportGroup.NeedsYou, "a promoted server is always opened and forgets its source: take that out of the "
                + "scripts that do it today")) with { Forbids = true },
        Place("PreventCrossDataCenterMasterFailover", "DetectDataCenterQuery", "Recovery:SameDataCenterOnly",
            "MySql:DataCenterQuery"),
        Place("PreventCrossRegionMasterFailover", "DetectRegionQuery", "Recovery:SameRegionOnly", "MySql:RegionQuery"),
        Differs("FailMasterPromotionOnLagMinutes", ValueShape.Number, AllApplied),
        Differs("FailMasterPromotionIfSQLThreadNotUpToDate", ValueShape.Switch, AllApplied),
        Either(
            "DelayMasterPromotionIfSQLThreadNotUpToDate", (ImportGroup.Maps, AllApplied),
            (ImportGroup.Changes, AllApplied)),
        .. Dropped(
            "replicas are pointed to the new primary beside its promotion, which waits for none of them",
            "PostponeSlaveRecoveryOnLagMinutes", "PostponeReplicaRecoveryOnLagMinutes"),
        .. Dropped(
            "who can follow whom is what the servers themselves would accept, by version too",
            "LowerReplicaVersionAllowed"),
    ];

    private static OldKey Place(string name, string query, string setting, string asked) => Row(name, ValueShape.Switch,
        v => !v.IsOn ? v.Line(ImportGroup.Dropped, Idle)
        : v.Config.Text(query).Length > 0 ? v.Maps(setting, true)
        : v.Line(ImportGroup.NeedsYou, $"needs a SELECT in {asked} that says where a server is; then set {setting}"),
        setting) with { Forbids = true };
}
