using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using OrchestratorFunctions.Core.Planning.Changing;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Repairing;
using OrchestratorFunctions.Core.Planning.Replacing;
using OrchestratorFunctions.Core.Planning.Switching;

namespace OrchestratorFunctions.Core.Planning;

/// <summary>
/// The kinds of plans there are. A new kind is one row here and its planner: a row that leaves a question open does not
/// compile, a name that stands here twice or not at all does not load.
/// </summary>
public static class PlanKinds
{
    /// <summary>Puts a replica in the place of a dead primary.</summary>
    public static PlanKind DeadPrimary { get; } = new()
    {
        Name = "DeadPrimary",
        Title = (subject, _) => $"the replacement of the dead primary {subject}",
        WhenBegun = (subject, _) => $"{subject} is to be replaced as a dead primary",
        Next = (recovery, topology) => new DeadPrimaryPlanner(recovery, topology).Next(),
        IsOfMany = true,
        WhyNotTo = DeadPrimaryTargets.WhyNot,
        IsAutomatic = true,
        IsFailover = true,
        OnlyCloses = false,
        YieldsToFailover = false,
        IsAboutPrimary = true,
        MeansPrimary = true,
        SubjectIsDead = true,
        KeepsStopped = false,
        Hooks = new(
            [HookPoint.Detection, HookPoint.PreFailover], [HookPoint.PostPrimaryFailover, HookPoint.PostFailover],
            [HookPoint.Unsuccessful]),
    };

    /// <summary>Makes a returned former primary refuse writes.</summary>
    public static PlanKind FenceFormerPrimary { get; } = new()
    {
        Name = "FenceFormerPrimary",
        Title = (subject, _) => $"the closing of the former primary {subject}",
        WhenBegun = (subject, _) => $"{subject} is to refuse writes",
        Next = (recovery, topology) => new FenceFormerPrimaryPlanner(recovery, topology).Next(),
        IsAutomatic = true,
        IsFailover = false,
        OnlyCloses = true,
        YieldsToFailover = true,
        IsAboutPrimary = false,
        MeansPrimary = false,
        SubjectIsDead = false,
        KeepsStopped = false,
    };

    /// <summary>Does what an earlier recovery of the cluster left open: opens the writer, starts a replica.</summary>
    public static PlanKind FinishRecovery { get; } = new()
    {
        Name = "FinishRecovery",
        Title = (subject, _) => $"the end of what a recovery left open on {subject}",
        WhenBegun = (subject, _) => $"What a recovery left open on {subject} is to be done",
        Next = (recovery, topology) => new FinishRecoveryPlanner(recovery, topology).Next(),
        IsAutomatic = true,
        IsFailover = false,
        OnlyCloses = false,
        YieldsToFailover = true,
        IsAboutPrimary = false,
        MeansPrimary = false,
        SubjectIsDead = false,
        KeepsStopped = false,
    };

    /// <summary>Makes the primary accept writes, because a person says so.</summary>
    public static PlanKind OpenPrimary { get; } = new()
    {
        Name = "OpenPrimary",
        Title = (subject, _) => $"the opening of the primary {subject}",
        WhenBegun = (subject, _) => $"{subject} is to accept writes",
        Next = (recovery, topology) => new OpenPrimaryPlanner(recovery, topology).Next(),
        IsAutomatic = false,
        IsFailover = false,
        OnlyCloses = false,
        YieldsToFailover = true,
        IsAboutPrimary = false,
        MeansPrimary = true,
        SubjectIsDead = false,
        KeepsStopped = false,
    };

    /// <summary>Switches from a living primary to a replica.</summary>
    public static PlanKind Takeover { get; } = new()
    {
        Name = "Takeover",
        Title = (subject, _) => $"the planned switch away from {subject}",
        WhenBegun = (_, _) => "Planned switch of the primary",
        Next = (recovery, topology) => new TakeoverPlanner(recovery, topology).Next(),
        IsOfMany = true,
        WhyNotTo = TakeoverPlanner.WhyNotTo,
        IsAutomatic = false,
        IsFailover = false,
        OnlyCloses = false,
        YieldsToFailover = true,
        IsAboutPrimary = true,
        MeansPrimary = true,
        SubjectIsDead = false,
        KeepsStopped = false,
        // It is a failover too: what scripts do after one has to be done after a switch.
        Hooks = new(
            [HookPoint.PreTakeover, HookPoint.Detection, HookPoint.PreFailover],
            [HookPoint.PostPrimaryFailover, HookPoint.PostFailover, HookPoint.PostTakeover], [HookPoint.Unsuccessful]),
    };

    /// <summary>Puts one server, with what follows it, below another one.</summary>
    public static PlanKind Relocate { get; } = new()
    {
        Name = "Relocate",
        Title = (subject, target) => $"the move of {subject} below {target}",
        WhenBegun = (subject, target) => $"{subject} is to follow {target}",
        Next = (recovery, topology) => new RelocatePlanner(recovery, topology).Next(),
        IsAutomatic = false,
        IsFailover = false,
        OnlyCloses = false,
        YieldsToFailover = true,
        IsAboutPrimary = false,
        MeansPrimary = false,
        SubjectIsDead = false,
        KeepsStopped = false,
    };

    /// <summary>Points one server to its source anew, or to another one.</summary>
    public static PlanKind Repoint { get; } = new()
    {
        Name = "Repoint",
        Title = (subject, target) => $"the pointing of {subject} to {target?.ToString() ?? "its source"}",
        WhenBegun = (subject, target) => $"{subject} is to be pointed to {target?.ToString() ?? "its source"} anew",
        Next = RepointPlanner.Next,
        IsAutomatic = false,
        IsFailover = false,
        OnlyCloses = false,
        YieldsToFailover = true,
        IsAboutPrimary = false,
        MeansPrimary = false,
        SubjectIsDead = false,
        KeepsStopped = false,
    };

    /// <summary>No plan removes the problem: the record says only why nothing is done.</summary>
    public static PlanKind None { get; } = new()
    {
        Name = "None",
        Title = (subject, _) => $"the record about {subject}",
        WhenBegun = (subject, _) => $"There is no plan for {subject}",
        Next = (recovery, _) => throw new InvalidOperationException($"recovery {recovery.Id} has no plan to begin"),
        IsAutomatic = false,
        IsFailover = false,
        OnlyCloses = false,
        YieldsToFailover = true,
        IsAboutPrimary = false,
        MeansPrimary = false,
        SubjectIsDead = false,
        KeepsStopped = false,
    };

    public static ImmutableArray<PlanKind> All { get; } =
    [
        DeadPrimary, FenceFormerPrimary, FinishRecovery, OpenPrimary, Takeover, Relocate, Repoint, None,
        .. MoveKinds.All, .. ChangeKinds.All,
    ];

    private static ImmutableDictionary<string, PlanKind> ByName { get; } =
        All.ToImmutableDictionary(k => k.Name, StringComparer.Ordinal);

    /// <summary>The kind of that name; throws <see cref="FormatException"/> with the name when there is none.</summary>
    public static PlanKind Of(string name) =>
        TryFind(name, out var kind) ? kind : throw new FormatException($"plan kind '{name}' is not known here");

    /// <summary>False when there is no such kind, as when a newer version wrote the name.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out PlanKind? kind) =>
        ByName.TryGetValue(name, out kind);
}
