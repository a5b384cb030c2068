using System.Collections.Immutable;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>The faults that are known. Whoever mends one takes its row away; a row that nothing meets fails its test.</summary>
public static class KnownFaults
{
    public static ImmutableArray<KnownFault> All { get; } =
    [
        new("L1", "a successor that may be open is lost before anybody knows, its siblings follow the former primary, and nobody else may be opened", 7886, (w, _) => Causes.IsLostMaybeOpen(w)),
        new("L1", "a successor dies before any replica was put below it, and who is left has never heard it and cannot witness its death", 306332, (w, _) => Causes.HasUnheardPrimary(w)),
        new("L2", "no plan moves the replicas of a dead intermediate source", 1377, (w, _) => Causes.HasDeadIntermediate(w)),
        new("L2", "one server that was left behind may not follow, and the next one waits behind its held plan", 408737, (w, _) => Causes.HasWaitingBehind(w)),
        new("L3", "a switch opened the primary again, and a failover that saw it last while it was frozen fences it and is given up", 114033, (w, _) => Causes.HasHiddenFence(w)),
        new("L3", "a primary waits for acknowledgements of a server that has transactions of its own and may not follow, as its record says", 114661, (w, _) => Causes.HasRefusedAcker(w)),
        new("L3", "a candidate that was pointed to a sibling to fetch and was lost stays below it, and the primary waits for both", 208926, (w, _) => Causes.HasStayedBelow(w)),
    ];

    public static KnownFault? Find(World world, Violation violation) =>
        All.FirstOrDefault(f => f.Invariant == violation.Invariant && f.Explains(world, violation));
}
