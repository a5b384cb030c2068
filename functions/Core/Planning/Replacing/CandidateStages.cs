using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// What is done next for a candidate: fetch and apply what it lacks, take the siblings along, open it for writes.
/// </summary>
internal sealed record CandidateStages(DeadPrimarySituation Situation, Candidacy Candidacy)
{
    private InstanceKey Key => Candidacy.Key;

    public PlanStage Next => Candidacy.Progress switch
    {
        CandidateProgress.Unfetched => Fetch,
        CandidateProgress.Unapplied => CatchUp,
        CandidateProgress.FormerPrimaryIsOpen => Close,
        CandidateProgress.Unapproved => Ask,
        CandidateProgress.Unprepared => Prepare,
        _ => Promote,
    };

    private PlanStage Fetch => Stage(
        StageNames.Fetch, $"{Candidacy.Choice.CatchUpFrom} received transactions that {Key} lacks",
        [Must(new PointTo(Key, Candidacy.Choice.CatchUpFrom!), "they may have been acknowledged")]);

    // The wait itself starts the applier.
    private PlanStage CatchUp => Stage(
        StageNames.CatchUp, $"{Key} is chosen ({Candidacy.Why}) and has not applied everything yet",
        [
            new(WaitUntilApplied.For(Key, Candidacy.ToApply), Tolerance.Must, Situation.Policy.ApplyTimeout,
                "nothing received may be left unapplied"),
        ]);

    // A server replaced by an earlier recovery that is back and open: its own recovery cannot run beside this one, and
    // two writers would diverge (S1, S10).
    private PlanStage Close => Stage(
        StageNames.Close, $"{Situation.OpenOnes} was replaced as the primary before and accepts writes again",
        [.. Situation.OpenFormerPrimaries.Select(m => Must(new SetReadOnly(m.Key), DeadPrimaryPlanner.Diverge))])
        with { GoesBack = true };

    // Asked for each candidate, before its siblings are moved: until then a stopped receiver is all there is to undo.
    private PlanStage Ask => Stage(
        StageNames.Approval, $"this cluster asks an operator first: may {Key} be promoted ({Candidacy.Why})?", [])
        with { AwaitsApproval = true };

    private PlanStage Prepare => Stage(
        StageNames.Prepare, $"{Key} has all there is: {Candidacy.Why}{Candidacy.Preparation.Remark}",
        Candidacy.Preparation.Steps);

    private PlanStage Promote => Stage(
        StageNames.Promote, $"{Key} has received and applied everything and follows nobody",
        [Must(new SetWritable(Key), "the cluster needs a writer")]);

    private PlanStage Stage(string name, string because, ImmutableArray<PlannedStep> steps) =>
        new(name, because, steps, Candidacy.Announced);

    private PlannedStep Must(PlanStep step, string because) =>
        new(step, Tolerance.Must, Situation.Policy.StepTimeout, because);
}
