using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Switching;

/// <summary>
/// A planned switch of the primary: gather the siblings below the successor while writes go on, block writes, let the
/// successor apply the frozen point, switch roles, open. Until the successor is opened every failure is rolled back
/// (S11).
/// </summary>
internal sealed class TakeoverPlanner(Recovery recovery, Topology topology)
{
    private const string Gather = "gather", Freeze = "freeze", CatchUp = "catch-up", Switch = "switch", Open = "open",
        Follow = "follow", RollBack = "roll-back", Mark = "mark";

    private readonly Member old = topology[recovery.Subject]!;
    private readonly RecoveryPolicy policy = recovery.Policy;

    public PlanStage Next()
    {
        if (recovery.Stages.Length == 0) return Begin();
        var choice = recovery.Choice!;
        if (topology[choice.Candidate] is not { } successor)
            return PlanStage.Abandon($"{choice.Candidate} is no longer a member of the cluster");
        if (recovery.Last(RollBack) is { } rollBack) return AfterRollBack(rollBack.Stage.Because, successor);
        if (WasToldToOpen && (Done(Open) || successor.Now is { ReadOnly: false })) return Finish(successor);
        if (WhyUndone(successor) is { } because) return Undo(because, successor);
        return Done(Freeze) ? AfterFreeze(choice, successor) : FreezeStage();
    }

    private bool WasToldToOpen => recovery.Last(Open) is not null;

