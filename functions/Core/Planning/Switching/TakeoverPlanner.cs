using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Replacing;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Switching;

/// <summary>
/// A planned switch of the primary: gather the siblings below the successor while writes go on, block writes, let the
/// successor apply the frozen point, switch roles, open. Until the successor is opened every failure is rolled back
/// (S11). From the freeze on one deadline counts, which the run of the recovery keeps (<see cref="WriteBlock"/>). Where
/// the primary refuses writes already nothing is frozen, so nothing of that is owed or taken back (0032).
/// </summary>
internal sealed class TakeoverPlanner
{
    internal const string Freeze = "freeze", Open = TakeoverEnd.Open;

    private const string CatchUp = "catch-up", Switch = "switch";

    private readonly Recovery recovery;
    private readonly Topology topology;
    private readonly Member old;
    private readonly RecoveryPolicy policy;
    private readonly Places places;
    private readonly SuccessorRole semiSync;

    public TakeoverPlanner(Recovery recovery, Topology topology)
    {
        (this.recovery, this.topology, policy) = (recovery, topology, recovery.Policy);
        old = topology[recovery.Subject]!;
        places = new Places(recovery, topology);
        semiSync = new SuccessorRole(recovery, topology, old);
    }

    public PlanStage Next()
    {
        if (recovery.Stages.Length == 0) return Begin();
        var choice = recovery.Choice!;
        if (topology[choice.Candidate] is not { } successor)
            return PlanStage.Abandon($"{choice.Candidate} is no longer a member of the cluster");
        if (recovery.Last(TakeoverRollback.RollBack) is { } begun)
            return RollbackTo(successor).GoOn(begun.Stage.Because);
        if (WasToldToOpen && (Done(Open) || successor.Current is { ReadOnly: false }))
            return new TakeoverEnd(recovery, topology, old).Next(successor);
        if (WhyUndone(successor) is { } because) return Undo(because, successor);
        if (IsStill) return AfterFreeze(choice, successor);
        // Events may write to one that refuses writes already.
        return new Gathering(recovery, topology, old).Next(successor) ?? Events.BeforeFreeze(old)
            ?? (IsClosed ? AtTakeoverPoint(choice, successor) : FreezeStage());
    }

    private EventStages Events => new(recovery, topology);

    private bool WasToldToOpen => recovery.Last(Open) is not null;

    // Nobody else may write, however it came to that.
    private bool IsClosed => new SetReadOnly(old.Key).IsSatisfiedBy(topology);

    private bool WasFoundClosed => recovery.Last(Freeze) is null
        && (recovery.Last(CatchUp) ?? recovery.Last(Switch)) is not null;

    // The takeover point is known, or can be from here on.
    private bool IsStill => Done(Freeze) || WasFoundClosed;

