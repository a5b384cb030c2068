using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Stops replication on a server, or on one channel of it, and removes its source for good, so that a restart cannot
/// bring it back (S10).
/// </summary>
public sealed record ForgetSource(StepTarget Target) : ServerStep(Target)
{
    /// <summary>How the link that is removed uses TLS; null when it does not. What follows the server may need the
    /// same.</summary>
    public LinkTls? Tls { get; init; }

    /// <summary>
    /// The source that the link led to when this was planned: a link that leads elsewhere by now was given by somebody
    /// else since, and is not removed (S6). Null removes it wherever it leads.
    /// </summary>
    public InstanceKey? Source { get; init; }

    /// <summary>Its receiver stood still when this was planned: what a receiver that runs by now got is not thrown
    /// away.</summary>
    public bool WasStill { get; init; }

    /// <summary>Removes this link, and no other one that somebody else has put in its place.</summary>
    public static ForgetSource Of(StepTarget target, ReplicationLink? link) => new(target)
    {
        Source = link?.Source, WasStill = link is { Receiver: ReplicationThread.Stopped },
    };

    public override string Says => $"Stop replication on {Target} and forget its source";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance is { KnowsLinks: true } && !instance.Links.Any(Concerns);

    public override Topology Effect(Topology topology) =>
        Change(topology, i => i with { Links = i.Links.RemoveAll(Concerns) });
}
