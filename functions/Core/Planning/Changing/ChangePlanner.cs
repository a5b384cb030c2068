using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>
/// Changes one server as a person wants it: refuse or do, look, and undo what was done when a stage fails. Short, so
/// that a failover does not wait for it.
/// </summary>
internal static class ChangePlanner
{
    private const string Undo = "undo";

    public static PlanStage Next(Recovery recovery, Topology topology, ServerChange change)
    {
        var server = topology[recovery.Subject]!;
        if (server.Outcome is not ProbeOutcome.Seen) return OfUnseen(recovery, server);
        var view = new ChangeView(recovery, topology);
        if (recovery.Last(Undo) is { } undone) return AfterUndo(view, change, undone);
        if (!recovery.HasActed) return Begin(view, change);
        if (FailureOf(recovery.Stages[^1], topology) is { } failure) return GoBack(view, change, failure);
        if (NextStage(view, change) is not { } next) return End(view, change);
        if (recovery.Cancelled is { } word) return GoBack(view, change, word.Says);
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit)
            return GoBack(view, change, $"the plan did not end within {RecoveryPolicy.StageLimit} stages");
        return change.WhyNotGoOn(view).FirstOrDefault() is { } refusal
            ? GoBack(view, change, refusal.Because)
            : next;
    }

    /// <summary>What keeps a change from beginning whatever a person says with it; null when nothing does.</summary>
    public static Refusal? WhyNotWhatever(Recovery recovery, Topology topology, ServerChange change)
    {
        var server = topology[recovery.Subject]!;
        if (server.Outcome is not ProbeOutcome.Seen) return RelocateRefusal.NotSeen(server);
        return change.WhyNotWhatever(new(recovery, topology)).ToArray() is { Length: > 0 } refusals
            ? Refusal.Of(refusals)
            : null;
    }

    private static PlanStage OfUnseen(Recovery recovery, Member server)
    {
        var refusal = RelocateRefusal.NotSeen(server);
        return recovery.HasActed
            ? PlanStage.AbandonAway($"{refusal.Because}; what became of it is not known", refusal.Remedy)
            : PlanStage.Abandon(refusal);
    }

    // Nothing was sent yet, whatever was stored: what is seen now decides.
    private static PlanStage Begin(ChangeView view, ServerChange change)
    {
        if (view.Recovery.Cancelled is { } word) return PlanStage.Abandon(word.Says);
        return change.WhyNot(view).ToArray() is { Length: > 0 } refusals
            ? PlanStage.Abandon(Refusal.Of(refusals))
            : NextStage(view, change) ?? End(view, change);
    }

    // What was left out before, because it was so, is not done after what comes behind it.
    private static PlanStage? NextStage(ChangeView view, ServerChange change)
    {
        PlanStage[] all = [.. change.Stages(view)];
        var newest = Array.FindLastIndex(all, s => view.Recovery.Last(s.Name) is not null);
        return all.Skip(newest + 1).FirstOrDefault(s => !s.Steps.All(p => p.Step.IsSatisfiedBy(view.Topology)));
    }

    private static PlanStage End(ChangeView view, ServerChange change) =>
        (change.Trouble(view) ?? Unseen(view)) is { } trouble
            ? PlanStage.Abandon(trouble)
            : PlanStage.End("changed", new RecoveryOutcome.Changed(view.Key, change.Says(view)));

    // Its server said that it was done, and a look does not show it: somebody else may have changed it since.
    private static string? Unseen(ChangeView view) => view.Recovery.Stages.LastOrDefault()?.Stage.Steps
        .Select(s => s.Step).OfType<ServerStep>()
        .FirstOrDefault(s => !s.LeavesNoTrace && !s.IsSatisfiedBy(view.Topology)) is { } step
            ? $"{step.Says}: the server said that it was done, and it is not seen to be so"
            : null;

    private static PlanStage GoBack(ChangeView view, ServerChange change, string because)
    {
        var back = Needed(change.Back(view), view.Topology).Select(s => view.Must(s, "it was so before")).ToArray();
        return back.Length > 0
            ? new PlanStage(Undo, because, [.. back]) { GoesBack = true }
            : PlanStage.Abandon(With(because, change.Kept(view)), change.Remedy(view));
    }

    // Of one after another: what is so when its turn comes is left out.
    private static IEnumerable<PlanStep> Needed(IEnumerable<PlanStep> steps, Topology now)
    {
        foreach (var step in steps.Where(step => !step.IsSatisfiedBy(now)))
        {
            yield return step;
            now = step.Effect(now);
        }
    }

    private static PlanStage AfterUndo(ChangeView view, ServerChange change, StageRecord undone)
    {
        var (because, kept) = (undone.Stage.Because, change.Kept(view));
        if (FailureOf(undone, view.Topology) is { } failure)
            return PlanStage.Abandon(With($"{because}; it could not be put back: {failure}", kept));
        return kept.Length > 0
            ? PlanStage.Abandon(With(because, kept))
            : PlanStage.End("rolled-back", new RecoveryOutcome.RolledBack(because));
    }

    private static string With(string because, string kept) => kept.Length > 0 ? $"{because}; {kept}" : because;

    // What was not answered and is seen to have been done has not failed. A stage whose end nobody stored may have been
    // sent or not: what is seen of it decides, and of what leaves no trace nobody knows.
    private static string? FailureOf(StageRecord record, Topology topology)
    {
        if (record.IsMaybeBegun)
            return record.Stage.Steps.Select(s => s.Step).FirstOrDefault(s => !s.IsSatisfiedBy(topology)) is { } step
                ? $"{step.Says}: the process that was to do it was lost, and whether it was sent is not known"
                : null;
        return record.FailedSteps.Where(f => !f.Step.Step.IsSatisfiedBy(topology))
            .Select(f => $"{f.Step.Step.Says} failed: {f.Result.Says}").FirstOrDefault();
    }
}
