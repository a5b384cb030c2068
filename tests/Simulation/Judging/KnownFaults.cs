using System.Collections.Immutable;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>The faults that are known. Whoever mends one takes its row away; a row that nothing meets fails its test.</summary>
public static class KnownFaults
{
    public static ImmutableArray<KnownFault> All { get; } =
    [
        new("S1", "a recovery does not look at servers that were silent when it began and came back open", 3744, (w, _) => Causes.HasReturnedUnseen(w)),
        new("S1", "a former primary that comes back open stays open while the failover that replaced it waits to be taken up", 10583, (w, _) => w.Store.Active is { HasOpened: true }),
        new("S1", "an old primary is to be closed, three attempts are made in vain within a moment, and the next ones are held", 13833, (w, _) => Causes.HasUnfencedFormer(w)),
        new("S1", "the undo of a switch opens the old primary without a look at the others, one of which was opened by hand", 9437, Causes.IsOpenedByUndo),
        new("S4", "an acknowledging replica that restarted is counted as if it still had what it acknowledged", 10177, (w, _) => w.Judge.IsLostByRestart),
        new("S5", "replicas that a move or a switch put below another replica count neither as holders nor as acknowledging", 5554, (w, _) => w.Judge.IsHeldBelow),
        new("S5", "a sibling whose receiver could not be stopped receives more of the old primary, which lives, and the successor is told once more", 204956, (w, _) => Causes.ReceivesOn(w)),
        new("S8", "a verdict is acted on though the store kept it waiting, in a picture that is dated by its newest part", 20516, Causes.IsOldVerdict),
        new("S18", "a step looks at its own server for a while before it is sent, and the guard is not asked again", 747, (_, v) =>
            v.Sentence.Contains("with a look at", StringComparison.Ordinal) && v.Age > 0.2),
        new("S20", "the primary fell back from semi-sync after the last look at it, and the record counts on acknowledgements", 1799, (w, _) => w.Shape.WaitFor > 0),
        new("L1", "a successor that may be open is lost before anybody knows, its siblings follow the former primary, and nobody else may be opened", 7886, (w, _) => Causes.IsLostMaybeOpen(w)),
        new("L2", "no plan moves the replicas of a dead intermediate source", 1377, (w, _) => Causes.HasDeadIntermediate(w)),
        new("L3", "a primary restarts twice within a second and is not seen open for longer, so its restart is not known to have closed it", 207061, (w, _) => Causes.HasRestartedTwice(w)),
        new("L3", "a candidate that was pointed to a sibling to fetch and was lost stays below it, and the primary waits for both", 208926, (w, _) => Causes.HasStayedBelow(w)),
    ];

    public static KnownFault? Find(World world, Violation violation) =>
        All.FirstOrDefault(f => f.Invariant == violation.Invariant && f.Explains(world, violation));
}