    private string? WhyUndone(Member successor)
    {
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit)
            return $"the plan did not end within {RecoveryPolicy.StageLimit} stages";
        if (recovery.Cancelled is { } word && !WasToldToOpen && !IsFaster(word, successor)) return word.Says;
        if (recovery.Last(Freeze)?.Undo is { } undo && !WasToldToOpen) return undo.Because;
        if (recovery.Stages[^1].FailedSteps.Select(f => $"{f.Step.Step.Says} failed: {f.Result.Says}")
            .FirstOrDefault() is { } failure)
            return failure;
        if (!successor.IsSeen) return $"{successor.Key} cannot be reached";
        if (IsStill) return null;
        if (!old.IsSeen) return $"{old.Key} cannot be reached";
        // Somebody wrote to it since it was chosen: its siblings would get that, and each would vouch for it (S7).
        return (TakeoverRefusal.OfWriting(successor, old) ?? TakeoverRefusal.OfWriter(topology, old)
            ?? TakeoverRefusal.OfStandstill(topology, successor, old))?.Because;
    }

    // A failover waits for the end of this plan. When only the switch is left, that gives a primary soonest.
    private bool IsFaster(OperatorSignal word, Member successor) => word.SupersededBy is not null && !old.IsSeen
        && (recovery.Last(CatchUp) ?? recovery.Last(Switch)) is not null
        && successor.Current?.Gtid.Executed.Contains(recovery.Choice!.Position) == true;

    private PlanStage Begin() => Begin(FieldOf(topology, old, policy));

    private static CandidateField FieldOf(Topology topology, Member old, RecoveryPolicy policy) =>
        new(topology, old, policy, ImmutableHashSet<InstanceKey>.Empty);

    /// <summary>What keeps it from beginning with a successor that a person names, for each of them.</summary>
    public static Func<InstanceKey, Refusal?> WhyNotTo(Recovery recovery, Topology topology)
    {
        var old = topology[recovery.Subject]!;
        var field = FieldOf(topology, old, recovery.Policy);
        return target => new TakeoverPlanner(recovery with { Target = target }, topology).WhyNot(field);
    }

    // Of one that is closed already the first stage may be refused as well.
    private Refusal? WhyNot(CandidateField field)
    {
        if (IsClosed) return Begin(field).Outcome?.WhyNot;
        var best = field.Choose(recovery.Target, out var judged);
        return TakeoverRefusal.Of(topology, old, recovery, best, judged).FirstOrDefault();
    }

    private PlanStage Begin(CandidateField field)
    {
        var best = field.Choose(recovery.Target, out var judged);
        if (TakeoverRefusal.Of(topology, old, recovery, best, judged).FirstOrDefault() is { } refusal)
            return PlanStage.Abandon(refusal);
        // The old primary lives: what counts is its frozen point, not what a replica was ahead of another a moment ago.
        var choice = best! with { CatchUpFrom = null, PossiblyLost = "" };
        var successor = topology[choice.Candidate]!;
        var first = new Gathering(recovery, topology, old).Next(successor, choice)
            ?? (Events.BeforeFreeze(old) is { } quiet ? quiet with { Choice = choice } : null)
            ?? (IsClosed ? AtTakeoverPoint(choice, successor) : FreezeStage(choice));
        return first with { Rule = SemiSyncRule.Of(old), Events = EventStages.Of(topology, old) };
    }

    private PlanStage FreezeStage(CandidateChoice? choice = null) => new(
        Freeze, "from here on writes are blocked; what the primary has executed now is the takeover point",
        [Blocking(new SetReadOnly(old.Key), "nothing may be written that the successor does not get")], choice)
    {
        Block = new WriteBlock(policy.WriteBlockLimit, TakeoverRollback.Opening(old.Key, policy)),
    };

    private PlanStage AfterFreeze(CandidateChoice choice, Member successor)
    {
        if (old.Current is { ReadOnly: false })
            return Undo($"{old.Key} accepts writes again, though it {(WasFoundClosed ? "refused them" : "was frozen")}",
                successor);
        if (recovery.Last(CatchUp) is null && recovery.Last(Switch) is null) return AtTakeoverPoint(choice, successor);
        if (old.Outcome is ProbeOutcome.Seen && !choice.Position.Contains(Places.PositionOf(old.Current!)))
            return Undo($"{old.Key} was written to beyond the takeover point", successor);
        if (!Done(Switch) && places.HasReceivedMore(successor, old.Key, choice.Position))
            return Undo($"{successor.Key} received what was written beyond the takeover point", successor);
        if (!successor.Current!.Gtid.Executed.Contains(choice.Position))
            return Undo($"{successor.Key} has not applied {choice.Position}", successor);
        if (TakeoverRollback.Writer(topology, successor.Key) is { } writer && writer.Key != old.Key)
            return Undo($"{writer.Key} accepts writes too", successor);
        if (!Done(Switch)) return new PlanStage(
            Switch, $"{successor.Key} has applied the takeover point", [.. SwitchSteps(successor)]);
        if (successor.Current.Links is [var link, ..])
            return Undo($"{successor.Key} replicates from {link.Source}", successor);
        return new PlanStage(Open, $"{successor.Key} follows nobody and has everything",
            [Must(new SetWritable(successor.Key), "the cluster needs a writer")]);
    }

    private PlanStage AtTakeoverPoint(CandidateChoice choice, Member successor)
    {
        if (old.Outcome is not ProbeOutcome.Seen)
            return Undo($"{old.Key} was lost before its takeover point was known", successor);
        if (TakeoverRefusal.OfWriting(successor, old) is { } errant) return Undo(errant.Because, successor);
        var point = Places.PositionOf(old.Current!);
        var found = choice with { Position = point };
        var (isFrozen, wait) = (recovery.Last(Freeze) is not null, WaitFor(successor, point));
        // It may have restarted so since this began, without the last that it wrote.
        if (!isFrozen && Owed.WhyBehind(topology, old) is { } behind) return Undo(behind.Because, successor);
        var at = isFrozen ? $"{old.Key} is frozen at {point}" : $"{old.Key} refuses writes already, at {point}";
        // Most often it has it already; then the block is one stage shorter.
        if (successor.Current!.Gtid.Executed.Contains(point))
            return new(Switch, $"{at} and {successor.Key} has applied it", [.. SwitchSteps(successor)], found);
        if (TakeoverRefusal.OfStandstill(topology, successor, old) is { } still) return Undo(still.Because, successor);
        const string because = "the successor must have everything";
        // It blocks nothing that was open before.
        var waiting = isFrozen ? Blocking(wait, because) : Must(wait, because) with { Timeout = policy.ApplyTimeout };
        return new(CatchUp, at, [waiting], found);
    }

    private WaitUntilApplied WaitFor(Member successor, GtidPosition point) =>
        new(LinkTarget.Of(topology, successor, old.Key), point);

    private IEnumerable<PlannedStep> SwitchSteps(Member successor)
    {
        yield return Must(places.Forget(successor, old.Key), "a primary follows nobody");
        if (semiSync.Step(successor) is { } role) yield return role;
    }

    private PlanStage Undo(string because, Member successor) => RollbackTo(successor).Begin(because);

    private TakeoverRollback RollbackTo(Member successor) => new(recovery, topology, old, successor);

    // One that was maybe begun has no results; what a freeze did is seen.
    private bool Done(string stage) =>
        recovery.Last(stage) is { } record && !record.FailedSteps.Any() && (stage == Freeze || !record.IsMaybeBegun);

    private PlannedStep Must(PlanStep step, string because) => new(step, Tolerance.Must, policy.StepTimeout, because);
    private PlannedStep Blocking(PlanStep step, string because) =>
        new(step, Tolerance.Must, policy.WriteBlockLimit, because);
}
