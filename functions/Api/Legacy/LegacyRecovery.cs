using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// A recovery as orchestrator's <c>TopologyRecovery</c>, and its steps (orchestrator,
/// <c>go/logic/topology_recovery.go</c>).
/// </summary>
internal sealed class LegacyRecovery(StoredRecovery stored, ClusterView? view, ApiContext api)
{
    private readonly Recovery recovery = stored.Recovery;

    /// <summary>A number that is the same for the same recovery: ours have words for ids.</summary>
    public static long NumberOf(string id) => (long)(StableHash.Of(id) & 0x1F_FFFF_FFFF_FFFF);

    /// <summary>Who took over; null when nobody did.</summary>
    public static InstanceKey? SuccessorOf(Recovery recovery) => recovery.Outcome switch
    {
        RecoveryOutcome.Promoted promoted => promoted.Key,
        RecoveryOutcome.LostAgain lost => lost.Key,
        _ => null,
    };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("Id", NumberOf(recovery.Id));
        json.WriteString("UID", recovery.Id);
        json.WritePropertyName("AnalysisEntry");
        WriteAnalysis(json);
        WriteSuccessor(json);
        json.WriteBoolean("IsActive", !recovery.IsEnded);
        json.WriteBoolean("IsSuccessful", recovery.Outcome is { IsSuccess: true });
        json.WriteKeys("LostReplicas", recovery.Outcome is RecoveryOutcome.Promoted p ? p.Lost.Select(l => l.Key) : []);
        json.WriteKeys("ParticipatingInstanceKeys", recovery.Stages.SelectMany(s => s.Stage.Steps)
            .Select(s => s.Step.Target.Key).Distinct());
        json.WriteTexts("AllErrors", recovery.Outcome?.WhyNot is { } whyNot ? [whyNot.Says] : []);
        json.WriteTime("RecoveryStartTimestamp", recovery.StartedAt);
        json.WriteTime("RecoveryEndTimestamp", recovery.EndedAt);
        json.WriteString("ProcessingNodeHostname", "");
        json.WriteString("ProcessingNodeToken", "");
        WriteAcknowledgement(json);
        json.WriteNumber("LastDetectionId", 0);
        json.WriteNumber("RelatedRecoveryId", 0);
        json.WriteString("Type", "MasterRecovery");
        json.WriteString("RecoveryType", "MasterRecoveryGTID");
        json.WriteEndObject();
    }

    private void WriteAnalysis(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteKey("AnalyzedInstanceKey", recovery.Subject);
        json.WritePropertyName("ClusterDetails");
        if (view is null) WriteForgotten(json);
        else LegacyCluster.Write(json, view, api);
        json.WriteString("Analysis", recovery.Code is { } code ? LegacyAnalysis.NameOf(code) : "");
        json.WriteString("Description", recovery.Sentence);
        json.WriteString("CommandHint", recovery.Code is null ? recovery.Kind.Name : "");
        json.WriteEndObject();
    }

    private void WriteForgotten(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("ClusterName", recovery.Cluster.Value);
        json.WriteString("ClusterAlias", recovery.Cluster.Value);
        json.WriteEndObject();
    }

    private void WriteSuccessor(Utf8JsonWriter json)
    {
        if (SuccessorOf(recovery) is { } successor) json.WriteKey("SuccessorKey", successor);
        else json.WriteNull("SuccessorKey");
        json.WriteString("SuccessorAlias", "");
        json.WriteNull("SuccessorBinlogCoordinates");
    }

    private void WriteAcknowledgement(Utf8JsonWriter json)
    {
        json.WriteBoolean("Acknowledged", stored.AcknowledgedBy.Length > 0);
        json.WriteString("AcknowledgedAt", "");
        json.WriteString("AcknowledgedBy", stored.AcknowledgedBy);
        json.WriteString("AcknowledgedComment", stored.AcknowledgedBecause);
    }

    /// <summary>Every stage, and every step of it with what came of it.</summary>
    public static IEnumerable<(DateTimeOffset At, string Says)> StepsOf(Recovery recovery)
    {
        foreach (var stage in recovery.Stages)
        {
            yield return (stage.PlannedAt, $"{stage.Stage.Name}: {stage.Stage.Because}");
            foreach (var (step, result) in stage.StepsWithResults)
                yield return (stage.DoneAt ?? stage.PlannedAt, $"{step.Says}: {WhatCameOf(result)}");
        }
        if (recovery.Outcome is { } outcome) yield return (recovery.EndedAt!.Value, outcome.Says);
    }

    private static string WhatCameOf(StepResult? result)
    {
        if (result is null) return "not known";
        var state = result.State switch
        {
            StepState.AlreadyTrue => "already true",
            StepState.Queued => "sent, not answered yet",
            StepState.TimedOut => "no answer in time",
            StepState.Failed => "failed",
            _ => "done",
        };
        return result.Says.Length > 0 ? $"{state} ({result.Says})" : state;
    }
}
