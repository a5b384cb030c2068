using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Stops a replica's receivers so that what it has received stands still; the appliers go on.</summary>
public sealed record StopReceiving(InstanceKey On) : PlanStep(On)
{
    public override string Says => $"Stop receiving on {On}";

    public override bool IsTrueOf(Instance instance) => instance.Links.All(l => l.Receiver == ReplicationThread.Stopped);

    public override Topology Effect(Topology topology) =>
        Change(topology, i => i with { Links = [.. i.Links.Select(l => l with { Receiver = ReplicationThread.Stopped })] });
}
