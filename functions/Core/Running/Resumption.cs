using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// What becomes of a stage that was stored and whose end nobody stored: the planner is asked again, on what is seen now (S18).
/// </summary>
public static class Resumption
{
    /// <summary>
    /// The same recovery when the planner would plan the same stage again: it may be run. Otherwise the stage stands as <em>maybe begun</em>,
    /// without results, and the planner goes on from what is seen. A stage that was to open a server counts for nothing when the server is
    /// seen closed: then nobody was opened.
    /// </summary>
    public static Recovery Take(Recovery recovery, Topology topology, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(topology);
        if (recovery.Stages.LastOrDefault() is not { IsDone: false } unfinished || unfinished.Stage.AwaitsApproval) return recovery;
        var before = recovery with { Stages = recovery.Stages.RemoveAt(recovery.Stages.Length - 1) };
        if (IsSame(Planner.Next(before, topology), unfinished.Stage)) return recovery;
        return recovery.WithLast(unfinished with
        {
            DoneAt = at,
            WasNotBegun = Opens(unfinished.Stage) && IsSeenClosed(unfinished.Stage, topology),
            Findings = [.. unfinished.Findings, "taken up again: what is seen now asks for something else, so this stage is not run"],
        });
    }

    private static bool IsSame(PlanStage one, PlanStage other) =>
        one.Name == other.Name && one.Choice?.Candidate == other.Choice?.Candidate
        && one.Steps.Select(s => s.Step.Says).SequenceEqual(other.Steps.Select(s => s.Step.Says));

    private static bool Opens(PlanStage stage) => stage.Steps.Any(s => s.Step is SetWritable);

    private static bool IsSeenClosed(PlanStage stage, Topology topology) =>
        stage.Steps.Where(s => s.Step is SetWritable).All(s => topology[s.Step.Target.Key]?.Now is { ReadOnly: true });
}