    private string? WhyUndone(Member successor)
    {
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit)
            return $"the plan did not end within {RecoveryPolicy.StageLimit} stages";
        if (recovery.Cancelled is { } word && !WasToldToOpen && !IsFaster(word, successor)) return word.Says;
        if (recovery.Stages[^1].FailedSteps.Select(f => $"{f.Step.Step.Says} failed: {f.Result.Says}")
            .FirstOrDefault() is { } failure)
            return failure;
        if (!successor.IsSeen) return $"{successor.Key} cannot be reached";
        return Done(Freeze) || old.IsSeen ? null : $"{old.Key} cannot be reached";
    }

    // A failover waits for the end of this plan. When only the switch is left, that gives a primary soonest.
    private bool IsFaster(OperatorWord word, Member successor) => word.SupersededBy is not null && !old.IsSeen
        && (recovery.Last(CatchUp) ?? recovery.Last(Switch)) is not null
        && successor.Now?.Gtid.Executed.Contains(recovery.Choice!.Position) == true;

    private PlanStage Begin()
    {
        var nobody = ImmutableHashSet<InstanceKey>.Empty;
        var best = CandidateRanking.Choose(topology, old, policy, recovery.Target, nobody, out var judged);
        if (TakeoverRefusal.Of(topology, old, recovery, best, judged).FirstOrDefault() is { } refusal)
            return PlanStage.Abandon(refusal);
        // The old primary lives: what counts is its frozen point, not what a replica was ahead of another a moment ago.
        var choice = best! with { CatchUpFrom = null, PossiblyLost = "" };
        PlannedStep[] gathering =
            [.. ToGather(topology[choice.Candidate]!).Select(s => Point(s, choice.Candidate, Tolerance.Must))];
        if (gathering.Length == 0) return FreezeStage(choice);
        var why = choice.Judgements.First(j => j.Key == choice.Candidate).Says;
        return new PlanStage(
            Gather, $"{choice.Candidate} is to take over ({why}); its siblings go below it while writes go on",
                [.. gathering], choice);
    }

    // While the primary waits for acknowledgements the successor alone would not give, it needs its replicas where they
    // are.
    private IEnumerable<Member> ToGather(Member successor)
    {
        if (SemiSyncRule.Of(old) is { } rule && !rule.IsKeptBy(successor)) return [];
        return topology.ReplicasOf(old.Key).Where(r => r.IsSeen && r.Key != successor.Key)
            .Where(r => !CanFollow.WhyNot(topology, r, successor).Any() && !Follows(r, successor.Key));
    }

    private PlanStage FreezeStage(CandidateChoice? choice = null) => new(
        Freeze, "from here on writes are blocked; what the primary has executed now is the takeover point",
        [Blocking(new SetReadOnly(old.Key), "nothing may be written that the successor does not get")], choice);

    private PlanStage AfterFreeze(CandidateChoice choice, Member successor)
    {
        if (old.Now is { ReadOnly: false })
            return Undo($"{old.Key} accepts writes again, though it was frozen", successor);
        if (recovery.Last(CatchUp) is null && recovery.Last(Switch) is null) return AtTakeoverPoint(choice, successor);
        if (old.Outcome is ProbeOutcome.Seen && !choice.Position.Contains(Position(old.Now!)))
            return Undo($"{old.Key} was written to beyond the takeover point", successor);
        if (!successor.Now!.Gtid.Executed.Contains(choice.Position))
            return Undo($"{successor.Key} has not applied {choice.Position}", successor);
        if (WriterBeside(successor.Key) is { } writer && writer.Key != old.Key)
            return Undo($"{writer.Key} accepts writes too", successor);
        if (!Done(Switch)) return new PlanStage(
            Switch, $"{successor.Key} has applied the takeover point", [.. SwitchSteps(successor)]);
        return new PlanStage(Open, $"{successor.Key} follows nobody and has everything",
            [Must(new SetWritable(successor.Key), "the cluster needs a writer")]);
    }

    private PlanStage AtTakeoverPoint(CandidateChoice choice, Member successor)
    {
        if (old.Outcome is not ProbeOutcome.Seen)
            return Undo($"{old.Key} was lost before its takeover point was known", successor);
        var point = Position(old.Now!);
        var found = choice with { Position = point };
        // Most often it has it already; then the block is one stage shorter.
        return successor.Now!.Gtid.Executed.Contains(point)
            ? new PlanStage(
                Switch, $"{old.Key} is frozen at {point} and {successor.Key} has applied it",
                    [.. SwitchSteps(successor)], found)
            : new PlanStage(
                CatchUp, $"{old.Key} is frozen at {point}",
                [Blocking(new WaitUntilApplied(successor.Key, point), "the successor must have everything")], found);
    }

    private IEnumerable<PlannedStep> SwitchSteps(Member successor)
    {
        yield return Must(new ForgetSource(successor.Key), "a primary follows nobody");
        // The old primary acknowledges too, as soon as it follows.
        var ackers = 1 + topology.Members
            .Count(m => m.Key != old.Key && MustFollow(m, successor) && SemiSyncRule.Acknowledges(m.Now));
        if (SemiSyncRule.Of(old)?.ForNewWriter(successor, ackers) is { } role)
            yield return Must(role, "the durability rule moves with the writer");
    }

    private PlanStage Finish(Member successor)
    {
        Member[] followers = [.. topology.Members.Where(m => MustFollow(m, successor))];
        PlannedStep[] steps =
            [.. followers.Where(m => m.IsSeen).Select(m => TakePlace(m, successor)).OfType<PlannedStep>()];
        if (steps.Length > 0 && recovery.Times(Follow) <= policy.Attempts)
            return new PlanStage(Follow, "the old primary and what still follows it go below the new one", [.. steps]);
        Lost[] lost =
            [.. followers.Where(m => !Follows(m, successor.Key)).Select(m => new Lost(m.Key, WhyLost(m, successor)))];
        if (!old.IsFormerPrimary && lost.Any(l => l.Key == old.Key))
            return new PlanStage(Mark, $"{old.Key} does not follow {successor.Key}",
                [Must(MarkFormerPrimary.Of(old.Key), "should it come back writable, it is closed at once")]);
        return PlanStage.End("promoted", new RecoveryOutcome.Promoted(successor.Key, [.. lost]));
    }

    private string WhyLost(Member member, Member successor) => !member.IsSeen
        ? "cannot be reached"
        : CanFollow.WhyNot(topology, member, successor).FirstOrDefault()?.Because ?? "does not follow the new primary";

    // The old primary first stops waiting for acknowledgements: as a replica nobody would give it any, and its applier
    // would wait for them.
    private PlannedStep? TakePlace(Member member, Member successor)
    {
        var isOld = member.Key == old.Key;
        if (isOld && member.Now is { ReadOnly: false })
            return BestEffort(new SetReadOnly(old.Key), "two writers would diverge");
        if (isOld && SemiSyncRule.WaitsAsReplica(member.Now!))
            return BestEffort(SemiSyncRule.ForReplica(old.Key, successor), "the old primary acknowledges from now on");
        return Follows(member, successor.Key) ? null : Point(member, successor.Key, Tolerance.BestEffort);
    }

    private PlanStage Undo(string because, Member successor)
    {
        if (WasToldToOpen && successor.Now is not { ReadOnly: true })
            return PlanStage.Abandon(
                $"{because}; it is not known whether {successor.Key} accepts writes, so {old.Key} stays read-only");
        // Nothing is sent to an old primary that does not answer: a statement it hears late could make a second writer.
        if (!old.IsSeen)
            return PlanStage.Abandon(
                $"{because}; {old.Key} cannot be reached, so it is recovered as a dead primary{Frozen}");
        return RollBackSteps(successor) is { Length: > 0 } steps
            ? new PlanStage(RollBack, because, steps) { GoesBack = true }
            : LeftToTheOther(because) ?? RolledBack(because);
    }

    /// <summary>What is not yet as it was, judged from what is seen; one verb a server at a time.</summary>
    private ImmutableArray<PlannedStep> RollBackSteps(Member successor)
    {
        // Whoever accepts writes is put back first, or was opened by somebody else: two writers would diverge (S1).
        PlannedStep[] opening = StaysClosed && WriterBeside(old.Key) is null
            ? [Must(new SetWritable(old.Key), "the old primary stays the writer")] : [];
        return [.. opening, .. Moved.Where(m => m.IsSeen).Select(m => PutBack(m, successor)).OfType<PlannedStep>()];
    }

    private PlannedStep? PutBack(Member moved, Member successor)
    {
        var wasSwitched = moved.Key == successor.Key && recovery.Last(Switch) is not null;
        // Somebody else made it a writer: what it has by now may be nowhere else.
        if (!wasSwitched && Accepts(moved) && topology.Roots.Contains(moved)) return null;
        if (wasSwitched && SemiSyncRule.WaitsAsReplica(moved.Now!))
            return BestEffort(SemiSyncRule.ForReplicaAgain(moved.Key),
                "it acknowledges as before, from when its receiver starts");
        return Follows(moved, old.Key) ? null : Point(moved, old.Key, Tolerance.BestEffort);
    }

    private PlanStage AfterRollBack(string because, Member successor)
    {
        if (!old.IsSeen) return PlanStage.Abandon($"{because}, and {old.Key} was lost while this was undone{Frozen}");
        var left = RollBackSteps(successor);
        if (left.Length > 0 && recovery.Times(RollBack) <= policy.Attempts)
            return new PlanStage(RollBack, because, left) { GoesBack = true };
        if (LeftToTheOther(because) is { } abandoned) return abandoned;
        if (left.Any(s => s.Step is SetWritable))
            return PlanStage.Abandon($"{because}, and {old.Key} could not be made writable again");
        var behind = Moved.Where(m => !Follows(m, old.Key)).Select(m => $"; {m.Key} does not follow {old.Key} again");
        return RolledBack(because + string.Concat(behind));
    }

    private static PlanStage RolledBack(string because) =>
        PlanStage.End("rolled-back", new RecoveryOutcome.RolledBack(because));

    private IEnumerable<Member> Moved => recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step)
        .Where(s => s is PointTo or ForgetSource).Select(s => topology[s.Target.Key]).OfType<Member>()
        .Where(m => m.Key != old.Key).DistinctBy(m => m.Key);

    private string Frozen => recovery.Last(Freeze) is null
        ? ""
        : "; should it come back read-only, the freeze did that: make it writable";

    // One that was maybe begun has no results; what a freeze did is seen.
    private bool Done(string stage) =>
        recovery.Last(stage) is { } record && !record.FailedSteps.Any() && (stage == Freeze || !record.IsMaybeBegun);

    private bool StaysClosed => recovery.Last(Freeze) is not null && (IsClosed || recovery.MayStillClose(old.Key));
    private bool IsClosed => !new SetWritable(old.Key).IsSatisfiedBy(topology);
    private Member? WriterBeside(InstanceKey key) => topology.Roots.FirstOrDefault(m => m.Key != key && Accepts(m));
    private static bool Accepts(Member member) =>
        member.Now is { ReadOnly: false, SuperReadOnly: false, IsReadOnlyPending: false };

    private PlanStage? LeftToTheOther(string because) => StaysClosed && IsClosed && WriterBeside(old.Key) is { } writer
        ? PlanStage.Abandon($"{because}; {writer.Key} accepts writes, so {old.Key} stays read-only") : null;

    private bool Follows(Member member, InstanceKey source) => new PointTo(member.Key, source).IsSatisfiedBy(topology);

    private bool MustFollow(Member member, Member successor)
    {
        if (member.Key == old.Key || member.Key == successor.Key) return member.Key == old.Key;
        return topology.SourcesOf(member).Any(s => s.Key == old.Key || s.Key == successor.Key);
    }

    // A MariaDB replica compares positions, one per domain.
    private static GtidPosition Position(Instance instance) =>
        instance.Gtid.Executed is MariaDbGtidSet state ? state.LatestPerDomain() : instance.Gtid.Executed;

    private PlannedStep Point(Member member, InstanceKey source, Tolerance tolerance) =>
        new(new PointTo(member.Key, source), tolerance, policy.StepTimeout, $"it follows {source}");

    private PlannedStep Must(PlanStep step, string because) => new(step, Tolerance.Must, policy.StepTimeout, because);
    private PlannedStep BestEffort(PlanStep step, string because) =>
        new(step, Tolerance.BestEffort, policy.StepTimeout, because);

    private PlannedStep Blocking(PlanStep step, string because) =>
        new(step, Tolerance.Must, policy.WriteBlockLimit, because);
}
