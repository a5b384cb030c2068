using System.Collections.Immutable;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>The faults that are known. Whoever mends one takes its row away; a row that nothing meets fails its test.</summary>
public static class KnownFaults
{
    public static ImmutableArray<KnownFault> All { get; } =
    [
        new("S5", "a replica whose receiver does not stop is passed over after three tries, with what it received", 111332, Causes.IsPassedOver),
        new("S5", "a sibling whose receiver could not be stopped receives more of the old primary, which lives, and the successor is told once more", 204956, (w, _) => Causes.ReceivesOn(w)),
        new("L1", "a successor that may be open is lost before anybody knows, its siblings follow the former primary, and nobody else may be opened", 7886, (w, _) => Causes.IsLostMaybeOpen(w)),
        new("L2", "a receiver was stopped whose server was moved below a replica meanwhile, and nobody starts it", 107274, (w, _) => Causes.HasStopElsewhere(w)),
        new("L2", "no plan moves the replicas of a dead intermediate source", 1377, (w, _) => Causes.HasDeadIntermediate(w)),
        new("L3", "a switch is given up after its successor was cut loose, and neither of the two is the one primary", 104046, (w, _) => Causes.HasTwoClosedRoots(w)),
        new("L3", "a primary waits for acknowledgements of a replica that died, for as long as its timeout", 106801, (w, _) => Causes.HasDeadAcker(w)),
        new("L3", "a primary restarts twice within a second and is not seen open for longer, so its restart is not known to have closed it", 207061, (w, _) => Causes.HasRestartedTwice(w)),
        new("L3", "a candidate that was pointed to a sibling to fetch and was lost stays below it, and the primary waits for both", 208926, (w, _) => Causes.HasStayedBelow(w)),
    ];

    public static KnownFault? Find(World world, Violation violation) =>
        All.FirstOrDefault(f => f.Invariant == violation.Invariant && f.Explains(world, violation));
}
