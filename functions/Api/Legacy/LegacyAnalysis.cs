using System.Collections.Immutable;
using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// What is wrong with one server, as orchestrator's <c>ReplicationAnalysis</c>: one failure, and any number of
/// structure warnings (orchestrator, <c>go/inst/analysis.go</c>).
/// </summary>
/// <param name="Failure">Null when there are only warnings.</param>
/// <param name="Warnings">The others of the same server.</param>
internal sealed record LegacyAnalysis(
    ClusterView View, InstanceKey Key, AnalysisAnswer? Failure, ImmutableArray<AnalysisAnswer> Warnings)
{
    /// <summary>What orchestrator says of a server with warnings alone.</summary>
    public const string NoProblem = "NoProblem";

    /// <summary>orchestrator's name of a problem; ours where it has none.</summary>
    public static string NameOf(AnalysisCode code) => code switch
    {
        AnalysisCode.NoWritablePrimary => "NoWriteableMasterStructureWarning",
        AnalysisCode.FirstTierReplicaCannotReachPrimary => "FirstTierReplicaFailingToConnectToMaster",
        _ => code.ToString().Replace("IntermediateSource", "IntermediateMaster", StringComparison.Ordinal)
            .Replace("Primary", "Master", StringComparison.Ordinal),
    };

    /// <summary>The problems of a cluster, server by server, the gravest of each first.</summary>
    public static IEnumerable<LegacyAnalysis> Of(ClusterView view, ApiContext api)
    {
        var found = Analyzer.Analyze(view.Topology, api.Detection);
        return AnalysisAnswer.Of(found, view.Topology, view.Downtime).GroupBy(a => a.Key).Select(g =>
        {
            var failure = g.Where(IsFailure).MaxBy(a => a.Severity);
            return new LegacyAnalysis(view, g.Key, failure, [.. g.Where(a => !ReferenceEquals(a, failure))]);
        });
    }

    // A structure warning of orchestrator is about what would hurt later.
    private static bool IsFailure(Analysis analysis) =>
        analysis.Severity > Severity.Warning && analysis.Code != AnalysisCode.NoWritablePrimary;

    private Topology Topology => View.Topology;

    /// <summary>Writes it whole.</summary>
    public void Write(Utf8JsonWriter json, ApiContext api)
    {
        var member = Topology[Key];
        json.WriteStartObject();
        json.WriteKey("AnalyzedInstanceKey", Key);
        var source = member is null ? null : Topology.SourcesOf(member).FirstOrDefault();
        json.WriteKey("AnalyzedInstanceMasterKey", source?.Key);
        json.WritePropertyName("ClusterDetails");
        LegacyCluster.Write(json, View, api);
        json.WriteString("AnalyzedInstanceDataCenter", member?.LastKnown?.Location.DataCenter ?? "");
        json.WriteString("AnalyzedInstanceRegion", member?.LastKnown?.Location.Region ?? "");
        json.WriteString("AnalyzedInstancePhysicalEnvironment", "");
        json.WritePosition("AnalyzedInstanceBinlogCoordinates", member?.LastKnown?.BinaryLog.Position);
        WriteRole(json, member);
        WriteReplicas(json);
        WriteVerdict(json);
        WriteDowntime(json, member, api.Time.GetUtcNow());
        WriteTopology(json, member);
        json.WriteEndObject();
    }

    private void WriteRole(Utf8JsonWriter json, Member? member)
    {
        json.WriteBoolean("IsMaster", member is not null && Topology.SourcesOf(member).IsEmpty);
        json.WriteBoolean("IsReplicationGroupMember", member?.LastKnown?.Group is not null);
        json.WriteBoolean("IsCoMaster", member is not null && Topology.IsInRing(member));
        json.WriteBoolean("LastCheckValid", member is { IsSeen: true });
        json.WriteBoolean("LastCheckPartialSuccess", member?.Outcome is ProbeOutcome.Partly);
    }

    private void WriteReplicas(Utf8JsonWriter json)
    {
        var tally = Failure?.Replicas ?? Warnings[0].Replicas;
        json.WriteNumber("CountReplicas", tally.Total);
        json.WriteNumber("CountValidReplicas", tally.Seen);
        json.WriteNumber("CountValidReplicatingReplicas", tally.Replicating);
        json.WriteNumber("CountReplicasFailingToConnectToMaster", tally.CannotReach);
        json.WriteNumber("CountDowntimedReplicas", tally.Downtimed);
        json.WriteNumber("ReplicationDepth", Topology[Key] is { } member ? Topology.DepthOf(member) : 0);
        InstanceKey[] replicas = [.. Topology.ReplicasOf(Key).Select(r => r.Key)];
        json.WriteKeys("Replicas", replicas);
        json.WriteKeys("SlaveHosts", replicas);
        json.WriteNumber("CountDelayedReplicas", tally.Delayed);
        json.WriteNumber("CountLaggingReplicas", tally.Lagging);
    }

    private void WriteVerdict(Utf8JsonWriter json)
    {
        json.WriteBoolean(
            "IsFailingToConnectToMaster", Topology[Key]?.Current?.Links.Any(l => l.CannotReachSource) ?? false);
        json.WriteString("Analysis", Failure is null ? NoProblem : NameOf(Failure.Code));
        json.WriteString("Description", (Failure ?? Warnings[0]).Sentence);
        if (Warnings.IsEmpty) json.WriteNull("StructureAnalysis");
        else json.WriteTexts("StructureAnalysis", Warnings.Select(w => NameOf(w.Code)));
        json.WriteBoolean("IsActionableRecovery", Failure is { IsActionable: true });
    }

    private void WriteDowntime(Utf8JsonWriter json, Member? member, DateTimeOffset now)
    {
        var downtime = (Failure ?? Warnings[0]).Downtime;
        var left = downtime is null ? 0 : Math.Max(0, (long)(downtime.Until - now).TotalSeconds);
        var tally = Failure?.Replicas ?? Warnings[0].Replicas;
        json.WriteBoolean("IsDowntimed", downtime is not null);
        json.WriteBoolean("IsReplicasDowntimed", tally.Total > 0 && tally.Downtimed == tally.Total);
        json.WriteTime("DowntimeEndTimestamp", downtime?.Until);
        json.WriteNumber("DowntimeRemainingSeconds", left);
        json.WriteBoolean("SkippableDueToDowntime", downtime is not null);
        json.WriteBoolean("IsReadOnly", member?.LastKnown?.ReadOnly ?? false);
    }

    private void WriteTopology(Utf8JsonWriter json, Member? member)
    {
        var replicas = Topology.ReplicasOf(Key).Select(r => r.Current).OfType<Instance>().ToArray();
        bool All(Func<Instance, bool> fits) => replicas.Length > 0 && replicas.All(fits);
        int Logging(string format) => replicas.Count(r => r.LogsReplicaUpdates
            && r.BinaryLog.Format.Equals(format, StringComparison.OrdinalIgnoreCase));
        var isMariaDb = member?.LastKnown?.Version.IsMariaDb == true;
        var byGtid = All(r => r.Link is { AutoPosition: true });
        json.WriteBoolean("OracleGTIDImmediateTopology", byGtid && !isMariaDb);
        json.WriteBoolean("MariaDBGTIDImmediateTopology", byGtid && isMariaDb);
        WriteGtidModes(json, member, replicas);
        json.WriteBoolean("PseudoGTIDImmediateTopology", false);
        json.WriteBoolean("IsBinlogServer", false);
        json.WriteBoolean("BinlogServerImmediateTopology", false);
        var semi = member?.LastKnown?.SemiSync ?? SemiSync.Off;
        json.WriteBoolean("SemiSyncMasterEnabled", semi.SourceEnabled);
        json.WriteBoolean("SemiSyncMasterStatus", semi.SourceActive);
        json.WriteNumber("SemiSyncMasterWaitForReplicaCount", semi.WaitForReplicas);
        json.WriteNumber("SemiSyncMasterClients", semi.Clients);
        json.WriteNumber("CountSemiSyncReplicasEnabled", replicas.Count(r => r.SemiSync.ReplicaEnabled));
        json.WriteNumber("CountLoggingReplicas", replicas.Count(r => r.LogsReplicaUpdates));
        json.WriteNumber("CountStatementBasedLoggingReplicas", Logging("STATEMENT"));
        json.WriteNumber("CountMixedBasedLoggingReplicas", Logging("MIXED"));
        json.WriteNumber("CountRowBasedLoggingReplicas", Logging("ROW"));
        json.WriteNumber("CountDistinctMajorVersionsLoggingReplicas", replicas.Where(r => r.LogsReplicaUpdates)
            .Select(r => (r.Version.Major, r.Version.Minor)).Distinct().Count());
    }

    private static void WriteGtidModes(Utf8JsonWriter json, Member? member, Instance[] replicas)
    {
        var modes = replicas.Select(ModeOf).Order(StringComparer.Ordinal).ToArray();
        json.WriteString("GTIDMode", ModeOf(member?.LastKnown));
        json.WriteString("MinReplicaGTIDMode", modes.FirstOrDefault() ?? "");
        json.WriteString("MaxReplicaGTIDMode", modes.LastOrDefault() ?? "");
        foreach (var name in NotKept) json.WriteString(name, "");
        json.WriteNumber("CountAdditionalAgreeingNodes", 0);
    }

    /// <summary>There is nothing to say by these names.</summary>
    private static readonly string[] NotKept =
        ["MaxReplicaGTIDErrant", "ProcessingNodeHostname", "ProcessingNodeToken", "StartActivePeriod", "CommandHint"];

    private static string ModeOf(Instance? server) => server switch
    {
        null or { Version.IsMariaDb: true } => "",
        { Gtid.Enabled: true } => "ON",
        _ => "OFF",
    };
}
