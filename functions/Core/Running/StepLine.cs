using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// Where steps queue: those on one server run one after another, marks about it and hooks beside them. A hook never
/// keeps a server from being told something.
/// </summary>
/// <param name="IsBeside">It is no step on the server.</param>
public readonly record struct StepLine(bool IsBeside, InstanceKey Key)
{
    public static StepLine Of(PlanStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new StepLine(step is not ServerStep, step.Target.Key);
    }
}
