using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>
/// What a hook is given: why it runs and about whom. Made from the record and from what is seen, so no secret can be in
/// it (S17).
/// </summary>
public sealed record HookFacts
{
    /// <summary>The same for every try at the same hook of the same recovery; no other run has it.</summary>
    public required string Id { get; init; }

    /// <summary>Its point, in words with dashes.</summary>
    public required string Point { get; init; }

    public required string Hook { get; init; }

    /// <summary>Id of the recovery.</summary>
    public required string Recovery { get; init; }

    public required PlanKind Kind { get; init; }
    public required ClusterId Cluster { get; init; }
    public string? Alias { get; init; }

    /// <summary>The problem behind it; null for what an operator asked for.</summary>
    public AnalysisCode? Code { get; init; }

    /// <summary>The problem, or what was asked for, in words.</summary>
    public required string Says { get; init; }

    /// <summary>Who asked for the recovery.</summary>
    public required string Actor { get; init; }

    /// <summary>The server that failed or is relieved.</summary>
    public required InstanceKey Failed { get; init; }

    /// <summary>Who takes its place; null while that is not known.</summary>
    public InstanceKey? Successor { get; init; }

    /// <summary>Where the successor's binary log was when it was seen last.</summary>
    public BinlogPosition? SuccessorBinlog { get; init; }

    /// <summary>Replicas of the failed server.</summary>
    public required ImmutableArray<InstanceKey> Replicas { get; init; }

    /// <summary>Replicas that were left behind.</summary>
    public required ImmutableArray<InstanceKey> Lost { get; init; }

    public required bool IsDowntimed { get; init; }

    /// <summary>The plan reached its end; false while it has not.</summary>
    public required bool IsSuccessful { get; init; }

    /// <summary>A failover of this cluster begins by itself.</summary>
    public required bool IsRecovered { get; init; }

    /// <param name="isRecovered">Whether failovers of this cluster begin by themselves.</param>
    public static HookFacts Of(RunHook hook, Recovery recovery, Topology topology, bool isRecovered, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(hook);
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(topology);
        var point = HookPoints.NameOf(hook.Point);
        return new HookFacts
        {
            Id = $"{recovery.Id}/{point}/{hook.Name}", Point = point, Hook = hook.Name, Recovery = recovery.Id,
            Kind = recovery.Kind, Cluster = recovery.Cluster, Code = recovery.Code, Says = recovery.Sentence,
            Alias = topology.Alias.Length > 0 ? topology.Alias : null, Actor = recovery.Actor,
            Failed = FailedOf(hook, recovery), Successor = hook.Successor, Replicas = ReplicasOf(recovery, topology),
            SuccessorBinlog = hook.Successor is { } key ? topology[key]?.LastKnown?.BinaryLog.Position : null,
            Lost = hook.Lost.IsDefault ? [] : hook.Lost,
            IsDowntimed = topology[recovery.Subject]?.Downtime?.IsActiveAt(now) == true,
            IsSuccessful = !hook.IsBefore && hook.Point != HookPoint.Unsuccessful, IsRecovered = isRecovered,
        };
    }

    // A replica that took the place of its source is the subject of that plan; its source was told to follow it.
    private static InstanceKey FailedOf(RunHook hook, Recovery recovery) =>
        (hook.Point == HookPoint.PostTakeSource
            ? recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).OfType<PointTo>()
                .FirstOrDefault(to => to.Source == recovery.Subject)?.Target.Key
            : null) ?? recovery.Subject;

    // When it was replaced, they follow its successor.
    private static ImmutableArray<InstanceKey> ReplicasOf(Recovery recovery, Topology topology)
    {
        var own = topology.ReplicasOf(recovery.Subject).Select(r => r.Key);
        var moved = recovery.HasOpened && recovery.Choice is { } choice
            ? topology.ReplicasOf(choice.Candidate).Select(r => r.Key).Append(choice.Candidate)
            : [];
        return [.. own.Concat(moved).Where(k => k != recovery.Subject).Distinct().Order()];
    }
}
