using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Makes a server refuse writes, from privileged accounts too where the server can (super_read_only).
/// </summary>
public sealed record SetReadOnly(StepTarget Target) : ServerStep(Target)
{
    public override string Says => $"Make {Target.Key} read-only";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.ReadOnly && !instance.IsReadOnlyPending
            && (instance.SuperReadOnly || instance.Version.Flavor == Positions.ServerFlavor.MariaDb);

    public override Topology Effect(Topology topology) =>
        Change(topology, i => i with
        {
            ReadOnly = true, IsReadOnlyPending = false,
            SuperReadOnly = i.Version.Flavor != Positions.ServerFlavor.MariaDb,
        });
}
