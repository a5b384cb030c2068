using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Starts a replica's receivers and appliers: what reopens <see cref="StopReceiving"/>.</summary>
public sealed record StartReplication(InstanceKey On) : PlanStep(On)
{
    public override string Says => $"Start replication on {On}";

    public override bool IsTrueOf(Instance instance) =>
        instance.Links.All(l => l.Receiver != ReplicationThread.Stopped && l.Applier == ReplicationThread.Running);

    public override Topology Effect(Topology topology) => Change(topology, i => i with
    {
        Links = [.. i.Links.Select(l => l with { Receiver = topology.SourceOf(l) is { IsSeen: false } ? ReplicationThread.Connecting : ReplicationThread.Running, Applier = ReplicationThread.Running })],
    });
}
