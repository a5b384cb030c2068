using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Stops replication on a server and removes its source for good, so that a restart cannot bring it back (S10).</summary>
public sealed record ForgetSource(InstanceKey On) : PlanStep(On)
{
    public override string Says => $"Stop replication on {On} and forget its source";

    public override bool IsTrueOf(Instance instance) => instance.Links.Length == 0;

    public override Topology Effect(Topology topology) => Change(topology, i => i with { Links = [] });
}
