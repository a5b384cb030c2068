using System.Collections.Immutable;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>The faults that are known. Whoever mends one takes its row away; a row that nothing meets fails its test.</summary>
public static class KnownFaults
{
    public static ImmutableArray<KnownFault> All { get; } =
    [
        new("S1", "a recovery does not look at servers that were silent when it began and came back open", 840, (w, _) => Causes.HasReturnedUnseen(w)),
        new("S1", "a former primary that comes back open stays open while the failover that replaced it waits to be taken up", 12716, (w, _) => w.Store.Active is { HasOpened: true }),
        new("S1", "an old primary is to be closed, three attempts are made in vain within a moment, and the next ones are held", 30605, (w, _) => Causes.HasUnfencedFormer(w)),
        new("S1", "the undo of a switch opens the old primary without a look at the others, one of which was opened by hand", 9437, Causes.IsOpenedByUndo),
        new("S1", "a server that a plan cut loose, or an old primary that nobody marked, is closed by nobody when it comes back open", 10320, (w, _) => Causes.HasUnmarked(w, isOpen: true)),
        new("S4", "an acknowledging replica that restarted is counted as if it still had what it acknowledged", 10177, (w, _) => w.Judge.IsLostByRestart),
        new("S5", "replicas that a move or a switch put below another replica count neither as holders nor as acknowledging", 5554, (w, _) => w.Judge.IsHeldBelow),
        new("S8", "a verdict is acted on though the store kept it waiting, in a picture that is dated by its newest part", 294, Causes.IsOldVerdict),
        new("S18", "a step looks at its own server for a while before it is sent, and the guard is not asked again", 253, (_, v) =>
            v.Sentence.Contains("with a look at", StringComparison.Ordinal) && v.Age > 0.2),
        new("S20", "the primary fell back from semi-sync after the last look at it, and the record counts on acknowledgements", 1799, (w, _) => w.Shape.WaitFor > 0),
        new("L1", "no plan moves a replica that returns and follows the former primary, and it is no replica of the next one that dies", 2168, (w, _) => Causes.FollowsFormerPrimary(w)),
        new("L1", "a successor lost before the watcher looked at it again is taken for a replica of the old primary", 105, (w, _) => Causes.IsTakenForReplica(w)),
        new("L2", "a successor lost before the watcher looked at it again is taken for a replica of the old primary", 5606, (w, _) => Causes.IsTakenForReplica(w)),
        new("L2", "a server that a plan cut loose, or an old primary that nobody marked, is moved by nobody", 4410, (w, _) => Causes.HasUnmarked(w, isOpen: false)),
        new("L2", "no plan moves a replica that returns and follows the dead former primary", 4603, (w, _) => Causes.FollowsFormerPrimary(w)),
        new("L2", "no plan moves the replicas of a dead intermediate source", 1377, (w, _) => Causes.HasDeadIntermediate(w)),
        new("L2", "a stopped receiver is taken for started again on a look from before it was stopped", 114, (w, _) => Causes.HasPaidStop(w)),
        new("L3", "no plan opens a primary that started read-only", 38, (w, _) => Causes.HasRestartedReadOnly(w)),
        new("L3", "a plan is given up on a look from before the fence took effect, and the fence is not lifted", 33064, (w, _) => Causes.IsFenceUnseen(w)),
        new("L3", "a receiver that was retrying when a recovery stopped it keeps its error, and nobody acknowledges", 13194, (w, _) => Causes.HasStopWithError(w)),
        new("L3", "a replica that was to be the primary for a moment does not acknowledge any more", 4195, (w, _) => Causes.HasNoAcker(w)),
        new("L3", "a replica that started writable keeps the primary closed that a recovery had closed", 13757, (w, _) => Causes.IsKeptClosed(w)),
        new("L3", "a server that a plan cut loose is taken for the primary, and the one that was closed is not opened", 4847, (w, _) => Causes.IsClosedBesideCutLoose(w)),
    ];

    public static KnownFault? Find(World world, Violation violation) =>
        All.FirstOrDefault(f => f.Invariant == violation.Invariant && f.Explains(world, violation));
}
