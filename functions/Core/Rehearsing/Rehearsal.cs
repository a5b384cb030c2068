using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Running;

namespace OrchestratorFunctions.Core.Rehearsing;

/// <summary>
/// A dry run: the same planner and the same loop as a real recovery, over <see cref="SimulatedFleet"/>. Touches
/// nothing.
/// </summary>
public static class Rehearsal
{
    /// <summary>
    /// What a rehearsal of a kind begins on: for a dead primary, the primary that is seen is taken to be dead.
    /// </summary>
    public static Topology StartOf(PlanKind kind, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(topology);
        return kind.SubjectIsDead && topology.Primary is { IsSeen: true } primary
            ? SimulatedFleet.WithDead(topology, primary.Key, "taken to be dead")
            : topology;
    }

    /// <summary>Runs a recovery to its end and returns it with every stage and simulated result.</summary>
    public static Recovery Run(Recovery recovery, SimulatedFleet fleet)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(fleet);
        while (!recovery.IsEnded) recovery = RunStage(recovery, fleet);
        return recovery;
    }

    /// <summary>
    /// A recovery that planned a stage and died before, in or after its steps, taken up again: the planner is asked
    /// again, and the unfinished stage is run once more when that still goes forward.
    /// </summary>
    public static Recovery Resume(Recovery recovery, SimulatedFleet fleet)
    {
        ArgumentNullException.ThrowIfNull(fleet);
        recovery = Resumption.Take(recovery, fleet.Now, fleet.Now.TakenAt);
        if (recovery.Stages.LastOrDefault() is { IsDone: false } unfinished)
            {
            var results = fleet.Run(unfinished.Stage);
            recovery = recovery.WithLast(unfinished with { Results = results, DoneAt = fleet.Now.TakenAt });
        }
        return Run(recovery, fleet);
    }

    /// <summary>
    /// Plans one stage and runs it. A question to an operator is taken to be answered with yes: the plan is read to see
    /// what would follow.
    /// </summary>
    public static Recovery RunStage(Recovery recovery, SimulatedFleet fleet)
    {
        var stage = Planner.Next(recovery, fleet.Now);
        var record = new StageRecord(stage, Epoch: 0, fleet.Now.TakenAt, []);
        if (stage.AwaitsApproval) return recovery.With(record).WithSignal(new OperatorSignal(
            SignalKind.Approve, "the rehearsal", "", fleet.Now.TakenAt));
        fleet.Keep(Bookkeeping.With(recovery.With(record), fleet.Now, fleet.Now.TakenAt));
        if (!stage.IsLast) record = record with { Results = fleet.Run(stage), DoneAt = fleet.Now.TakenAt };
        return recovery.With(record);
    }
}
