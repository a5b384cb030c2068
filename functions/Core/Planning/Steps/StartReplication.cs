using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Starts a replica's receivers and appliers: what reopens <see cref="StopReceiving"/>.</summary>
public sealed record StartReplication(StepTarget Target) : ServerStep(Target)
{
    public override string Says => $"Start replication on {Target.Key}";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.Links.All(l => l.Receiver != ReplicationThread.Stopped && l.Applier == ReplicationThread.Running);

    public override Topology Effect(Topology topology) => Change(topology, i => i with
    {
        Links = [.. i.Links.Select(l => l with { Receiver = topology.SourceOf(l) is { IsSeen: false }
            ? ReplicationThread.Connecting
            : ReplicationThread.Running, Applier = ReplicationThread.Running })],
    });
}
