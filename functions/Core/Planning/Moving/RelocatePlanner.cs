using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>
/// Moves one server below another, with everything that follows it: let it apply what it may not forget, point it
/// there, see that it receives. Whatever goes wrong, it is put back where it was. Only the link that is meant is
/// touched. Every wait is short: while a move runs no failover of its cluster begins.
/// </summary>
internal sealed class RelocatePlanner
{
    private const string Prepare = "prepare", Move = "move", Arrive = "arrive", Back = "move-back", Unmark = "unmark";

    private readonly Recovery recovery;
    private readonly Topology topology;
    private readonly RecoveryPolicy policy;
    private readonly Member replica;
    private readonly StepTarget where;
    private readonly bool again;

    /// <param name="again">It is pointed anew also where it follows its target, or its applier met an error.</param>
    public RelocatePlanner(Recovery recovery, Topology topology, bool again = false)
    {
        this.again = again;
        (this.recovery, this.topology, policy) = (recovery, topology, recovery.Policy);
        replica = topology[recovery.Subject]!;
        where = recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step)
            .FirstOrDefault(s => s is StopReceiving or PointTo)?.Target ?? MovedLink.Of(topology, replica);
    }

    public PlanStage Next()
    {
        if (recovery.Stages.IsEmpty) return Begin();
        if (recovery.Stages.FirstOrDefault(s => s.Stage.GoesBack && !s.WasNotBegun) is { } back)
            return GoBack(back.Stage.Because, isBegun: true);
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit)
            return GoBack($"the plan did not end within {RecoveryPolicy.StageLimit} stages");
        if (recovery.Cancelled is { } word) return GoBack(word.Says);
        return recovery.Last(Move) is null ? BeforeMoving() : AfterMoving();
    }

    /// <summary>By its own name, whichever alias was said.</summary>
    private InstanceKey Target => topology[recovery.Target!]?.Key ?? recovery.Target!;

    private Standstill Standstill => new(recovery, where);

    private PlanStage Begin()
    {
        if (RelocateRefusal.Of(topology, replica, recovery.Target, policy, again).ToArray() is { Length: > 0 } refusals)
            return PlanStage.Abandon(Refusal.Of(refusals));
        if (IsThere(replica.Current!) && !again)
            return PlanStage.End("relocated", new RecoveryOutcome.Relocated(replica.Key, Target, ""));
        return PrepareStage() ?? MoveStage();
    }

    // A server that followed nobody was a primary most often.
    private PlanStage? PrepareStage()
    {
        if (LinkOf(replica.Current!) is not null) return null;
        var role = SemiSyncRule.ForReplica(replica.Key, topology[Target]!);
        if (SemiSyncRule.WaitsAsReplica(replica.Current!))
            return new PlanStage(
                Prepare, $"{replica.Key} was a primary and would wait for acknowledgements that a replica does not get",
                [Must(role, "it acknowledges from now on, if at all")]);
        var mayAcknowledge = replica is { IsFormerPrimary: true, Current.SemiSync.Available: true };
        return mayAcknowledge && role.AsReplica && !role.IsSatisfiedBy(replica.Current!)
            ? new PlanStage(Prepare, $"{replica.Key} was a primary, and {Target} waits for acknowledgements",
                [Must(role, "it acknowledges from now on") with { Tolerance = Tolerance.BestEffort }])
            : null;
    }

    private PlanStage BeforeMoving()
    {
        if (replica.Outcome is not ProbeOutcome.Seen)
            return Abandon($"{replica.Key} cannot be reached{Standstill.Remark}");
        if (Failure(recovery.Stages[^1]) is { } failure) return GoBack(failure);
        if (RelocateRefusal.Of(topology, replica, recovery.Target, policy, again).FirstOrDefault() is { } refusal)
            return GoBack(refusal.Because);
        return MoveStage();
    }

    private PlanStage MoveStage()
    {
        var link = LinkOf(replica.Current!);
        var source = topology[Target]?.Current;
        if (Standstill.Next(replica.Current!, link, source) is { } stage) return stage;
        if (link is not null && UnappliedTransactions.WhyNotDiscard(replica.Current!, link, source) is { } why)
            return GoBack($"{replica.Key} {why.Because}");
        var below = topology.DescendantsOf(replica.Key).Count;
        var instead = link is null ? "" : IsFrom(link, Target) ? " anew" : $" instead of {link.Source}";
        var company = below > 0 ? $"; with it goes what is below it: {below}" : "";
        var point = new PointTo(where, Target) { Before = link?.Source, WasReceiving = WasReceiving(link) };
        return new PlanStage(Move, $"{replica.Key} is to follow {Target}{instead}{company}",
            [Must(point, "an operator asked for it")]);
    }

    private PlanStage AfterMoving()
    {
        if (replica.Outcome is not ProbeOutcome.Seen) return AfterNoAnswer();
        var instance = replica.Current!;
        if (Failure(recovery.Last(Move)!) is { } failure && !IsThere(instance)) return GoBack(failure);
        if (Trouble(instance) is { } trouble) return GoBack(trouble);
        if (topology[Target]?.Current is not { } source) return GoBack($"{Target} cannot be reached");
        if (recovery.Last(Arrive) is not { } arrived) return ArriveStage();
        var receives = new WaitUntilReceiving(where, Target);
        return receives.IsSatisfiedBy(instance)
            ? Arrived(instance, source)
            : GoBack($"{receives.Says} failed: {arrived.Results.FirstOrDefault()?.Says}");
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
        [Must(new WaitUntilReceiving(where, Target), "told to connect it says yes before it has tried")]);

    private string? Trouble(Instance instance)
    {
        if (LinkOf(instance) is not { } link) return $"{replica.Key} follows nobody";
        if (!IsFrom(link, Target)) return $"{replica.Key} follows {link.Source} by now";
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

    private PlanStage GoBack(string because, bool isBegun = false)
    {
        if (replica.Current is not { } instance)
            return Abandon($"{because}{(isBegun ? $", and {replica.Key} was lost while it was moved back" : "")}");
        var link = LinkOf(instance);
        if (StaysBelowTarget(link))
            return Abandon($"{because}; {replica.Key} stays below {Target}, because {Before} cannot be reached");
        // One that somebody else moved meanwhile is not ours to move again.
        var isOurs = link is null || IsFrom(link, Target) || IsFrom(link, Before);
        if (!isOurs) return Abandon(because);
        var below = link is not null && IsFrom(link, Target) ? link : null;
        if (below is not null && Stay(instance, below, because) is { } stays) return stays;
        if (BackStep(link) is not { } step) return IsWhereItWas(because, link);
        return recovery.Times(Back) <= policy.Attempts
            ? new PlanStage(Back, because, WithMark(step)) { GoesBack = true }
            : Abandon($"{because}, and {replica.Key} could not be moved back; to be done by hand: {step.Step.Says}");
    }

    // What it received from its new source must not be forgotten either: it applies that first, or stays there.
    private PlanStage? Stay(Instance instance, ReplicationLink link, string because)
    {
        var source = topology[Before ?? Target]?.Current;
        if (Standstill.Next(instance, link, source, because) is { } stage) return stage;
        if (UnappliedTransactions.WhyNotDiscard(instance, link, source) is not { } why) return null;
        var start = new StartReplication(where) { Threads = ReplicationThreads.Receiver };
        return Standstill.WasTried && !start.IsSatisfiedBy(instance) && recovery.Times(Back) <= policy.Attempts
            ? new PlanStage(Back, because, [Must(start, "it stays where it is")]) { GoesBack = true }
            : Abandon($"{because}; {replica.Key} stays below {Target}, because it {why.Because}");
    }

    private PlanStage IsWhereItWas(string because, ReplicationLink? link) => link?.Source == Before
        ? PlanStage.End("moved-back", new RecoveryOutcome.RolledBack(because))
        : Abandon(because);

    // The failover that goes first finds it there as well as below a dead server, and with what it has received.
    private bool StaysBelowTarget(ReplicationLink? link) =>
        recovery.Cancelled is { SupersededBy: not null } && link is not null && IsFrom(link, Target)
        && Before is { } before && topology[before] is { IsSeen: false };

    // Until it is moved it is where it was.
    private InstanceKey? Before => MoveStep is { } move
        ? move.Before
        : replica.LastKnown is { } known ? LinkOf(known)?.Source : null;

    private PointTo? MoveStep =>
        recovery.Last(Move)?.Stage.Steps.Select(s => s.Step).OfType<PointTo>().First();

    // A receiver that stands still was stopped by this plan, or by a person who wants it so (S19).
    private bool WasReceiving(ReplicationLink? link) =>
        Standstill.WasTried || link is not { Receiver: ReplicationThread.Stopped };

    // Null when nothing is left to undo.
    private PlannedStep? BackStep(ReplicationLink? link)
    {
        if (Before is null)
            return link is null ? null : Must(new ForgetSource(where), "it followed nobody before");
        if (link is not null && IsFrom(link, Before)) return Restart(link);
        var threads = MoveStep is { WasReceiving: false } ? ReplicationThreads.Applier : ReplicationThreads.Both;
        var point = new PointTo(where, Before) { Before = link?.Source, Threads = threads };
        return Must(point, $"it followed {Before} before");
    }

    // The address is what it was, so what was received and not applied stays. A move stops both threads.
    private PlannedStep? Restart(ReplicationLink link)
    {
        var receives = MoveStep?.WasReceiving ?? Standstill.WasTried;
        var applies = MoveStep is not null && link.ApplierErrorNumber == 0;
        if (!receives && !applies) return null;
        var start = new StartReplication(where)
        {
            Threads = !applies ? ReplicationThreads.Receiver
                : receives ? ReplicationThreads.Both : ReplicationThreads.Applier,
        };
        return start.IsSatisfiedBy(replica.Current!) ? null : Must(start, "it did so before");
    }

    // A server that follows nobody again may have been a primary once, and must not write (S10).
    private ImmutableArray<PlannedStep> WithMark(PlannedStep back) =>
        back.Step is ForgetSource && !replica.IsFormerPrimary
        ? [back, Must(MarkFormerPrimary.Of(replica.Key), "should it be writable, it is closed at once")]
        : [back];

    private ReplicationLink? LinkOf(Instance instance) => instance.LinkOf(where.ChannelName);

    private bool IsFrom(ReplicationLink link, InstanceKey? source) =>
        source is not null && (link.Source == source || topology.SourceOf(link)?.Key == source);

    private bool IsThere(Instance instance) => new PointTo(where, Target).IsSatisfiedBy(instance);

    private PlannedStep Must(PlanStep step, string because) => new(step, Tolerance.Must, policy.StepTimeout, because);

    private static string Error(int number, string text) => number == 0 ? "" : $": error {number} {text}".TrimEnd();

    private static PlanStage Abandon(string because) => PlanStage.Abandon(because);
}
