using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Makes a server refuse writes, from privileged accounts too where the server can (super_read_only).</summary>
public sealed record SetReadOnly(InstanceKey On) : PlanStep(On)
{
    public override string Says => $"Make {On} read-only";

    public override bool IsTrueOf(Instance instance) =>
        instance.ReadOnly && !instance.IsReadOnlyPending && (instance.SuperReadOnly || instance.Version.Flavor == Positions.ServerFlavor.MariaDb);

    public override Topology Effect(Topology topology) =>
        Change(topology, i => i with { ReadOnly = true, IsReadOnlyPending = false, SuperReadOnly = i.Version.Flavor != Positions.ServerFlavor.MariaDb });
}
