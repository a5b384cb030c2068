using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Takes back <see cref="MarkFormerPrimary"/>: the server is a replica again.</summary>
public sealed record ClearFormerPrimary(StepTarget Target) : MarkStep(Target)
{
    public static ClearFormerPrimary Of(InstanceKey key) => new(new StepTarget.FormerPrimary(key));

    public override string Says => $"Clear the mark of {Target.Key} as a former primary";

    protected override bool IsFormer => false;
}
