using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>
/// Points a server anew: to its own source, which mends a connection or a relay log that is broken, or to another
/// server. What it received and has not applied is fetched again; where its source lacks some of it, it is refused.
/// Else it is a move (orchestrator's <c>repoint</c>).
/// </summary>
internal static class RepointPlanner
{
    public static PlanStage Next(Recovery recovery, Topology topology)
    {
        var replica = topology[recovery.Subject]!;
        if ((recovery.Target ?? Pointed(recovery) ?? SourceOf(topology, replica)) is not { } target)
            return PlanStage.Abandon(new Refusal(
                $"{replica.Key} follows nobody, and it was not said whom it is to follow", "the name of its source"));
        var moving = recovery with { Target = target };
        var stage = new RelocatePlanner(moving, topology, again: true).Next();
        // A link that stands as it would be made is not made again: it is told anew when it does not receive.
        return stage.Steps is [{ Step: PointTo point }] && point.IsSatisfiedBy(topology)
            ? stage with { Steps = [stage.Steps[0] with { Step = new StopReceiving(point.Target) }, .. stage.Steps] }
            : stage;
    }

    private static InstanceKey? Pointed(Recovery recovery) => recovery.Stages.Where(s => !s.Stage.GoesBack)
        .SelectMany(s => s.Stage.Steps).Select(s => s.Step).OfType<PointTo>().FirstOrDefault()?.Source;

    // By its own name: a link may know its source by another one.
    private static InstanceKey? SourceOf(Topology topology, Member replica) =>
        MovedLink.Find(topology, replica) is { } link ? topology.SourceOf(link)?.Key ?? Named(topology, link) : null;

    private static InstanceKey Named(Topology topology, ReplicationLink link) =>
        topology[Detach.SourceOf(link)]?.Key ?? Detach.SourceOf(link);
}
