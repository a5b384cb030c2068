using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>Lag, Pseudo-GTID and what counts as a failure.</summary>
internal static class DetectionKeys
{
    private const string Lag = "Detection:ReasonableLagSeconds", SwitchLag = "Takeover:LagLimitSeconds";

    private const string LagQuery =
        "lag is what the servers themselves say (Seconds_Behind_Source); a table of heartbeats is not asked";

    private const string Gtid =
        "Pseudo-GTID is not used: a replica that is to be promoted needs GTID with auto-position; others are drawn "
        + "and analyzed, so switch gtid_mode on before you rely on recoveries";

    private const string PseudoParts = "Pseudo-GTID is not used, and binary logs are not read";

    private const string SemiSync =
        "the semi-sync settings of a cluster are taken over by its new primary; which replicas acknowledge is not "
        + "changed by itself, and a primary that waits for acknowledgements is not unlocked";

    public static IEnumerable<OldKey> All =>
    [
        Same("ReasonableReplicationLagSeconds", ValueShape.Number, Lag),
        Row("ReasonableMaintenanceReplicationLagSeconds", ValueShape.Number, v => v.Changes(
            SwitchLag, v.Number, "a limit of planned switches only; left out, it is 5. How long a switch may keep "
            + "writes blocked is Takeover:WriteBlockLimit"), SwitchLag),
        Differs("SlaveLagQuery", ValueShape.Text, LagQuery),
        Differs("ReplicationLagQuery", ValueShape.Text, LagQuery),
        Either(
            "VerifyReplicationFilters",
            (ImportGroup.Maps, "filters are always looked at"), (ImportGroup.Changes, "filters are always looked at")),
        Differs("AutoPseudoGTID", ValueShape.Switch, Gtid),
        Differs("PseudoGTIDPattern", ValueShape.Text, Gtid),
        Differs("DetectPseudoGTIDQuery", ValueShape.Text, Gtid),
        .. Dropped(
            PseudoParts, "PseudoGTIDPatternIsFixedSubstring", "PseudoGTIDMonotonicHint", "BinlogEventsChunkSize",
            "SkipBinlogEventsContaining"),
        .. Dropped("every server is analyzed, the healthy ones too", "ReduceReplicationAnalysisCount"),
        .. Dropped(
            "has no effect in orchestrator; here several places can be asked to agree (Detection:Vantages)",
            "ExpectFailureAnalysisConcensus"),
        .. Dropped(
            "a failure that stands is not recorded again and again; there is no time to set",
            "FailureDetectionPeriodBlockMinutes"),
        .. Dropped(
            "which replicas acknowledge is read from the servers themselves, not from a query",
            "DetectSemiSyncEnforcedQuery"),
        Differs("RecoverLockedSemiSyncMaster", ValueShape.Switch, SemiSync),
        Differs("EnforceExactSemiSyncReplicas", ValueShape.Switch, SemiSync),
        .. Dropped("such a state is not a failure of its own here", "ReasonableLockedSemiSyncMasterSeconds"),
    ];
}
