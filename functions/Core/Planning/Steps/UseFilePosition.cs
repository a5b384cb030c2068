using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Makes a replica whose threads stand still find its place at its source by file and position
/// (SOURCE_AUTO_POSITION=0). Nothing is named: the server goes on where its applier ended, and fetches from there what
/// it received and has not applied (seen on MySQL 9.7.4 and MariaDB 10.11.18).
/// </summary>
public sealed record UseFilePosition(StepTarget Target) : ServerStep(Target)
{
    public override string Says => $"Let {Target} find its place by file and position";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.KnowsLinks && LinkOf(instance) is { AutoPosition: false };

    public override Topology Effect(Topology topology) => Change(topology, i => LinkOf(i) is { AutoPosition: true } link
        ? i with
        {
            Links = i.Links.Replace(
                link, link with { AutoPosition = false, ReadPosition = link.ExecutedPosition, Received = null }),
        }
        : i);
}
