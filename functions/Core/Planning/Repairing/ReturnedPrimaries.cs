using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Repairing;

/// <summary>
/// Closes servers that earlier recoveries replaced and that come back open while another plan runs: their own plan
/// cannot run beside it (S1, S3, S10).
/// </summary>
internal static class ReturnedPrimaries
{
    /// <summary>The name of the stage.</summary>
    public const string Close = "close-returned";

    /// <summary>
    /// The stage that closes them; null when none is open, when that was tried as often as the policy has it, and where
    /// the plan sees to it itself: before it has begun, and while a dead primary is not replaced yet.
    /// </summary>
    public static PlanStage? Closing(Recovery recovery, Topology topology)
    {
        if (recovery.Stages.IsEmpty || recovery.Kind.OnlyCloses) return null;
        // Before hooks agree the plan has not begun, and sees to nothing.
        var hasBegun = recovery.Stages.Any(s => s.Stage.Hook is null && s.Stage.Name != Close);
        var isReplacing = hasBegun && recovery is { Kind.SubjectIsDead: true, HasOpened: false };
        if (isReplacing && topology[recovery.Subject] is { Outcome.ShowsLife: false }) return null;
        var open = OpenOnes(recovery, topology);
        return open.IsEmpty ? null : Stage(recovery, open);
    }

    /// <summary>Those that are open and that the plan is not about.</summary>
    public static ImmutableArray<Member> OpenOnes(Recovery recovery, Topology topology)
    {
        var primary = topology.Primary?.Key;
        return [.. topology.Members.Where(m => IsOpen(m) && m.Key != primary)
            .Where(m => m.Key != recovery.Subject && m.Key != recovery.Choice?.Candidate)];
    }

    /// <summary>The stage that closes some of them; null when that was tried as often as the policy has it.</summary>
    public static PlanStage? Stage(Recovery recovery, ImmutableArray<Member> open)
    {
        if (recovery.Times(Close) >= recovery.Policy.Attempts) return null;
        var names = string.Join(", ", open.Select(m => m.Key));
        return new PlanStage(Close, $"{names} was replaced as the primary and accepts writes again",
            [.. open.Select(m => Step(recovery, m))]);
    }

    /// <summary>The step that closes one of them.</summary>
    public static PlannedStep Step(Recovery recovery, Member open) =>
        new(SetReadOnly.OfFormerPrimary(open), Tolerance.BestEffort, recovery.Policy.StepTimeout,
            "two writers would diverge");

    /// <summary>Whether the next stage of a plan under way closes this one, as it is seen.</summary>
    public static bool IsClosedNext(Recovery recovery, Topology topology, InstanceKey key)
    {
        if (topology[key] is not { } member || !IsOpen(member)) return false;
        return key == recovery.Subject
            ? recovery is { Kind.SubjectIsDead: true, HasOpened: true } && Stage(recovery, [member]) is not null
            : Closing(recovery, topology) is { } stage && stage.Steps.Any(s => s.Step.Target.Key == key);
    }

    private static bool IsOpen(Member member) => member is { IsFormerPrimary: true, Current.ReadOnly: false };
}
