using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Waits until a replica's receiver is connected to its source: told to connect, a server says yes before it has tried.
/// </summary>
public sealed record WaitUntilReceiving(StepTarget Target, InstanceKey Source) : ServerStep(Target)
{
    public override string Says => $"Wait until {Target} receives from {Source}";

    public override bool OnlyWaits => true;

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.KnowsLinks
        && LinkOf(instance) is { Receiver: ReplicationThread.Running } link && link.Source == Source;

    public override Topology Effect(Topology topology) => Change(topology, i => i with
    {
        Links = WithLink(i, Source, l => l with
        {
            Source = Source, Receiver = ReplicationThread.Running, ReceiverErrorNumber = 0, ReceiverError = "",
        }),
    });
}
