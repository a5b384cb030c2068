using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Repairing;
using OrchestratorFunctions.Core.Planning.Replacing;
using OrchestratorFunctions.Core.Planning.Switching;

namespace OrchestratorFunctions.Core.Planning;

/// <summary>
/// The one question the recovery loop asks: given what was done and what is, which stage comes next? Pure; the reason travels in the stage.
/// </summary>
public static class Planner
{
    public static PlanStage Next(Recovery recovery, Topology now)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        if (recovery.IsEnded) throw new InvalidOperationException($"recovery {recovery.Id} has ended: {recovery.Outcome!.Says}");
        if (now[recovery.Subject] is null)
            return PlanStage.End("abandon", new RecoveryOutcome.Abandoned($"{recovery.Subject} is not a member of cluster {now.Cluster}"));
        return recovery.Kind switch
        {
            RecoveryKind.DeadPrimary => new DeadPrimaryPlanner(recovery, now).Next(),
            RecoveryKind.Takeover => new TakeoverPlanner(recovery, now).Next(),
            RecoveryKind.Relocate => new RelocatePlanner(recovery, now).Next(),
            RecoveryKind.FenceFormerPrimary => new FenceFormerPrimaryPlanner(recovery, now).Next(),
            _ => throw new ArgumentOutOfRangeException(nameof(recovery), recovery.Kind, "no planner for this kind"),
        };
    }
}
