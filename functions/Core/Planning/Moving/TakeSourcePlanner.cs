using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>
/// Swaps a server with its source, which is a replica itself: the server goes below its source's source, then the
/// source below the server.
/// </summary>
internal static class TakeSourcePlanner
{
    public static PlanStage Next(Recovery recovery, Topology topology)
    {
        if (recovery.Stages.FirstOrDefault()?.Stage.Moves is { IsDefault: false } begun)
            return new ManyMoves(recovery, topology, begun, isChain: true).Next();
        var server = topology[recovery.Subject]!;
        if (topology.SourcesOf(server) is not [var source])
            return PlanStage.Abandon($"{server.Key} does not follow one server of its cluster", "one source for it");
        if (topology.SourcesOf(source) is not [var above])
            return topology.Primary?.Key == source.Key
                ? PlanStage.Abandon($"{source.Key} is the primary", "a takeover, which makes another one the primary")
                : PlanStage.Abandon($"{source.Key} does not follow one server of its cluster", "one source for it");
        var first = new ManyMoves(
            recovery, topology, [new(server.Key, above.Key), new(source.Key, server.Key)], isChain: true).Next();
        return first.Outcome is RecoveryOutcome.Moved { Count: 0, Left: [var left, ..] }
            ? PlanStage.Abandon(left.Because)
            : first;
    }
}
