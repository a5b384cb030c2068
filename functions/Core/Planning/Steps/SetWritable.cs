using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Opens a server for writes.</summary>
public sealed record SetWritable(StepTarget Target) : ServerStep(Target)
{
    public override string Says => $"Make {Target.Key} writable";

    public override bool IsSatisfiedBy(Instance instance) => instance is { ReadOnly: false, SuperReadOnly: false };

    public override Topology Effect(Topology topology) =>
        Change(topology, i => i with { ReadOnly = false, SuperReadOnly = false, IsReadOnlyPending = false });
}
