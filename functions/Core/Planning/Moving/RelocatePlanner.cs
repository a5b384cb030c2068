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
internal sealed class RelocatePlanner(Recovery recovery, Topology topology)
{
    private const string Prepare = "prepare", Stand = "stand-still", Drain = "drain", Move = "move", Arrive = "arrive",
        Back = "move-back", Unmark = "unmark";

    private readonly Member replica = topology[recovery.Subject]!;
    private readonly RecoveryPolicy policy = recovery.Policy;

    public PlanStage Next()
    {
        if (recovery.Stages.IsEmpty) return Begin();
        if (recovery.Last(Back) is { } back) return AfterBack(back.Stage.Because);
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit)
            return BackStage($"the plan did not end within {RecoveryPolicy.StageLimit} stages");
        if (recovery.Cancelled is { } word) return BackStage(word.Says);
        return recovery.Last(Move) is null ? BeforeMoving() : AfterMoving();
    }

    /// <summary>By its own name, whichever alias was said.</summary>
    private InstanceKey Target => topology[recovery.Target!]?.Key ?? recovery.Target!;

    private PlanStage Begin()
    {
        if (RelocateRefusal.Of(topology, replica, recovery.Target, policy).ToArray() is { Length: > 0 } refusals)
            return PlanStage.Abandon(Refusal.Of(refusals));
        if (IsThere(replica.Now!))
            return PlanStage.End("relocated", new RecoveryOutcome.Relocated(replica.Key, Target, ""));
        var followsNobody = replica.Now!.Links.IsEmpty;
        var role = SemiSyncRule.ForReplica(replica.Key, topology[Target]!);
        if (followsNobody && SemiSyncRule.WaitsAsReplica(replica.Now))
            return new PlanStage(
                Prepare, $"{replica.Key} was a primary and would wait for acknowledgements that a replica does not get",
                [Must(role, "it acknowledges from now on, if at all")]);
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
        if (Failure(recovery.Stages[^1]) is { } failure) return BackStage(failure);
        if (RelocateRefusal.Of(topology, replica, recovery.Target, policy).FirstOrDefault() is { } refusal)
            return BackStage(refusal.Because);
        var isDrained =
            recovery.Last(Stand) is null || recovery.Last(Drain) is not null || replica.Now!.HasAppliedAll == true;
        if (isDrained) return MoveStage();
        var drain = WaitUntilApplied.For(replica.Key, replica.Now!.Reachable);
        return new PlanStage(Drain, $"{replica.Key} has not applied all it received",
            [Must(drain, "somebody may count on what it acknowledged")]);
    }

    private PlanStage MoveStage()
    {
        var from = replica.Now!.Link?.Source;
        var below = topology.DescendantsOf(replica.Key).Count;
        var instead = from is null ? "" : $" instead of {from}";
        var company = below > 0 ? $"; with it goes what is below it: {below}" : "";
        return new PlanStage(Move, $"{replica.Key} is to follow {Target}{instead}{company}",
            [Must(new PointTo(replica.Key, Target) { Before = from }, "an operator asked for it")]);
    }

    private PlanStage AfterMoving()
    {
        if (replica.Outcome is not ProbeOutcome.Seen) return AfterNoAnswer();
        var instance = replica.Now!;
        if (Failure(recovery.Last(Move)!) is { } failure && !IsThere(instance)) return BackStage(failure);
        if (Trouble(instance) is { } trouble) return BackStage(trouble);
        if (topology[Target]?.Now is not { } source) return BackStage($"{Target} cannot be reached");
        if (recovery.Last(Arrive) is not { } arrived) return ArriveStage();
        var receives = new WaitUntilReceiving(replica.Key, Target);
        return receives.IsSatisfiedBy(instance)
            ? Arrived(instance, source)
            : BackStage($"{receives.Says} failed: {arrived.Results.FirstOrDefault()?.Says}");
    }

    // One look without an answer says nothing about the move.
    private PlanStage AfterNoAnswer() => recovery.Times(Arrive) <= policy.Attempts
        ? ArriveStage()
        : Abandon($"{replica.Key} cannot be reached; whether it follows {Target} is not known");

    private PlanStage Arrived(Instance instance, Instance source)
    {
        if (replica.IsFormerPrimary)
            return new PlanStage(Unmark, $"{replica.Key} follows {Target}",
                [Must(ClearFormerPrimary.Of(replica.Key), "it is a replica again")]);
        var hasAll = WaitUntilApplied.For(replica.Key, source.Gtid.Executed).IsSatisfiedBy(instance);
        var remark = hasAll ? "" : $"it has not applied everything {Target} has";
        return PlanStage.End("relocated", new RecoveryOutcome.Relocated(replica.Key, Target, remark));
    }

    private static string? Failure(StageRecord record) =>
        record.FailedSteps.Select(f => $"{f.Step.Step.Says} failed: {f.Result.Says}").FirstOrDefault();

    private PlanStage ArriveStage() =>
        new(Arrive, $"{replica.Key} was told to follow {Target}; that it does shows when it receives",
        [Must(new WaitUntilReceiving(replica.Key, Target), "told to connect it says yes before it has tried")]);

    private string? Trouble(Instance instance)
    {
        if (instance.Link is not { } link) return $"{replica.Key} follows nobody";
        if (link.Source != Target) return $"{replica.Key} follows {link.Source} by now";
        var (ofReceiver, ofApplier) =
            (Error(link.ReceiverErrorNumber, link.ReceiverError), Error(link.ApplierErrorNumber, link.ApplierError));
        return link switch
        {
            { Receiver: ReplicationThread.Stopped } => $"{replica.Key} does not receive{ofReceiver}",
            { Receiver: ReplicationThread.Connecting, ReceiverErrorNumber: not 0 } =>
                $"{replica.Key} cannot connect to {link.Source}{ofReceiver}",
            { Applier: ReplicationThread.Stopped } => $"{replica.Key} does not apply{ofApplier}",
            _ => null,
        };
    }

    private PlanStage BackStage(string because)
    {
        if (StaysBelowTarget)
            return Abandon($"{because}; {replica.Key} stays below {Target}, because {Before} cannot be reached");
        return BackStep() is { } step
            ? new PlanStage(Back, because, WithMark(step)) { GoesBack = true }
            : IsWhereItWas(because);
    }

    // The failover that goes first finds it there as well as below a dead server, and with what it has received.
    private bool StaysBelowTarget =>
        recovery.Cancelled is { SupersededBy: not null } && replica.Now?.Link?.Source == Target
        && Before is { } before && topology[before] is { IsSeen: false };

    private PlanStage AfterBack(string because)
    {
        if (replica.Now is null) return Abandon($"{because}, and {replica.Key} was lost while it was moved back");
        if (BackStep() is not { } step) return IsWhereItWas(because);
        return recovery.Times(Back) <= policy.Attempts
            ? new PlanStage(Back, because, WithMark(step)) { GoesBack = true }
            : Abandon($"{because}, and {replica.Key} could not be moved back; to be done by hand: {step.Step.Says}");
    }

    private PlanStage IsWhereItWas(string because) => replica.Now?.Link?.Source == Before && replica.Now is not null
        ? PlanStage.End("moved-back", new RecoveryOutcome.RolledBack(because))
        : Abandon(because);

    // Until it is moved it is where it was.
    private InstanceKey? Before => recovery.Last(Move) is { } move
        ? move.Stage.Steps.Select(s => s.Step).OfType<PointTo>().First().Before
        : replica.Known?.Link?.Source;

    // Null when nothing is left to undo. One that somebody else moved meanwhile is not ours to move again.
    private PlannedStep? BackStep()
    {
        if (replica.Now is not { } instance) return null;
        if (instance.Link is { } link && link.Source != Target && link.Source != Before) return null;
        var undo = UndoOf(instance);
        return undo.IsSatisfiedBy(instance)
            ? null
            : Must(undo, Before is null ? "it followed nobody before" : $"it followed {Before} before");
    }

    // Where the source is still the one before, it is not changed: a change would discard what was received (S4).
    private ServerStep UndoOf(Instance instance)
    {
        if (Before is null) return new ForgetSource(replica.Key);
        return instance.Link?.Source == Before
            ? new StartReplication(replica.Key)
            : new PointTo(replica.Key, Before);
    }

    // A server that follows nobody again may have been a primary once, and must not write (S10).
    private ImmutableArray<PlannedStep> WithMark(PlannedStep back) =>
        back.Step is ForgetSource && !replica.IsFormerPrimary
        ? [back, Must(MarkFormerPrimary.Of(replica.Key), "should it be writable, it is closed at once")]
        : [back];

    private bool IsThere(Instance instance) => new PointTo(instance.Key, Target).IsSatisfiedBy(instance);

    private PlannedStep Must(PlanStep step, string because) => new(step, Tolerance.Must, policy.StepTimeout, because);

    private static string Error(int number, string text) => number == 0 ? "" : $": error {number} {text}".TrimEnd();

    private static PlanStage Abandon(string because) => PlanStage.Abandon(because);
}
