using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Sets how far behind its source a replica keeps itself (SOURCE_DELAY). Its applier has to stand
/// still for it, on MariaDB its receiver too.
/// </summary>
/// <param name="Seconds">Zero for none.</param>
public sealed record SetDelay(StepTarget Target, int Seconds) : ServerStep(Target)
{
    /// <summary>More is refused by servers: 2^31 - 1. Manual: "CHANGE REPLICATION SOURCE TO Statement".</summary>
    public const int Longest = int.MaxValue;

    public override string Says => Seconds == 0
        ? $"Let {Target} apply without a delay"
        : $"Let {Target} apply {Seconds} s late";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.KnowsLinks && LinkOf(instance) is { } link && link.DelaySeconds == Seconds;

    public override Topology Effect(Topology topology) => Change(topology, i => LinkOf(i) is { } link
        ? i with { Links = i.Links.Replace(link, link with { DelaySeconds = Seconds }) }
        : i);
}
