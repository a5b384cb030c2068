using System.Collections.Immutable;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// Replaces a dead primary: freeze what the replicas received, choose, fetch and apply what the candidate lacks, take the siblings along,
/// open it for writes, settle. Each stage is decided from what is seen now; only choices and attempts are remembered.
/// </summary>
internal sealed class DeadPrimaryPlanner
{
    private const string Freeze = "freeze", Fetch = "fetch", CatchUp = "catch-up", Prepare = "prepare", Withdraw = "withdraw", Promote = "promote", Settle = "settle",
        Reopen = "reopen", Approval = "approval", Close = "close", Mark = "mark";
    private const int FreezeAttempts = 2;

    private readonly Recovery recovery;
    private readonly RecoveryPolicy policy;
    private readonly Topology now;
    private readonly Topology family;
    private readonly Member old;

    public DeadPrimaryPlanner(Recovery recovery, Topology now)
    {
        (this.recovery, this.now, policy, old) = (recovery, now, recovery.Policy, now[recovery.Subject]!);
        family = OriginalTopology.Of(recovery, now, old);
    }

    public PlanStage Next()
    {
        if (recovery.Last(Reopen) is { } reopened) return AfterReopen(reopened.Stage.Refusal!);
        if (recovery.Choice is { } made && recovery.Last(Promote) is { } promoted && (!promoted.FailedSteps.Any() || now[made.Candidate]?.Now is { ReadOnly: false }))
            return SettleStage(now[made.Candidate]);
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit) return GiveUp($"the plan did not end within {RecoveryPolicy.StageLimit} stages");
        if (recovery.Cancelled is { } word && recovery.Last(Promote) is null) return GiveUp(word.Says);
        if (recovery.Last(Freeze) is null) return Begin();
        if (old.Outcome.ShowsLife && recovery.Last(Promote) is null) return GiveUp(LifeSign);
        if (old.Outcome.ShowsLife && WithdrawStage() is { } withdraw) return withdraw;
        if (OtherWriter is { } writer) return GiveUp($"{writer.Key} was made writable by somebody else meanwhile");
        return recovery.Choice is { } choice && IsUsable(choice) ? Carry(choice) : Choose();
    }

    private PlanStage Begin()
    {
        if (old.Outcome.ShowsLife) return Abandon(LifeSign);
        if (now.Primary is not { } primary) return Abandon($"it is not clear which server is the primary, and replacing {old.Key} could make a second writer");
        if (primary.Key != old.Key) return Abandon($"{old.Key} is not the primary, {primary.Key} is");
        var fence = new Fence(old.Key) { WasWritable = old.Known is not { ReadOnly: true } };
        return new(Freeze, "what the replicas have received must stand still before they are compared",
            [new(fence, Tolerance.BestEffort, policy.FenceTimeout, "should it come back, it must not accept writes"), .. StillReceiving.Select(StopStep)]);
    }

    private PlanStage Choose()
    {
        // It may have become writable before it vanished: promoting another one could make two writers.
        if (recovery.Last(Promote) is not null) return Abandon($"{recovery.Choice!.Candidate} was lost while it was being made writable, and it is not known whether it is");
        if (FormerChoices.Select(c => c.Candidate).Distinct().Count() >= policy.Attempts)
            return GiveUp($"{policy.Attempts} candidates failed one after the other");
        if (StillReceiving.Any() && recovery.Times(Freeze) < FreezeAttempts)
            return new PlanStage(Freeze, "some replicas still receive", [.. StillReceiving.Select(StopStep)]);
        var unusable = StillReceiving.Select(r => r.Key).ToHashSet();
        var choice = CandidateRanking.Choose(family, old, policy, recovery.Target, unusable, out var judged);
        if (choice is null) return GiveUp(CandidateRefusal.OfAll("no replica can be promoted", judged));
        var durability = DurabilityOf(choice, unusable);
        if (durability.IsBroken && !policy.AllowPossibleLoss) return GiveUp(durability.PossiblyLost, "Recovery:AllowPossibleLoss");
        if (choice.PossiblyLost.Length > 0 && !policy.AllowPossibleLoss) return GiveUp(choice.PossiblyLost, "Recovery:AllowPossibleLoss");
        var gone = GoneWithFormerCandidates(choice);
        // Without semi-sync nothing was promised, and what died with a server is like what died with the primary.
        if (gone.Length > 0 && durability.PossiblyLost.Length == 0 && !policy.AllowPossibleLoss) return GiveUp(gone, "Recovery:AllowPossibleLoss");
        return Carry(choice with { PossiblyLost = string.Join("; ", new[] { choice.PossiblyLost, gone, durability.PossiblyLost }.Where(s => s.Length > 0)) }, isNew: true);
    }

    private PlanStage Carry(CandidateChoice choice, bool isNew = false)
    {
        var candidate = now[choice.Candidate]!;
        var announced = isNew ? choice : null;
        if (!candidate.Now!.Gtid.Executed.Contains(choice.Target) || candidate.Now.HasAppliedAll == false) return CatchUpStage(candidate, choice, announced);
        if (CloseStage(announced) is { } close) return close;
        if (Ask(candidate, choice, announced) is { } question) return question;
        if (Preparations(candidate) is { Length: > 0 } steps) return Tries(Prepare, announced) >= policy.Attempts
            ? GiveUp($"{candidate.Key} could not be prepared in {policy.Attempts} attempts")
            : new PlanStage(Prepare, $"{candidate.Key} has all there is: {Why(choice)}{Alone(candidate)}", steps, announced);
        if (Tries(Promote, announced) >= policy.Attempts) return GiveUp($"{candidate.Key} could not be made writable in {policy.Attempts} attempts; the replicas follow it");
        return new PlanStage(Promote, $"{candidate.Key} has received and applied everything and follows nobody",
            [new(new SetWritable(candidate.Key), Tolerance.Must, policy.StepTimeout, "the cluster needs a writer")], announced);
    }

    // A server replaced by an earlier recovery that is back and open: its own recovery cannot run beside this one, and two writers would diverge (S1, S10).
    private PlanStage? CloseStage(CandidateChoice? announced)
    {
        if (recovery.Last(Promote) is not null || now.Members.Where(m => m is { IsFormerPrimary: true, Now.ReadOnly: false } && m.Key != old.Key).ToArray() is not { Length: > 0 } open) return null;
        var names = string.Join(", ", open.Select(m => m.Key));
        return Tries(Close, announced) >= policy.Attempts
            ? GiveUp($"{names} accepts writes and could not be made read-only in {policy.Attempts} attempts")
            : new PlanStage(Close, $"{names} was replaced as the primary before and accepts writes again",
                [.. open.Select(m => new PlannedStep(new SetReadOnly(m.Key), Tolerance.Must, policy.StepTimeout, "two writers would diverge"))], announced);
    }

    // Asked for each candidate, before its siblings are moved: until then a stopped receiver is all there is to undo.
    private PlanStage? Ask(Member candidate, CandidateChoice choice, CandidateChoice? announced)
    {
        if (!new RecoveryFilter(policy.ApproveClusters).Names(now) || recovery.Last(Promote) is not null || Since(announced).Any(s => s.Word?.Wish == OperatorWish.Approve)) return null;
        if (Since(announced).FirstOrDefault(s => s.Stage.AwaitsApproval) is { } asked && now.TakenAt - asked.PlannedAt >= policy.ApprovalTimeout)
            return GiveUp($"nobody approved of {candidate.Key} within {policy.ApprovalTimeout}", "Recovery:ApprovalTimeout, or Recovery:ApproveClusters");
        return new PlanStage(Approval, $"this cluster asks an operator first: may {candidate.Key} be promoted ({Why(choice)})?", [], announced, AwaitsApproval: true);
    }

    private PlanStage CatchUpStage(Member candidate, CandidateChoice choice, CandidateChoice? announced)
    {
        var own = candidate.Now!.Reachable;
        var lacks = !own.Contains(choice.Target);
        // Pointing it elsewhere discards its relay log, so its own part is applied first: the sibling may die too.
        if (choice.CatchUpFrom is { } from && lacks && candidate.Now.HasAppliedAll != false && !new PointTo(candidate.Key, from).IsSatisfiedBy(candidate.Now))
            return Tries(Fetch, announced) >= policy.Attempts
                ? GiveUp($"{candidate.Key} could not be pointed to {from} in {policy.Attempts} attempts")
                : new PlanStage(Fetch, $"{from} received transactions that {candidate.Key} lacks",
                    [new(new PointTo(candidate.Key, from), Tolerance.Must, policy.StepTimeout, "they may have been acknowledged")], announced);
        var target = lacks && candidate.Now.HasAppliedAll == false ? own : choice.Target.Union(own);
        if (Tries(CatchUp, announced) >= policy.Attempts + (choice.CatchUpFrom is null ? 0 : 1)) return GiveUp($"{candidate.Key} did not apply {target} within {policy.Attempts} attempts");
        // The wait itself starts the applier.
        return new PlanStage(CatchUp, $"{candidate.Key} is chosen ({Why(choice)}) and has not applied everything yet",
            [new(WaitUntilApplied.For(candidate.Key, target), Tolerance.Must, policy.ApplyTimeout, "nothing received may be left unapplied")], announced);
    }

    private ImmutableArray<PlannedStep> Preparations(Member candidate)
    {
        var steps = ImmutableArray.CreateBuilder<PlannedStep>();
        if (!new ForgetSource(candidate.Key).IsSatisfiedBy(candidate.Now!))
            steps.Add(new(new ForgetSource(candidate.Key), Tolerance.Must, policy.StepTimeout, "a primary follows nobody"));
        var ackers = FollowersOf(candidate).Ackers;
        if (SemiSyncRule.Of(old) is { } rule && rule.ForNewWriter(candidate, ackers) is { } role)
            steps.Add(new(role, Tolerance.Must, policy.StepTimeout, rule.Reason(ackers)));
        // A sibling the candidate fetched from follows later: both ways at once would be a ring (S10).
        if (steps.Count > 0) steps.AddRange(FollowersOf(candidate).Straying.Where(r => now.LinkBetween(candidate, r.Key) is null).Select(r => Follow(r, candidate)));
        return steps.ToImmutable();
    }

    private string Alone(Member candidate) => SemiSyncRule.Of(old) is { } rule && rule.WaitWith(FollowersOf(candidate).Ackers) == 0
        ? "; no replica is left to acknowledge, so it will not wait for any" : "";

    // It came back after the successor was told to open: it is closed before the successor is told again (S1).
    private PlanStage? WithdrawStage()
    {
        if (old.Now is { } instance && new SetReadOnly(old.Key).IsSatisfiedBy(instance)) return null;
        if (!old.IsSeen || recovery.Times(Withdraw) >= policy.Attempts)
            return Abandon($"{LifeSign} and could not be made read-only, so {recovery.Choice!.Candidate} is not made writable");
        return new PlanStage(Withdraw, $"{LifeSign}, after {recovery.Choice!.Candidate} was told to accept writes",
            [new(new SetReadOnly(old.Key), Tolerance.Must, policy.StepTimeout, "two writers would diverge")]);
    }

    private PlanStage SettleStage(Member? primary)
    {
        if (primary is null) return Abandon($"{recovery.Choice!.Candidate} was promoted and is no longer a member of the cluster");
        var steps = FollowersOf(primary).Straying.Select(r => Follow(r, primary)).ToList();
        if (old.Now is { ReadOnly: false })
            steps.Insert(0, new(new SetReadOnly(old.Key), Tolerance.BestEffort, policy.StepTimeout, "it is back and accepts writes"));
        PlannedStep[] mark = old.IsFormerPrimary ? [] : [MarkStep(old)];
        if (steps.Count > 0 && recovery.Times(Settle) < policy.Attempts - 1)
            return new PlanStage(Settle, "not everyone has taken its place around the new primary yet", [.. steps, .. mark]);
        return mark.Length > 0
            ? new PlanStage(Mark, $"{primary.Key} is the primary", [.. mark])
            : PlanStage.End("promoted", new RecoveryOutcome.Promoted(primary.Key, FollowersOf(primary).Lost));
    }

    private PlannedStep MarkStep(Member former) => new(
        MarkFormerPrimary.Of(former.Key), Tolerance.Must, policy.StepTimeout, "should it come back writable, it is closed at once");

    // Undo is possible until the successor was told to open.
    private PlanStage GiveUp(string because, string remedy = "") => GiveUp(new Refusal(because, remedy));

    private PlanStage GiveUp(Refusal why)
    {
        if (recovery.Last(Promote) is not null || recovery.Last(Freeze) is null) return PlanStage.Abandon(why);
        var steps = new FreezeRollback(recovery, now, old).Steps;
        return steps.Length == 0
            ? PlanStage.Abandon(why.And(FreezeRollback.Leftovers(recovery, now, old)))
            : new PlanStage(Reopen, why.Because, steps, Refusal: why);
    }

    private PlanStage AfterReopen(Refusal why)
    {
        var left = new FreezeRollback(recovery, now, old).Steps;
        return left.Length > 0 && recovery.Times(Reopen) <= policy.Attempts
            ? new PlanStage(Reopen, why.Because, left, Refusal: why)
            : PlanStage.Abandon(why.And(FreezeRollback.Leftovers(recovery, now, old)));
    }

    private static PlanStage Abandon(string because) => PlanStage.Abandon(because);

    private PlannedStep Follow(Member replica, Member primary) =>
        new(new PointTo(replica.Key, primary.Key), Tolerance.BestEffort, policy.StepTimeout, "every surviving replica follows the new primary");

    private PlannedStep StopStep(Member replica) =>
        new(new StopReceiving(replica.Key), Tolerance.BestEffort, policy.StepTimeout, "a waking primary must not add to it");

    private Followers FollowersOf(Member primary) => new(now, family, old, primary);

    /// <summary>Replicas that could still get something from the old primary: what they hold is not known.</summary>
    private IEnumerable<Member> StillReceiving =>
        now.ReplicasOf(old.Key).Where(r => r.IsSeen && now.LinkBetween(r, old.Key)!.Receiver != ReplicationThread.Stopped);

    /// <summary>A former replica that follows nobody and accepts writes, and not by our doing: an operator was faster (S1).</summary>
    private Member? OtherWriter => now.Roots.FirstOrDefault(m =>
        m.Now is { ReadOnly: false } && m.Key != old.Key && family.ReplicasOf(old.Key).Any(r => r.Key == m.Key)
        && !recovery.Stages.Any(s => s.Stage.Steps.Any(p => p.Step.Target.Key == m.Key && p.Step is ForgetSource)));

    // S3: the candidate is kept unless it, its applier or the sibling it needs died.
    private bool IsUsable(CandidateChoice choice) =>
        now[choice.Candidate]?.Now is { } candidate
        && candidate.Links.All(l => l.ApplierErrorNumber == 0)
        && (choice.CatchUpFrom is null || candidate.Reachable.Contains(choice.Target) || now[choice.CatchUpFrom] is { IsSeen: true });

    // A former choice knew where everything acknowledged was: whoever has all of that loses nothing, whoever died since.
    private Durability DurabilityOf(CandidateChoice choice, HashSet<InstanceKey> unusable) =>
        FormerChoices.Any(c => c.PossiblyLost.Length == 0 && choice.Target.Contains(c.Target))
            ? new Durability(false, "")
            : Durability.Of(family, old, family.ReplicasOf(old.Key).Where(r => r.IsSeen && !unusable.Contains(r.Key)).Select(r => r.Key).ToHashSet());

    private IEnumerable<CandidateChoice> FormerChoices => recovery.Stages.Select(s => s.Stage.Choice).OfType<CandidateChoice>();

    private string GoneWithFormerCandidates(CandidateChoice choice)
    {
        var gone = FormerChoices.Where(c => c.Target.GetType() == choice.Target.GetType() && !choice.Target.Contains(c.Target))
            .Select(c => $"{c.Target.Except(choice.Target)} was within reach of {c.Candidate} and is nowhere to be found now");
        return string.Join("; ", gone.Distinct());
    }

    /// <summary>How often a stage was planned for the newest choice.</summary>
    private int Tries(string stage, CandidateChoice? announced) => Since(announced).Count(s => s.Stage.Name == stage);

    /// <summary>The stages since the newest choice; none when it is announced just now.</summary>
    private IEnumerable<StageRecord> Since(CandidateChoice? announced) => announced is not null
        ? []
        : recovery.Stages.Skip(recovery.Stages.ToList().FindLastIndex(s => s.Stage.Choice is not null));

    private string LifeSign => old.Outcome is ProbeOutcome.Failed refusal ? $"{old.Key} answers again, with a refusal ({refusal.Says})" : $"{old.Key} answers again";

    private static string Why(CandidateChoice choice) => choice.Judgements.First(j => j.Key == choice.Candidate).Says;
}
