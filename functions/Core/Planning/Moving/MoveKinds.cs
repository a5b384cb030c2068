using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>The kinds of plans that move several servers, or one back to where it was.</summary>
public static class MoveKinds
{
    /// <summary>Moves what follows one server below another one.</summary>
    public static PlanKind RelocateReplicas { get; } = Kind(
        "RelocateReplicas",
        (subject, target) => $"the move of the replicas of {subject} below {target?.ToString() ?? "one of them"}",
        (subject, target) => $"The replicas of {subject} are to follow {target?.ToString() ?? "one of them"}",
        (recovery, topology) => MoveReplicasPlanner.Next(recovery, topology, again: false), isOfMany: true,
        whyNotTo: MoveReplicasPlanner.WhyNotTo);

    /// <summary>Points what follows one server to it anew.</summary>
    public static PlanKind RepointReplicas { get; } = Kind(
        "RepointReplicas", (subject, _) => $"the pointing of the replicas of {subject} to it",
        (subject, _) => $"The replicas of {subject} are to be pointed to it anew",
        (recovery, topology) => MoveReplicasPlanner.Next(recovery, topology, again: true), isOfMany: true);

    /// <summary>Swaps a server with its source.</summary>
    public static PlanKind TakeSource { get; } = Kind(
        "TakeSource", (subject, _) => $"the swap of {subject} with its source",
        (subject, _) => $"{subject} is to take the place of its source", TakeSourcePlanner.Next,
        hooks: HookPoints.None with { After = [HookPoint.PostTakeSource] });

    /// <summary>Points a detached server to the source it was detached from.</summary>
    public static PlanKind Reattach { get; } = Kind(
        "Reattach", (subject, _) => $"the reattaching of {subject}",
        (subject, _) => $"{subject} is to follow the source again that it was detached from", ReattachPlanner.Next);

    public static ImmutableArray<PlanKind> All { get; } = [RelocateReplicas, RepointReplicas, TakeSource, Reattach];

    private static PlanKind Kind(
        string name, Func<InstanceKey, InstanceKey?, string> title, Func<InstanceKey, InstanceKey?, string> whenBegun,
        Func<Recovery, Topology, PlanStage> next, bool isOfMany = false,
        Func<Recovery, Topology, Func<InstanceKey, Refusal?>>? whyNotTo = null, HookPoints? hooks = null) => new()
    {
        Name = name,
        Title = title,
        WhenBegun = whenBegun,
        Next = next,
        IsOfMany = isOfMany,
        WhyNotTo = whyNotTo,
        Hooks = hooks ?? HookPoints.None,
        MostStages = 20 * RecoveryPolicy.StageLimit,
        IsAutomatic = false,
        IsFailover = false,
        OnlyCloses = false,
        YieldsToFailover = true,
        IsAboutPrimary = false,
        MeansPrimary = false,
        SubjectIsDead = false,
        KeepsStopped = false,
    };
}
