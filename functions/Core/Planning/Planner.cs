using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Hooking;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Repairing;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning;

/// <summary>
/// The one question the recovery loop asks: given what was done and what is, which stage comes next? Pure; the reason
/// travels in the stage.
/// </summary>
public static class Planner
{
    public static PlanStage Next(Recovery recovery, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(topology);
        if (recovery.Outcome is { } outcome)
            throw new InvalidOperationException($"recovery {recovery.Id} has ended: {outcome.Says}");
        if (WhyNoPlan(recovery, topology) is { } refusal) return PlanStage.Abandon(refusal);
        // Each kind ends its plan at the limit in its own way; this ends one that cannot even do that.
        if (recovery.Stages.Count(s => s.Stage.Hook is null || s.WasNotBegun) >= recovery.Kind.MostStages)
            return PlanStage.Abandon($"the plan did not end within {recovery.Stages.Length} stages");
        return ReturnedPrimaries.Closing(recovery, topology) ?? HookStages.Next(recovery, topology);
    }

    /// <summary>What keeps every plan from going on, whatever its kind; null when nothing does.</summary>
    internal static Refusal? WhyNoPlan(Recovery recovery, Topology topology)
    {
        if (recovery.Stages.IsEmpty && topology.Ledger.Problem is { Length: > 0 } problem)
            return new($"the ledger of cluster {topology.Cluster} cannot be read: {problem}",
                "a version that can read it");
        return topology[recovery.Subject] is null
            ? new($"{recovery.Subject} is not a member of cluster {topology.Cluster}")
            : null;
    }
}
