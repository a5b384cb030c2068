using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Which threads of a replica's links are meant.</summary>
public enum ReplicationThreads
{
    /// <summary>Receivers and appliers.</summary>
    Both,
    /// <summary>Receivers only; an applier that stands still was stopped by somebody else.</summary>
    Receiver,
    /// <summary>Appliers only; a receiver that stands still was stopped by somebody else.</summary>
    Applier,
    /// <summary>No thread: both were stopped by somebody else.</summary>
    Neither,
}

/// <summary>
/// Starts a replica's receivers, its appliers or both, of all its links or of one channel. With receivers it is what
/// reopens <see cref="StopReceiving"/>. What was received and not applied stays.
/// </summary>
public sealed record StartReplication(StepTarget Target) : ServerStep(Target)
{
    /// <summary>Which threads are started. A stored step that names none starts both.</summary>
    public ReplicationThreads Threads { get; init; } = ReplicationThreads.Both;

    public override string Says => Threads switch
    {
        ReplicationThreads.Receiver => $"Start receiving on {Target}",
        ReplicationThreads.Applier => $"Start applying on {Target}",
        _ => $"Start replication on {Target}",
    };

    /// <summary>The threads of a link that do not stand still.</summary>
    public static ReplicationThreads Running(ReplicationLink? link) => link switch
    {
        null => ReplicationThreads.Neither,
        { Receiver: not ReplicationThread.Stopped, Applier: ReplicationThread.Stopped } => ReplicationThreads.Receiver,
        { Receiver: not ReplicationThread.Stopped } => ReplicationThreads.Both,
        { Applier: ReplicationThread.Stopped } => ReplicationThreads.Neither,
        _ => ReplicationThreads.Applier,
    };

    public static bool OfReceivers(ReplicationThreads threads) =>
        threads is ReplicationThreads.Both or ReplicationThreads.Receiver;

    public static bool OfAppliers(ReplicationThreads threads) =>
        threads is ReplicationThreads.Both or ReplicationThreads.Applier;

    private bool StartsReceivers => OfReceivers(Threads);

    private bool StartsAppliers => OfAppliers(Threads);

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.KnowsLinks && instance.Links.Where(Concerns).All(Runs);

    private bool Runs(ReplicationLink l) =>
        (!StartsReceivers || l.Receiver != ReplicationThread.Stopped)
        && (!StartsAppliers || l.Applier == ReplicationThread.Running);

    public override Topology Effect(Topology topology) => Change(topology, i => i with
    {
        Links = [.. i.Links.Select(l => Concerns(l) ? Started(topology, l) : l)],
    });

    private ReplicationLink Started(Topology topology, ReplicationLink link) => link with
    {
        Receiver = StartsReceivers ? Receiving(topology, link) : link.Receiver,
        Applier = StartsAppliers ? ReplicationThread.Running : link.Applier,
    };

    private static ReplicationThread Receiving(Topology topology, ReplicationLink link) =>
        topology.SourceOf(link) is { IsSeen: false } ? ReplicationThread.Connecting : ReplicationThread.Running;
}
