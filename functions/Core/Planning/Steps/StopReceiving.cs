using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Stops a replica's receivers, or that of one channel, so that what it has received stands still; the appliers go on.
/// </summary>
public sealed record StopReceiving(StepTarget Target) : ServerStep(Target)
{
    /// <summary>
    /// Its appliers ran when they were last seen: an undo starts them too where the plan has stopped them meanwhile.
    /// Appliers that a person had stopped stay so.
    /// </summary>
    public bool WasApplying { get; init; } = true;

    /// <summary>
    /// Its receivers ran when they were last told. Where they did not, a stop is this plan's only when it is known to
    /// have stopped them (S19).
    /// </summary>
    public bool WasReceiving { get; init; } = true;

    /// <summary>
    /// Its source is there and may go on sending: a receiver that ends in the middle of a transaction gets the rest
    /// first, because an applier that has begun with it waits a minute for it (docs/decisions/0039). Never where the
    /// source is being replaced: it would be acknowledged anew.
    /// </summary>
    public bool TakesTheRest { get; init; }

    public override string Says => $"Stop receiving on {Target}";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.KnowsLinks && instance.Links.Where(Concerns).All(l => l.Receiver == ReplicationThread.Stopped);

    public override Topology Effect(Topology topology) => Change(topology, i => i with
    {
        Links = [.. i.Links.Select(l => Concerns(l) ? l with { Receiver = ReplicationThread.Stopped } : l)],
    });
}
