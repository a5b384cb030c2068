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

    public override string Says => $"Stop replication on {Target} and forget its source";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance is { KnowsLinks: true } && !instance.Links.Any(Concerns);

    public override Topology Effect(Topology topology) =>
        Change(topology, i => i with { Links = i.Links.RemoveAll(Concerns) });
}
