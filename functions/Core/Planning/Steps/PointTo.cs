using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Makes a server replicate from another by GTID. An existing link keeps everything but its address (TLS, account,
/// delay, filters: S12), and other channels stay as they are; a server without a link is given the configured
/// replication account.
/// </summary>
public sealed record PointTo(StepTarget Target, InstanceKey Source) : ServerStep(Target)
{
    /// <summary>
    /// The source it followed before, for a plan that may have to put it back; null when it followed nobody or that
    /// does not matter.
    /// </summary>
    public InstanceKey? Before { get; init; }

    /// <summary>
    /// Its receiver ran before the plan touched it: one that a person had stopped is not started when it is put back.
    /// </summary>
    public bool WasReceiving { get; init; } = true;

    /// <summary>
    /// Which threads are started afterwards: with <see cref="ReplicationThreads.Receiver"/> an applier that somebody
    /// else stopped stays stopped, with <see cref="ReplicationThreads.Applier"/> a receiver, with
    /// <see cref="ReplicationThreads.Neither"/> both. A stored step that names none starts both.
    /// </summary>
    public ReplicationThreads Threads { get; init; } = ReplicationThreads.Both;

    /// <summary>
    /// How a link used TLS that this plan removed since, for a server that is given a new one: where no other link is
    /// left, nothing else tells. Null when it did not, or none was removed.
    /// </summary>
    public LinkTls? Tls { get; init; }

    private bool StartsReceiver => StartReplication.OfReceivers(Threads);

    private bool StartsApplier => StartReplication.OfAppliers(Threads);

    public override string Says => $"Point {Target} to {Source}" + Threads switch
    {
        ReplicationThreads.Receiver => " and start receiving",
        ReplicationThreads.Applier => " and start applying",
        ReplicationThreads.Neither => "",
        _ => " and start replication",
    };

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.KnowsLinks && LinkOf(instance) is { } link && link.Source == Source && link.AutoPosition
        && (!StartsReceiver || link.Receiver != ReplicationThread.Stopped)
        && (!StartsApplier || link.Applier == ReplicationThread.Running);

    public override Topology Effect(Topology topology)
    {
        var source = topology[Source]?.Current;
        var receiver = !StartsReceiver ? ReplicationThread.Stopped
            : source is null ? ReplicationThread.Connecting : ReplicationThread.Running;
        return Change(topology, i => i with
        {
            Links = WithLink(i, Source, l => l with
            {
                Source = Source, SourceUuid = source?.ServerUuid, Receiver = receiver, AutoPosition = true,
                Applier = StartsApplier ? ReplicationThread.Running : l.Applier, IsDetached = false,
                ReceiverErrorNumber = 0, ReceiverError = "",
                SilentFor = source is null ? null : TimeSpan.Zero,
                Received = null, ReadPosition = null, ExecutedPosition = null, LagSeconds = source is null ? null : 0,
            }),
            Gtid = Threads != ReplicationThreads.Both || source is null
                || source.Gtid.Executed.GetType() != i.Gtid.Executed.GetType()
                ? i.Gtid
                : i.Gtid with { Executed = i.Gtid.Executed.Union(source.Gtid.Executed) },
        });
    }
}
