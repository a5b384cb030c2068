using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Repairing;

/// <summary>A former primary that came back writable is made read-only at once (S10). Nothing else is changed on it.</summary>
internal sealed class FenceFormerPrimaryPlanner(Recovery recovery, Topology now)
{
    public PlanStage Next()
    {
        var subject = now[recovery.Subject]!;
        if (recovery.Cancelled is { } word) return PlanStage.End("abandon", new RecoveryOutcome.Abandoned(word.Says));
        if (now.Primary?.Key == subject.Key)
            return PlanStage.End("abandon", new RecoveryOutcome.Abandoned($"{subject.Key} is the primary"));
        if (subject.Now is { } instance && new SetReadOnly(subject.Key).IsTrueOf(instance))
            return PlanStage.End("fenced", new RecoveryOutcome.Fenced(subject.Key));
        if (recovery.Times("fence") >= recovery.Policy.Attempts)
            return PlanStage.End("abandon", new RecoveryOutcome.Abandoned($"{subject.Key} could not be made read-only in {recovery.Policy.Attempts} attempts"));
        return new PlanStage("fence", $"{subject.Key} was replaced as primary and accepts writes again",
        [
            new(new SetReadOnly(subject.Key), Tolerance.Must, recovery.Policy.StepTimeout, "two writers would diverge"),
        ]);
    }
}
