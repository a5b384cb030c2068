using System.Collections.Immutable;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>The faults that are known. Whoever mends one takes its row away; a row that nothing meets fails its test.</summary>
public static class KnownFaults
{
    public static ImmutableArray<KnownFault> All { get; } =
    [
        new("S1", "a server that a plan cut loose, or an old primary that nobody marked, is closed by nobody when it comes back open", 13314, (w, _) => Causes.HasUnmarked(w, isOpen: true)),
        new("S5", "a replica whose receiver does not stop is passed over after three tries, with what it received", 111332, Causes.IsPassedOver),
        new("L1", "no plan moves a replica that returns and follows the former primary, and it is no replica of the next one that dies", 8858, (w, _) => Causes.FollowsFormerPrimary(w)),
        new("L1", "a successor lost before the watcher looked at it again is taken for a replica of the old primary", 105, (w, _) => Causes.IsTakenForReplica(w)),
        new("L2", "a successor lost before the watcher looked at it again is taken for a replica of the old primary", 5606, (w, _) => Causes.IsTakenForReplica(w)),
        new("L2", "a server that a plan cut loose, or an old primary that nobody marked, is moved by nobody", 440, (w, _) => Causes.HasUnmarked(w, isOpen: false)),
        new("L2", "no plan moves a replica that returns and follows the dead former primary", 4603, (w, _) => Causes.FollowsFormerPrimary(w)),
        new("L2", "no plan moves the replicas of a dead intermediate source", 1377, (w, _) => Causes.HasDeadIntermediate(w)),
        new("L2", "a stopped receiver is taken for started again on a look from before it was stopped", 114, (w, _) => Causes.HasPaidStop(w)),
        new("L2", "a receiver that was retrying when a recovery stopped it keeps its error, and nobody starts it", 103586, (w, _) => Causes.HasStopWithError(w)),
        new("L2", "a receiver was stopped whose server was moved below a replica meanwhile, and nobody starts it", 107274, (w, _) => Causes.HasStopElsewhere(w)),
        new("L3", "a switch is given up after its successor was cut loose, and neither of the two is the one primary", 104046, (w, _) => Causes.HasTwoClosedRoots(w)),
        new("L3", "a primary waits for acknowledgements of a replica that died, for as long as its timeout", 106801, (w, _) => Causes.HasDeadAcker(w)),
        new("L3", "no plan opens a primary that started read-only", 38, (w, _) => Causes.HasRestartedReadOnly(w)),
        new("L3", "a plan is given up on a look from before the fence took effect, and the fence is not lifted", 882, (w, _) => Causes.IsFenceUnseen(w)),
        new("L3", "a receiver that was retrying when a recovery stopped it keeps its error, and nobody acknowledges", 13194, (w, _) => Causes.HasStopWithError(w)),
        new("L3", "a replica that was to be the primary for a moment does not acknowledge any more", 1829, (w, _) => Causes.HasNoAcker(w)),
        new("L3", "a replica that started writable keeps the primary closed that a recovery had closed", 7293, (w, _) => Causes.IsKeptClosed(w)),
        new("L3", "a server that a plan cut loose is taken for the primary, and the one that was closed is not opened", 4847, (w, _) => Causes.IsClosedBesideCutLoose(w)),
        new("L3", "a primary is fenced that was last seen closed by a switch which was undone since, and the fence is not lifted", 103249, (w, _) => Causes.IsFenceForgotten(w)),
    ];

    public static KnownFault? Find(World world, Violation violation) =>
        All.FirstOrDefault(f => f.Invariant == violation.Invariant && f.Explains(world, violation));
}
