using System.Collections.Immutable;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>The faults that are known. Whoever mends one takes its row away; a row that nothing meets fails its test.</summary>
public static class KnownFaults
{
    public static ImmutableArray<KnownFault> All { get; } =
    [
        new("S4", "the acknowledging replicas lost power too, and what they had received was on no disk", 409391, (w, _) => Causes.HasLostRelayLog(w)),
        new("S1", "a run that lost the store is taken up when its lease has run out, and nobody closes the former primary until then", 416139, Causes.HasOpenFormerPrimary),
        new("S5", "a sibling whose receiver could not be stopped receives more of the old primary, which lives, and the successor is told once more", 204956, (w, _) => Causes.ReceivesOn(w)),
        new("S7", "an earlier promotion took up what was written to a replica by hand, and its successor has it from there", 12552, Causes.IsTakenUp),
        new("L2", "no plan moves the replicas of a dead intermediate source", 1377, Causes.HasDeadIntermediate),
    ];

    public static KnownFault? Find(World world, Violation violation) =>
        All.FirstOrDefault(f => f.Invariant == violation.Invariant && f.Explains(world, violation));
}
