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
        var isReplacing = recovery is { Kind.SubjectIsDead: true, HasOpened: false };
        if (isReplacing && topology[recovery.Subject] is { Outcome.ShowsLife: false }) return null;
        var primary = topology.Primary?.Key;
        ImmutableArray<Member> open = [.. topology.Members.Where(m => IsOpen(m) && m.Key != primary)
            .Where(m => m.Key != recovery.Subject && m.Key != recovery.Choice?.Candidate)];
        return open.IsEmpty ? null : Stage(recovery, open);
    }

    /// <summary>The stage that closes some of them; null when that was tried as often as the policy has it.</summary>
    public static PlanStage? Stage(Recovery recovery, ImmutableArray<Member> open)
    {
        if (recovery.Times(Close) >= recovery.Policy.Attempts) return null;
        var names = string.Join(", ", open.Select(m => m.Key));
        return new PlanStage(Close, $"{names} was replaced as the primary and accepts writes again",
            [.. open.Select(m => new PlannedStep(SetReadOnly.OfFormerPrimary(m), Tolerance.BestEffort,
                recovery.Policy.StepTimeout, "two writers would diverge"))]);
    }

    /// <summary>Whether the next stage of a plan under way closes this one, as it is seen.</summary>
    public static bool IsClosedNext(Recovery recovery, Topology topology, InstanceKey key)
    {
        if (topology[key] is not { } member || !IsOpen(member)) return false;
        return key == recovery.Subject
            ? recovery is { Kind.SubjectIsDead: true, HasOpened: true } && Stage(recovery, [member]) is not null
            : Closing(recovery, topology) is { } stage && stage.Steps.Any(s => s.Step.Target.Key == key);
    }

    private static bool IsOpen(Member member) => member is { IsFormerPrimary: true, Now.ReadOnly: false };
}
