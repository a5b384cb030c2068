using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Makes a replica whose threads stand still find its place at its source by GTID (SOURCE_AUTO_POSITION=1). What it
/// received and has not applied is fetched again.
/// </summary>
public sealed record UseGtid(StepTarget Target) : ServerStep(Target)
{
    public override string Says => $"Let {Target} find its place by GTID";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.KnowsLinks && LinkOf(instance) is { AutoPosition: true };

    public override Topology Effect(Topology topology) => Change(topology, i => LinkOf(i) is { } link
        ? i with
        {
            Links = i.Links.Replace(link, link with { AutoPosition = true, ReadPosition = null, Received = null }),
        }
        : i);
}
