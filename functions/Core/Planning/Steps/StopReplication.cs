using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Stops a replica's receivers, its appliers or both, of all its links or of one channel. What was received and not
/// applied stays.
/// </summary>
public sealed record StopReplication(StepTarget Target) : ServerStep(Target)
{
    /// <summary>Which threads are stopped. A stored step that names none stops both.</summary>
    public ReplicationThreads Threads { get; init; } = ReplicationThreads.Both;

    /// <summary>The threads that ran when this was planned: what puts the server back starts these.</summary>
    public ReplicationThreads Before { get; init; } = ReplicationThreads.Both;

    public override string Says => Threads switch
    {
        ReplicationThreads.Receiver => $"Stop receiving on {Target}",
        ReplicationThreads.Applier => $"Stop applying on {Target}",
        _ => $"Stop replication on {Target}",
    };

    private bool StopsReceivers => StartReplication.OfReceivers(Threads);

    private bool StopsAppliers => StartReplication.OfAppliers(Threads);

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.KnowsLinks && instance.Links.Where(Concerns).All(Stands);

    private bool Stands(ReplicationLink l) =>
        (!StopsReceivers || l.Receiver == ReplicationThread.Stopped)
        && (!StopsAppliers || l.Applier == ReplicationThread.Stopped);

    public override Topology Effect(Topology topology) => Change(topology, i => i with
    {
        Links = [.. i.Links.Select(l => Concerns(l) ? Stopped(l) : l)],
    });

    private ReplicationLink Stopped(ReplicationLink link) => link with
    {
        Receiver = StopsReceivers ? ReplicationThread.Stopped : link.Receiver,
        Applier = StopsAppliers ? ReplicationThread.Stopped : link.Applier,
    };
}
