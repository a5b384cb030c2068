using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Running;

/// <summary>Where steps queue: those on one server run one after another, marks about it beside them.</summary>
public readonly record struct StepLine(bool IsMark, InstanceKey Key)
{
    public static StepLine Of(PlanStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new StepLine(step is MarkStep, step.Target.Key);
    }
}
