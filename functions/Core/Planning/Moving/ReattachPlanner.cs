using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>
/// Points a detached server (<see cref="Detach"/>) to the source it was detached from; it is a move
/// there (orchestrator's <c>reattach-replica</c>).
/// </summary>
internal static class ReattachPlanner
{
    public static PlanStage Next(Recovery recovery, Topology topology)
    {
        var server = topology[recovery.Subject]!;
        if (!recovery.Stages.IsEmpty) return RepointPlanner.Next(recovery, topology);
        if (server.Current is null) return PlanStage.Abandon(RelocateRefusal.NotSeen(server));
        if (MovedLink.Find(topology, server) is not { IsDetached: true } link)
            return PlanStage.Abandon($"{server.Key} is not detached");
        var source = Detach.SourceOf(link);
        return new RelocatePlanner(recovery with { Target = topology[source]?.Key ?? source }, topology, again: true)
            .Next();
    }
}
