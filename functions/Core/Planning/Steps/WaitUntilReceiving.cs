using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Waits until a replica's receiver is connected to its source: told to connect, a server says yes before it has tried.</summary>
public sealed record WaitUntilReceiving(InstanceKey On, InstanceKey Source) : PlanStep(On)
{
    public override string Says => $"Wait until {On} receives from {Source}";

    public override bool OnlyWaits => true;

    public override bool IsTrueOf(Instance instance) => instance.Link is { Receiver: ReplicationThread.Running } link && link.Source == Source;

    public override Topology Effect(Topology topology) => Change(topology, i => i with
    {
        Links =
        [
            (i.Link ?? new ReplicationLink { Source = Source, Receiver = ReplicationThread.Running, Applier = ReplicationThread.Running }) with
            {
                Source = Source, Receiver = ReplicationThread.Running, ReceiverErrorNumber = 0, ReceiverError = "",
            },
        ],
    });
}
