using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Keeps it in mind that a server was replaced as primary: should it come back writable, it is closed at once (S10).
/// </summary>
public sealed record MarkFormerPrimary(StepTarget Target) : MarkStep(Target)
{
    public static MarkFormerPrimary Of(InstanceKey key) => new(new StepTarget.FormerPrimary(key));

    public override string Says => $"Mark {Target.Key} as a former primary";

    protected override bool IsFormer => true;
}
