using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>What is done after a promotion, until everybody has taken its place around the new primary.</summary>
internal sealed record SettleStages(DeadPrimarySituation Situation)
{
    private Member Old => Situation.Old;
    private RecoveryPolicy Policy => Situation.Policy;

    /// <summary>The next stage, which is the last one when there is nothing left to do.</summary>
    public PlanStage Next()
    {
        var key = Situation.Recovery.Choice!.Candidate;
        if (Situation.Topology[key] is not { } primary)
            return PlanStage.Abandon($"{key} was promoted and is no longer a member of the cluster");
        var followers = new Followers(Situation.Topology, Situation.Original, Old, primary);
        var steps = followers.Straying.Select(r => followers.Point(r, Policy)).ToList();
        if (Old.Now is { ReadOnly: false })
            steps.Insert(0, new(new SetReadOnly(Old.Key), Tolerance.BestEffort, Policy.StepTimeout,
                "it is back and accepts writes"));
        PlannedStep[] mark = Old.IsFormerPrimary ? [] : [Marking];
        if (steps.Count > 0 && Situation.Recovery.Times(StageNames.Settle) < Policy.Attempts - 1)
            return new PlanStage(StageNames.Settle, "not everyone has taken its place around the new primary yet",
                [.. steps, .. mark]);
        return mark.Length > 0
            ? new PlanStage(StageNames.Mark, $"{primary.Key} is the primary", [.. mark])
            : PlanStage.End("promoted", new RecoveryOutcome.Promoted(primary.Key, followers.Lost));
    }

    private PlannedStep Marking => new(MarkFormerPrimary.Of(Old.Key), Tolerance.Must, Policy.StepTimeout,
        "should it come back writable, it is closed at once");
}
