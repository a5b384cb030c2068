using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>
/// Moves one server below another, with everything that follows it: point it there, see that it receives. Whatever goes
/// wrong, it is put back where it was. Every wait is short: while a move runs no failover of its cluster begins.
/// </summary>
internal sealed class RelocatePlanner(Recovery recovery, Topology now)
{
    private const string Prepare = "prepare", Stand = "stand-still", Drain = "drain", Move = "move", Arrive = "arrive", Back = "move-back", Unmark = "unmark";

    private readonly Member replica = now[recovery.Subject]!;
    private readonly RecoveryPolicy policy = recovery.Policy;

    public PlanStage Next()
    {
        if (recovery.Stages.IsEmpty) return Begin();
        if (recovery.Last(Back) is { } back) return AfterBack(back.Stage.Because);
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit) return BackStage($"the plan did not end within {RecoveryPolicy.StageLimit} stages");
        if (recovery.Cancelled is { } word) return BackStage(word.Says);
        return recovery.Last(Move) is null ? BeforeMoving() : AfterMoving();
    }

    /// <summary>By its own name, whichever alias was said.</summary>
    private InstanceKey To => now[recovery.Target!]?.Key ?? recovery.Target!;

    private PlanStage Begin()
    {
        if (RelocateRefusal.Of(now, replica, recovery.Target, policy).ToArray() is { Length: > 0 } refusals)
            return PlanStage.Abandon(Refusal.Of(refusals));
        if (IsThere(replica.Now!)) return PlanStage.End("relocated", new RecoveryOutcome.Relocated(replica.Key, To, ""));
        var followsNobody = replica.Now!.Links.IsEmpty;
        if (followsNobody && SemiSyncRule.WaitsAsReplica(replica.Now))
            return new PlanStage(
                Prepare, $"{replica.Key} was a primary and would wait for acknowledgements that a replica does not get",
                [Must(SemiSyncRule.ForReplica(replica.Key, now[To]!), "it acknowledges from now on, if at all")]);
        // Pointed elsewhere it forgets what it received and has not applied (S4).
        if (!followsNobody && SemiSyncRule.Acknowledges(replica.Now))
            return new PlanStage(
                Stand, $"{replica.Key} acknowledges commits: what it has acknowledged must not be forgotten",
                [Must(new StopReceiving(replica.Key), "nothing more arrives that would have to be applied first")]);
        return MoveStage();
    }

    private PlanStage BeforeMoving()
    {
        if (replica.Outcome is not ProbeOutcome.Seen) return Abandon($"{replica.Key} cannot be reached");
        if (recovery.Stages[^1].FailedSteps.FirstOrDefault() is { Step: { } step, Result: var result }) return BackStage($"{step.Step.Says} failed: {result.Says}");
        if (RelocateRefusal.Of(now, replica, recovery.Target, policy).FirstOrDefault() is { } refusal) return BackStage(refusal.Because);
        if (recovery.Last(Stand) is null || recovery.Last(Drain) is not null) return MoveStage();
        return replica.Now!.HasAppliedAll == true
            ? MoveStage()
            : new PlanStage(Drain, $"{replica.Key} has not applied all it received", [Must(WaitUntilApplied.For(replica.Key, replica.Now.Reachable), "somebody may count on what it acknowledged")]);
    }

    private PlanStage MoveStage()
    {
        var from = replica.Now!.Link?.Source;
        var below = now.DescendantsOf(replica.Key).Count;
        return new PlanStage(Move, $"{replica.Key} is to follow {To}{(from is null ? "" : $" instead of {from}")}{(below > 0 ? $"; with it goes what is below it: {below}" : "")}",
            [Must(new PointTo(replica.Key, To) { Before = from }, "an operator asked for it")]);
    }

    private PlanStage AfterMoving()
    {
        // One look without an answer says nothing about the move.
        if (replica.Outcome is not ProbeOutcome.Seen)
            return recovery.Times(Arrive) <= policy.Attempts ? ArriveStage() : Abandon($"{replica.Key} cannot be reached; whether it follows {To} is not known");
        var instance = replica.Now!;
        if (recovery.Last(Move)!.FailedSteps.FirstOrDefault() is { Step: { } step, Result: var result } && !IsThere(instance)) return BackStage($"{step.Step.Says} failed: {result.Says}");
        if (Trouble(instance) is { } trouble) return BackStage(trouble);
        if (now[To]?.Now is not { } source) return BackStage($"{To} cannot be reached");
        if (recovery.Last(Arrive) is not { } arrived) return ArriveStage();
        var receives = new WaitUntilReceiving(replica.Key, To);
        if (!receives.IsSatisfiedBy(instance)) return BackStage($"{receives.Says} failed: {arrived.Results.FirstOrDefault()?.Says}");
        var behind = WaitUntilApplied.For(replica.Key, source.Gtid.Executed).IsSatisfiedBy(instance) ? "" : $"it has not applied everything {To} has";
        if (replica.IsFormerPrimary)
            return new PlanStage(Unmark, $"{replica.Key} follows {To}", [Must(ClearFormerPrimary.Of(replica.Key), "it is a replica again")]);
        return PlanStage.End("relocated", new RecoveryOutcome.Relocated(replica.Key, To, behind));
    }

    private PlanStage ArriveStage() => new(Arrive, $"{replica.Key} was told to follow {To}; that it does shows when it receives",
        [Must(new WaitUntilReceiving(replica.Key, To), "told to connect it says yes before it has tried")]);

    private string? Trouble(Instance instance) => instance.Link switch
    {
        null => $"{replica.Key} follows nobody",
        { } link when link.Source != To => $"{replica.Key} follows {link.Source} by now",
        { Receiver: ReplicationThread.Stopped } link => $"{replica.Key} does not receive{Error(link.ReceiverErrorNumber, link.ReceiverError)}",
        { Receiver: ReplicationThread.Connecting, ReceiverErrorNumber: not 0 } link => $"{replica.Key} cannot connect to {link.Source}{Error(link.ReceiverErrorNumber, link.ReceiverError)}",
        { Applier: ReplicationThread.Stopped } link => $"{replica.Key} does not apply{Error(link.ApplierErrorNumber, link.ApplierError)}",
        _ => null,
    };

    private PlanStage BackStage(string because) => BackStep() is { } step ? new PlanStage(Back, because, WithMark(step)) : IsWhereItWas(because);

    private PlanStage AfterBack(string because)
    {
        if (replica.Now is null) return Abandon($"{because}, and {replica.Key} was lost while it was moved back");
        if (BackStep() is not { } step) return IsWhereItWas(because);
        return recovery.Times(Back) <= policy.Attempts ? new PlanStage(Back, because, WithMark(step)) : Abandon($"{because}, and {replica.Key} could not be moved back; to be done by hand: {step.Step.Says}");
    }

    private PlanStage IsWhereItWas(string because) => replica.Now?.Link?.Source == Before && replica.Now is not null
        ? PlanStage.End("moved-back", new RecoveryOutcome.RolledBack(because))
        : Abandon(because);

    // Until it is moved it is where it was.
    private InstanceKey? Before => recovery.Last(Move) is { } move ? move.Stage.Steps.Select(s => s.Step).OfType<PointTo>().First().Before : replica.Known?.Link?.Source;

    // Null when nothing is left to undo. One that somebody else moved meanwhile is not ours to move again.
    private PlannedStep? BackStep()
    {
        if (replica.Now is not { } instance || (instance.Link is { } link && link.Source != To && link.Source != Before)) return null;
        ServerStep undo = Before is null ? new ForgetSource(replica.Key) : new PointTo(replica.Key, Before);
        return undo.IsSatisfiedBy(instance) ? null : Must(undo, Before is null ? "it followed nobody before" : $"it followed {Before} before");
    }

    // A server that follows nobody again may have been a primary once, and must not write (S10).
    private ImmutableArray<PlannedStep> WithMark(PlannedStep back) => back.Step is ForgetSource && !replica.IsFormerPrimary
        ? [back, Must(MarkFormerPrimary.Of(replica.Key), "should it be writable, it is closed at once")]
        : [back];

    private bool IsThere(Instance instance) => new PointTo(instance.Key, To).IsSatisfiedBy(instance);

    private PlannedStep Must(PlanStep step, string because) => new(step, Tolerance.Must, policy.StepTimeout, because);

    private static string Error(int number, string text) => number == 0 ? "" : $": error {number} {text}".TrimEnd();

    private static PlanStage Abandon(string because) => PlanStage.Abandon(because);
}
