using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Repairing;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Hooking;

/// <summary>
/// Puts hooks around a plan: those before it come before its first stage, those after it before the one that ends it,
/// one stage each. The planner of the kind does not see these stages, so a hook changes nothing of a plan but whether
/// it begins (S15). Without hooks the plan is what it is.
/// </summary>
internal static class HookStages
{
    private const string Agreeing = "a hook that agrees, or the command with --skip-hooks";

    /// <summary>Which stage comes next, that of a hook or one of the plan.</summary>
    public static PlanStage Next(Recovery recovery, Topology topology)
    {
        if (recovery.Policy.Hooks.IsDefaultOrEmpty) return recovery.Kind.Next(recovery, topology);
        var plan = PlanOf(recovery);
        var next = recovery.Kind.Next(plan, topology);
        if (!plan.Stages.IsEmpty) return AtEnd(recovery, next);
        // A plan that would not begin runs no hook.
        if (next.IsLast) return next;
        if (WhyNotBegun(recovery) is { } refusal) return PlanStage.Abandon(refusal);
        return Of(recovery, recovery.Kind.Hooks.Before, next) ?? next;
    }

    // Whoever replaces a successor that is lost again waits for the end of this plan.
    private static PlanStage AtEnd(Recovery recovery, PlanStage next)
    {
        if (next.Outcome is null or RecoveryOutcome.LostAgain) return next;
        var points = recovery.Kind.Hooks;
        return Of(recovery, next.Outcome.IsSuccess ? points.After : points.Failed, next) ?? next;
    }

    /// <summary>
    /// The recovery as if there were no hooks. Former primaries that had to be closed while hooks ran before the plan
    /// are no part of it: it has not begun yet.
    /// </summary>
    private static Recovery PlanOf(Recovery recovery) => recovery with
    {
        Stages = [.. recovery.Stages.SkipWhile(s => s.Stage.Hook is not null || s.Stage.Name == ReturnedPrimaries.Close)
            .Where(s => s.Stage.Hook is null)],
    };

    // Nothing was changed so far, so there is nothing to undo.
    private static Refusal? WhyNotBegun(Recovery recovery)
    {
        if (recovery.Cancelled is { } word) return new Refusal(word.Says);
        return recovery.Stages.Where(s => s.Stage.Hook is { IsInBackground: false })
            .Select(WhyNot).FirstOrDefault(why => why is not null);
    }

    private static Refusal? WhyNot(StageRecord record)
    {
        var hook = record.Stage.Hook!;
        var name = $"{HookPoints.NameOf(hook.Point)} hook {hook.Name}";
        if (record.IsMaybeBegun)
            return new($"it is not known whether the {name} ran to its end", "a new try, which runs it anew");
        return record.FailedSteps.Select(f => new Refusal($"the {name} failed: {f.Result.Says}", Agreeing))
            .FirstOrDefault();
    }

    private static PlanStage? Of(Recovery recovery, ImmutableArray<HookPoint> points, PlanStage next) =>
        points.SelectMany(p => recovery.Policy.Hooks.Where(h => h.Point == p))
            .Where(h => !WasBegun(recovery, h)).Select(h => Stage(recovery, h, next)).FirstOrDefault();

    // One whose end nobody knows is not run again.
    private static bool WasBegun(Recovery recovery, PlannedHook hook) => recovery.Stages
        .Any(s => !s.WasNotBegun && s.Stage.Hook is { } run && run.Point == hook.Point && run.Name == hook.Name);

    private static PlanStage Stage(Recovery recovery, PlannedHook hook, PlanStage next)
    {
        var point = HookPoints.NameOf(hook.Point);
        var step = new RunHook(recovery.Subject, hook.Point, hook.Name)
        {
            Successor = hook.Point == HookPoint.PostTakeSource ? recovery.Subject : SuccessorOf(recovery, next),
            Lost = LostOf(next.Outcome), IsInBackground = !hook.Waits,
        };
        var isAsked = step is { IsBefore: true, IsInBackground: false };
        var because = isAsked ? "it may keep the plan from beginning; nothing was changed so far"
            : step.IsBefore ? "it is begun before the plan, and not waited for"
            : $"the plan is at its end: {next.Because}";
        return new PlanStage($"hook-{point}", because,
            [new(step, isAsked ? Tolerance.Must : Tolerance.BestEffort, hook.Timeout, $"{point} hook of the settings")])
        {
            // Where this is asked for, no stored stage of the plan is run any more.
            GoesBack = hook.Point == HookPoint.Unsuccessful,
        };
    }

    // Whoever is preferred for a dead primary is chosen when the replicas stand still.
    private static InstanceKey? SuccessorOf(Recovery recovery, PlanStage next) => next.Outcome switch
    {
        RecoveryOutcome.Promoted promoted => promoted.Key,
        null => next.Choice?.Candidate ?? recovery.Target,
        _ => null,
    };

    private static ImmutableArray<InstanceKey> LostOf(RecoveryOutcome? outcome) =>
        outcome is RecoveryOutcome.Promoted { Lost.IsEmpty: false } promoted
            ? [.. promoted.Lost.Select(l => l.Key)]
            : default;
}
