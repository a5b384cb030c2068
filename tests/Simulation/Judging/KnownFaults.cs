using System.Collections.Immutable;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>The faults that are known. Whoever mends one takes its row away; a row that nothing meets fails its test.</summary>
public static class KnownFaults
{
    public static ImmutableArray<KnownFault> All { get; } =
    [
        new("S1", "a watcher that did not look since its own recovery replaces the same primary again", 545, (w, _) => Causes.IsReplacedTwice(w)),
        new("S1", "a recovery does not look at servers that were silent when it began and came back open", 2850, (w, _) => Causes.HasReturnedUnseen(w)),
        new("S1", "a look at the old primary that failed counts from its end, and it came back after its beginning", 22385, (w, _) => Causes.HasReturnedSinceLook(w)),
        new("S1", "a former primary that comes back open stays open while the failover that replaced it waits to be taken up", 10583, (w, _) => w.Store.Active is { HasOpened: true }),
        new("S1", "a server that a plan cut loose, or an old primary that nobody marked, is closed by nobody when it comes back open", 7154, (w, _) => Causes.HasUnmarked(w, isOpen: true)),
        new("S4", "an acknowledging replica that restarted is counted as if it still had what it acknowledged", 8008, (w, _) => w.Judge.IsLostByRestart),
        new("S4", "a switch points a replica elsewhere that has not applied what it acknowledged, and its relay log is thrown away", 22137, (w, _) => w.Judge.IsThrownAway),
        new("S4", "an acknowledging replica that the watcher has not seen for 5 s is taken to be gone for the primary too", 5045, (w, _) => Causes.IsTakenToBeGone(w)),
        new("S4", "replicas that a move or a switch put below another replica count neither as holders nor as acknowledging", 5705, (w, _) => w.Judge.IsHeldBelow),
        new("S5", "replicas that a move or a switch put below another replica count neither as holders nor as acknowledging", 5705, (w, _) => w.Judge.IsHeldBelow),
        new("S5", "an old primary that a given-up failover closed is no source of what it alone has", 22280, (w, _) => Causes.IsHeldByFormerSubject(w)),
        new("S5", "a look at the old primary that failed counts from its end, and it came back after its beginning", 1961, (w, _) => Causes.HasJustReturned(w)),
        new("S7", "a stored choice is not judged again when it is taken up, and the successor was written to by hand meanwhile", 24932, (w, _) => Causes.IsTakenUp(w)),
        new("S8", "a verdict is acted on though the store kept it waiting, in a picture that is dated by its newest part", 8191, (w, _) => Causes.IsOldVerdict(w)),
        new("S8", "a statement that lay in a cut socket opens a server long after it was given up", 8525, (w, _) => w.Judge.IsLate),
        new("S20", "the primary fell back from semi-sync after the last look at it, and the record counts on acknowledgements", 364, (w, _) => w.Shape.WaitFor > 0),
        new("L1", "receivers that a given-up recovery stopped stay stopped, and no replica can confirm a death any more", 1108, (w, _) => Causes.HasStoppedReceiver(w)),
        new("L1", "no plan moves a replica that returns and follows the former primary, and it is no replica of the next one that dies", 5503, (w, _) => Causes.FollowsFormerPrimary(w)),
        new("L1", "a successor lost before the watcher looked at it again is taken for a replica of the old primary", 414, (w, _) => Causes.IsTakenForReplica(w)),
        new("L2", "a successor lost before the watcher looked at it again is taken for a replica of the old primary", 978, (w, _) => Causes.IsTakenForReplica(w)),
        new("L2", "a server that a plan cut loose, or an old primary that nobody marked, is moved by nobody", 1391, (w, _) => Causes.HasUnmarked(w, isOpen: false)),
        new("L2", "no plan moves a replica that returns and follows the dead former primary", 5792, (w, _) => Causes.FollowsFormerPrimary(w)),
        new("L2", "no plan moves the replicas of a dead intermediate source", 845, (w, _) => Causes.HasDeadIntermediate(w)),
        new("L2", "a watcher that did not look since its own recovery replaces the same primary again", 737, (w, _) => Causes.IsReplacedAgain(w)),
        new("L2", "receivers that a given-up recovery stopped stay stopped", 359, (w, _) => Causes.HasStoppedReceiver(w)),
        new("L3", "no plan opens a primary that started read-only", 48, (w, _) => Causes.HasRestartedReadOnly(w)),
        new("L3", "a successor lost before the watcher looked at it again is taken for a replica of the old primary", 2101, (w, _) => Causes.IsTakenForReplica(w)),
        new("L3", "after an opening that was given up nothing is tried any more", 277, (w, _) => w.Store.Recoveries.Any(r => r is { HasOpened: true, Outcome: RecoveryOutcome.Abandoned })),
        new("L3", "a fence or a freeze outlives the recovery that sent it", 10, (w, _) => Causes.HasStayedClosed(w)),
    ];

    public static KnownFault? Find(World world, Violation violation) =>
        All.FirstOrDefault(f => f.Invariant == violation.Invariant && f.Explains(world, violation));
}
