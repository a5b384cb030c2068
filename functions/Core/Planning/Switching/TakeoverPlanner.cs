using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Switching;

/// <summary>
/// A planned switch of the primary: gather the siblings below the successor while writes go on, block writes, let the successor apply
/// the frozen point, switch roles, open. Until the successor is opened every failure is rolled back (S11).
/// </summary>
internal sealed class TakeoverPlanner(Recovery recovery, Topology now)
{
    private const string Gather = "gather", Freeze = "freeze", CatchUp = "catch-up", Switch = "switch", Open = "open", Follow = "follow", RollBack = "roll-back", Mark = "mark";

    private readonly Member old = now[recovery.Subject]!;
    private readonly RecoveryPolicy policy = recovery.Policy;

    public PlanStage Next()
    {
        if (recovery.Stages.Length == 0) return Begin();
        var choice = recovery.Choice!;
        if (now[choice.Candidate] is not { } successor) return Abandon($"{choice.Candidate} is no longer a member of the cluster");
        if (recovery.Last(RollBack) is { } rollBack) return AfterRollBack(rollBack.Stage.Because, successor);
        if (recovery.Last(Open) is not null && (Done(Open) || successor.Now is { ReadOnly: false })) return Finish(successor);
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit) return Undo($"the plan did not end within {RecoveryPolicy.StageLimit} stages", successor);
        if (recovery.Cancelled is { } word && recovery.Last(Open) is null) return Undo(word.Says, successor);
        if (Broken() is { } failure) return Undo(failure, successor);
        if (!successor.IsSeen) return Undo($"{successor.Key} cannot be reached", successor);
        if (!Done(Freeze)) return old.IsSeen ? FreezeStage() : Undo($"{old.Key} cannot be reached", successor);
        return AfterFreeze(choice, successor);
    }

    private PlanStage Begin()
    {
        var choice = CandidateRanking.Choose(now, old, policy, recovery.Target, ImmutableHashSet<InstanceKey>.Empty, out var judged);
        if (Refusals(choice, judged).FirstOrDefault() is { } refusal) return PlanStage.Abandon(refusal);
        // The old primary lives: what counts is its frozen point, not what a replica was ahead of another a moment ago.
        choice = choice! with { CatchUpFrom = null, PossiblyLost = "" };
        var siblings = GatherEarly(choice.Candidate) ? Siblings(choice.Candidate).Where(s => !new PointTo(s.Key, choice.Candidate).IsSatisfiedBy(s.Now!)).ToArray() : [];
        return siblings.Length == 0
            ? FreezeStage(choice)
            : new PlanStage(Gather, $"{choice.Candidate} is to take over ({choice.Judgements.First(j => j.Key == choice.Candidate).Says}); its siblings go below it while writes go on",
                [.. siblings.Select(s => Point(s, choice.Candidate, Tolerance.Must))], choice);
    }

    private IEnumerable<Refusal> Refusals(CandidateChoice? choice, ImmutableArray<CandidateJudgement> judged)
    {
        if (old.Now is null) yield return new($"{old.Key} cannot be reached; a dead primary is recovered, not taken over from");
        else if (old.Outcome is ProbeOutcome.Partly partly) yield return new($"{old.Key} was seen only in part; not known: {string.Join(", ", partly.Missing)}");
        else if (now.Primary?.Key != old.Key) yield return new($"{old.Key} is not the primary{(now.Primary is { } p ? $", {p.Key} is" : "")}");
        else if (old.Now.ReadOnly) yield return new($"{old.Key} is read-only already", $"read_only=OFF on {old.Key}");
        if (recovery.Target is { } wanted && judged.All(j => j.Key != wanted)) yield return new($"{wanted} is no direct replica of {old.Key}", "the name of the successor");
        if (choice is null) yield return CandidateRefusal.OfAll("no replica can take over", judged);
        else if (now.LinkBetween(now[choice.Candidate]!, old.Key) is not { IsReplicating: true } link) yield return new($"{choice.Candidate} is not replicating");
        else if (link.LagSeconds is null || link.LagSeconds > policy.TakeoverLagLimitSeconds)
            yield return new($"{choice.Candidate} is {link.LagSeconds?.ToString() ?? "an unknown number of"} s behind, more than {policy.TakeoverLagLimitSeconds} s", "Takeover:LagLimitSeconds");
        if (!policy.HasReplicationAccount) yield return new($"{old.Key} could not be made a replica afterwards: no replication account is configured", "MySql:ReplicationUser");
        foreach (var sibling in now.ReplicasOf(old.Key).Where(r => r.Key != choice?.Candidate && r.Downtime?.IsActiveAt(now.TakenAt) != true))
            if (LeftBehind(sibling, choice) is { } left) yield return left;
    }

    // A planned switch leaves nobody behind but those who are declared to be away.
    private Refusal? LeftBehind(Member sibling, CandidateChoice? choice)
    {
        var downtime = $"downtime on {sibling.Key}";
        if (!sibling.IsSeen) return new($"{sibling.Key} cannot be reached and would be left behind", downtime);
        if (choice is null || CanFollow.WhyNot(now, sibling, now[choice.Candidate]!).FirstOrDefault() is not { } why) return null;
        return new($"{sibling.Key} would be left behind: it {why.Because}", why.Remedy.Length > 0 ? $"{why.Remedy}, or {downtime}" : downtime);
    }

    private PlanStage FreezeStage(CandidateChoice? choice = null) => new(Freeze, "from here on writes are blocked; what the primary has executed now is the takeover point",
        [new(new SetReadOnly(old.Key), Tolerance.Must, policy.WriteBlockLimit, "nothing may be written that the successor does not get")], choice);

    private PlanStage AfterFreeze(CandidateChoice choice, Member successor)
    {
        if (old.Now is { ReadOnly: false }) return Undo($"{old.Key} accepts writes again, though it was frozen", successor);
        if (recovery.Last(CatchUp) is null && recovery.Last(Switch) is null)
        {
            if (old.Outcome is not ProbeOutcome.Seen) return Undo($"{old.Key} was lost before its takeover point was known", successor);
            var target = Position(old.Now!);
            // Most often it has it already; then the block is one stage shorter.
            if (successor.Now!.Gtid.Executed.Contains(target))
                return new PlanStage(Switch, $"{old.Key} is frozen at {target} and {successor.Key} has applied it", [.. SwitchSteps(successor)], choice with { Target = target });
            return new PlanStage(CatchUp, $"{old.Key} is frozen at {target}",
                [new(new WaitUntilApplied(successor.Key, target), Tolerance.Must, policy.WriteBlockLimit, "the successor must have everything")], choice with { Target = target });
        }
        if (old.Outcome is ProbeOutcome.Seen && !choice.Target.Contains(Position(old.Now!))) return Undo($"{old.Key} was written to beyond the takeover point", successor);
        if (!successor.Now!.Gtid.Executed.Contains(choice.Target)) return Undo($"{successor.Key} has not applied {choice.Target}", successor);
        if (!Done(Switch)) return new PlanStage(Switch, $"{successor.Key} has applied the takeover point", [.. SwitchSteps(successor)]);
        return new PlanStage(Open, $"{successor.Key} follows nobody and has everything",
            [new(new SetWritable(successor.Key), Tolerance.Must, policy.StepTimeout, "the cluster needs a writer")]);
    }

    private IEnumerable<PlannedStep> SwitchSteps(Member successor)
    {
        yield return new(new ForgetSource(successor.Key), Tolerance.Must, policy.StepTimeout, "a primary follows nobody");
        // The old primary acknowledges too, as soon as it follows.
        var ackers = 1 + now.Members.Count(m => m.Key != old.Key && MustFollow(m, successor) && SemiSyncRule.Acknowledges(m.Now));
        if (SemiSyncRule.Of(old)?.ForNewWriter(successor, ackers) is { } role)
            yield return new(role, Tolerance.Must, policy.StepTimeout, "the durability rule moves with the writer");
    }

    private PlanStage Finish(Member successor)
    {
        var steps = now.Members.Where(m => m.IsSeen && MustFollow(m, successor)).Select(m => TakePlace(m, successor)).OfType<PlannedStep>().ToArray();
        if (steps.Length > 0 && recovery.Times(Follow) <= policy.Attempts)
            return new PlanStage(Follow, "the old primary and what still follows it go below the new one", [.. steps]);
        Member[] lost = [.. now.Members.Where(m => MustFollow(m, successor) && !new PointTo(m.Key, successor.Key).IsSatisfiedBy(now))];
        if (!old.IsFormerPrimary && lost.Any(m => m.Key == old.Key))
            return new PlanStage(Mark, $"{old.Key} does not follow {successor.Key}",
                [new(MarkFormerPrimary.Of(old.Key), Tolerance.Must, policy.StepTimeout, "should it come back writable, it is closed at once")]);
        return PlanStage.End(
            "promoted", new RecoveryOutcome.Promoted(successor.Key, [.. lost.Select(m => new Lost(m.Key, WhyLost(m, successor)))]));
    }

    private string WhyLost(Member member, Member successor)
    {
        if (!member.IsSeen) return "cannot be reached";
        return CanFollow.WhyNot(now, member, successor).FirstOrDefault()?.Because ?? "does not follow the new primary";
    }

    // The old primary first stops waiting for acknowledgements: as a replica nobody would give it any, and its applier would wait for them.
    private PlannedStep? TakePlace(Member member, Member successor)
    {
        if (member.Key == old.Key && member.Now is { ReadOnly: false })
            return new(new SetReadOnly(old.Key), Tolerance.BestEffort, policy.StepTimeout, "two writers would diverge");
        if (member.Key == old.Key && SemiSyncRule.WaitsAsReplica(member.Now!))
            return new(SemiSyncRule.ForReplica(old.Key, successor), Tolerance.BestEffort, policy.StepTimeout, "the old primary acknowledges from now on");
        return new PointTo(member.Key, successor.Key).IsSatisfiedBy(member.Now!) ? null : Point(member, successor.Key, Tolerance.BestEffort);
    }

    private PlanStage Undo(string because, Member successor)
    {
        if (recovery.Last(Open) is not null && successor.Now is not { ReadOnly: true })
            return Abandon($"{because}; it is not known whether {successor.Key} accepts writes, so {old.Key} stays read-only");
        // Nothing is sent to an old primary that does not answer: a statement it hears late could make a second writer.
        if (!old.IsSeen) return Abandon($"{because}; {old.Key} cannot be reached, so it is recovered as a dead primary{Frozen}");
        return RollBackSteps(successor) is { Length: > 0 } steps ? new PlanStage(RollBack, because, steps) : PlanStage.End("rolled-back", new RecoveryOutcome.RolledBack(because));
    }

    /// <summary>What is not yet as it was, judged from what is seen; one verb a server at a time.</summary>
    private ImmutableArray<PlannedStep> RollBackSteps(Member successor)
    {
        var steps = ImmutableArray.CreateBuilder<PlannedStep>();
        if (recovery.Last(Freeze) is not null && !new SetWritable(old.Key).IsSatisfiedBy(old.Now!))
            steps.Add(new(new SetWritable(old.Key), Tolerance.Must, policy.StepTimeout, "the old primary stays the writer"));
        foreach (var moved in Moved.Where(m => m.IsSeen))
            if (moved.Key == successor.Key && SemiSyncRule.WaitsAsReplica(moved.Now!) && recovery.Last(Switch) is not null)
                steps.Add(new(SemiSyncRule.ForReplicaAgain(moved.Key), Tolerance.BestEffort, policy.StepTimeout, "it acknowledges as before, from when its receiver starts"));
            else if (!new PointTo(moved.Key, old.Key).IsSatisfiedBy(moved.Now!))
                steps.Add(Point(moved, old.Key, Tolerance.BestEffort));
        return steps.ToImmutable();
    }

    private PlanStage AfterRollBack(string because, Member successor)
    {
        if (!old.IsSeen) return Abandon($"{because}, and {old.Key} was lost while this was undone{Frozen}");
        var left = RollBackSteps(successor);
        if (left.Length > 0 && recovery.Times(RollBack) <= policy.Attempts) return new PlanStage(RollBack, because, left);
        if (left.Any(s => s.Step is SetWritable)) return Abandon($"{because}, and {old.Key} could not be made writable again");
        var behind = Moved.Where(m => m.Now is null || !new PointTo(m.Key, old.Key).IsSatisfiedBy(m.Now)).Select(m => m.Key.ToString());
        return PlanStage.End("rolled-back", new RecoveryOutcome.RolledBack(because + string.Concat(behind.Select(k => $"; {k} does not follow {old.Key} again"))));
    }

    private IEnumerable<Member> Moved => recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).Where(s => s is PointTo or ForgetSource)
        .Select(s => now[s.Target.Key]).OfType<Member>().Where(m => m.Key != old.Key).DistinctBy(m => m.Key);

    private string Frozen => recovery.Last(Freeze) is null ? "" : $"; should it come back read-only, the freeze did that: make it writable";

    private string? Broken() => recovery.Stages[^1].FailedSteps.Select(b => $"{b.Step.Step.Says} failed: {b.Result.Says}").FirstOrDefault();

    private bool Done(string stage) => recovery.Last(stage) is { } record && !record.FailedSteps.Any();

    // While the primary waits for acknowledgements the successor alone would not give, it needs its replicas where they are.
    private bool GatherEarly(InstanceKey successor) => SemiSyncRule.Of(old) is not { } rule || rule.IsKeptBy(now[successor]!);

    private IEnumerable<Member> Siblings(InstanceKey successor) => 
        now.ReplicasOf(old.Key).Where(r => r.Key != successor && r.IsSeen && !CanFollow.WhyNot(now, r, now[successor]!).Any());

    private bool MustFollow(Member member, Member successor) =>
        member.Key == old.Key || (member.Key != successor.Key && now.SourcesOf(member).Any(s => s.Key == old.Key || s.Key == successor.Key));

    // A MariaDB replica compares positions, one per domain.
    private static GtidPosition Position(Instance instance) =>
        instance.Gtid.Executed is MariaDbGtidSet state ? state.LatestPerDomain() : instance.Gtid.Executed;

    private PlannedStep Point(Member member, InstanceKey source, Tolerance tolerance) =>
        new(new PointTo(member.Key, source), tolerance, policy.StepTimeout, $"it follows {source}");

    private static PlanStage Abandon(string because) => PlanStage.Abandon(because);
}
