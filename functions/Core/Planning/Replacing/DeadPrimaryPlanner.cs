using System.Collections.Immutable;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// Replaces a dead primary: freeze what the replicas received, choose, fetch and apply what the candidate lacks, take
/// the siblings along, open it for writes, settle. Each stage is decided from what is seen; only choices and attempts
/// are remembered.
/// </summary>
internal sealed class DeadPrimaryPlanner
{
    private const string Freeze =
        "freeze", Fetch = "fetch", CatchUp = "catch-up", Prepare = "prepare", Withdraw = "withdraw",
        Promote =
            "promote", Settle = "settle", Reopen = "reopen", Approval = "approval", Close = "close", Mark = "mark",
        Diverge = "two writers would diverge";

    private const int FreezeAttempts = 2;

    private readonly Recovery recovery;
    private readonly RecoveryPolicy policy;
    private readonly Topology topology;
    private readonly Topology original;
    private readonly Member old;
    private readonly DeadPrimarySituation situation;

    public DeadPrimaryPlanner(Recovery recovery, Topology topology)
    {
        (this.recovery, this.topology, policy, old) =
            (recovery, topology, recovery.Policy, topology[recovery.Subject]!);
        original = OriginalTopology.Of(recovery, topology, old);
        situation = new DeadPrimarySituation(recovery, topology, original, old);
    }

    public PlanStage Next()
    {
        if (recovery.Last(Reopen) is { } reopened) return AfterReopen(reopened.Stage.Refusal!);
        if (IsPromoted) return SettleStage(topology[recovery.Choice!.Candidate]);
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit)
            return GiveUp($"the plan did not end within {RecoveryPolicy.StageLimit} stages");
        if (recovery.Cancelled is { } word && !WasToldToOpen) return GiveUp(word.Says);
        if (recovery.Last(Freeze) is null) return Begin();
        if (old.Outcome.ShowsLife && !WasToldToOpen) return GiveUp(situation.LifeSign);
        if (old.Outcome.ShowsLife && WithdrawStage() is { } withdraw) return withdraw;
        if (situation.OtherWriter is { } writer)
            return GiveUp($"{writer.Key} was made writable by somebody else meanwhile");
        return recovery.Choice is { } choice && situation.IsUsable(choice) ? Carry(choice) : Choose();
    }

    /// <summary>Somebody may accept writes by now: there is no way back.</summary>
    private bool WasToldToOpen => recovery.Last(Promote) is not null;

    // One that was maybe begun is no attempt and has no results: what is seen decides.
    private bool IsPromoted => recovery.Choice is { } choice && recovery.Last(Promote) is { } promotion
        && ((promotion.IsAttempt && !promotion.FailedSteps.Any())
            || topology[choice.Candidate]?.Now is { ReadOnly: false });

    private PlanStage Begin()
    {
        if (old.Outcome.ShowsLife) return PlanStage.Abandon(situation.LifeSign);
        if (topology.Primary is not { } primary)
            return PlanStage.Abandon(
                $"it is not clear which server is the primary, and replacing {old.Key} could make a second writer");
        if (primary.Key != old.Key) return PlanStage.Abandon($"{old.Key} is not the primary, {primary.Key} is");
        var fence = new Fence(old.Key) { WasWritable = old.Known is not { ReadOnly: true } };
        var fencing = new PlannedStep(
            fence, Tolerance.BestEffort, policy.FenceTimeout, "should it come back, it must not accept writes");
        return new(Freeze, "what the replicas have received must stand still before they are compared",
            [fencing, .. situation.StillReceiving.Select(StopStep)]);
    }

    private PlanStage Choose()
    {
        // It may have become writable before it vanished: promoting another one could make two writers.
        if (WasToldToOpen)
            return PlanStage.Abandon($"{recovery.Choice!.Candidate} was lost while it was being made writable, "
                + "and it is not known whether it is");
        if (CandidateSearch.Candidates(recovery) >= policy.Attempts)
            return GiveUp($"{policy.Attempts} candidates failed one after the other");
        if (situation.StillReceiving.Any() && recovery.Times(Freeze) < FreezeAttempts)
            return new PlanStage(Freeze, "some replicas still receive", [.. situation.StillReceiving.Select(StopStep)]);
        var unusable = situation.StillReceiving.Select(r => r.Key).ToHashSet();
        var choice = new CandidateSearch(recovery, original, old, unusable).Choose(out var refusal);
        if (recovery.Times(Freeze) == FreezeAttempts && situation.NeedsOneThatReceives(choice)) return FreezeForSure();
        return choice is not null ? Carry(choice, isNew: true) : GiveUp(refusal!);
    }

    // Who is slow to stop is passed over while others will do, and waited for when nobody else has what it has.
    private PlanStage FreezeForSure() => new(Freeze, "nobody else has what those have that still receive",
        [.. situation.StillReceiving.Select(r => StopStep(r) with { Tolerance = Tolerance.Must })]);

    private PlanStage Carry(CandidateChoice choice, bool isNew = false)
    {
        var candidate = topology[choice.Candidate]!;
        var announced = isNew ? choice : null;
        if (!HasAll(candidate.Now!, choice)) return CatchUpStage(candidate, choice, announced);
        return CloseStage(announced) ?? Ask(candidate, choice, announced) ?? PrepareStage(candidate, choice, announced)
            ?? PromoteStage(candidate, announced);
    }

    private static bool HasAll(Instance candidate, CandidateChoice choice) =>
        candidate.Gtid.Executed.Contains(choice.Position) && candidate.HasAppliedAll != false;

    // A server replaced by an earlier recovery that is back and open: its own recovery cannot run beside this one, and
    // two writers would diverge (S1, S10).
    private PlanStage? CloseStage(CandidateChoice? announced)
    {
        var open = situation.OpenFormerPrimaries;
        if (WasToldToOpen || open.Length == 0) return null;
        var names = string.Join(", ", open.Select(m => m.Key));
        return Tries(Close, announced) >= policy.Attempts
            ? GiveUp($"{names} accepts writes and could not be made read-only in {policy.Attempts} attempts")
            : new PlanStage(Close, $"{names} was replaced as the primary before and accepts writes again",
                [.. open.Select(m => Must(new SetReadOnly(m.Key), Diverge))], announced) { GoesBack = true };
    }

    // Asked for each candidate, before its siblings are moved: until then a stopped receiver is all there is to undo.
    private PlanStage? Ask(Member candidate, CandidateChoice choice, CandidateChoice? announced)
    {
        if (WasToldToOpen || !new RecoveryFilter(policy.ApproveClusters).Names(topology)) return null;
        if (Since(announced).Any(s => s.Word?.Wish == OperatorWish.Approve)) return null;
        if (Since(announced)
            .FirstOrDefault(s => s.Stage.AwaitsApproval)?.PlannedAt <= topology.TakenAt - policy.ApprovalTimeout)
            return GiveUp(
                $"nobody approved of {candidate.Key} within {policy.ApprovalTimeout}",
                    "Recovery:ApprovalTimeout, or Recovery:ApproveClusters");
        return new PlanStage(
            Approval, $"this cluster asks an operator first: may {candidate.Key} be promoted ({Why(choice)})?",
            [], announced, AwaitsApproval: true);
    }

    private PlanStage? PrepareStage(Member candidate, CandidateChoice choice, CandidateChoice? announced)
    {
        var preparation = new CandidatePreparation(topology, old, FollowersOf(candidate), policy);
        if (preparation.Steps is not { Length: > 0 } steps) return null;
        return Tries(Prepare, announced) >= policy.Attempts
            ? GiveUp($"{candidate.Key} could not be prepared in {policy.Attempts} attempts")
            : new PlanStage(
                Prepare, $"{candidate.Key} has all there is: {Why(choice)}{preparation.Remark}", steps, announced);
    }

    private PlanStage PromoteStage(Member candidate, CandidateChoice? announced) =>
        Tries(Promote, announced) >= policy.Attempts
        ? GiveUp($"{candidate.Key} could not be made writable in {policy.Attempts} attempts; the replicas follow it")
        : new PlanStage(Promote, $"{candidate.Key} has received and applied everything and follows nobody",
            [Must(new SetWritable(candidate.Key), "the cluster needs a writer")], announced);

    private PlanStage CatchUpStage(Member candidate, CandidateChoice choice, CandidateChoice? announced)
    {
        var (instance, own) = (candidate.Now!, candidate.Now!.Reachable);
        var (lacks, appliesStill) = (!own.Contains(choice.Position), instance.HasAppliedAll == false);
        // Pointing it elsewhere discards its relay log, so its own part is applied first: the sibling may die too.
        if (choice.CatchUpFrom is { } from
            && lacks && !appliesStill && FetchStage(instance, from, announced) is { } fetch) return fetch;
        var position = lacks && appliesStill ? own : choice.Position.Union(own);
        var attempts = policy.Attempts + (choice.CatchUpFrom is null ? 0 : 1);
        if (Tries(CatchUp, announced) >= attempts)
            return GiveUp($"{candidate.Key} did not apply {position} within {policy.Attempts} attempts");
        // The wait itself starts the applier.
        var wait = WaitUntilApplied.For(candidate.Key, position);
        return new PlanStage(CatchUp, $"{candidate.Key} is chosen ({Why(choice)}) and has not applied everything yet",
            [new(wait, Tolerance.Must, policy.ApplyTimeout, "nothing received may be left unapplied")], announced);
    }

    private PlanStage? FetchStage(Instance candidate, InstanceKey from, CandidateChoice? announced)
    {
        var point = new PointTo(candidate.Key, from);
        if (point.IsSatisfiedBy(candidate)) return null;
        return Tries(Fetch, announced) >= policy.Attempts
            ? GiveUp($"{candidate.Key} could not be pointed to {from} in {policy.Attempts} attempts")
            : new PlanStage(Fetch, $"{from} received transactions that {candidate.Key} lacks",
                [Must(point, "they may have been acknowledged")], announced);
    }

    // It came back after the successor was told to open: it is closed before the successor is told again (S1).
    private PlanStage? WithdrawStage()
    {
        var close = new SetReadOnly(old.Key);
        if (close.IsSatisfiedBy(topology)) return null;
        var candidate = recovery.Choice!.Candidate;
        if (!old.IsSeen || recovery.Times(Withdraw) >= policy.Attempts)
            return PlanStage.Abandon(
                $"{situation.LifeSign} and could not be made read-only, so {candidate} is not made writable");
        return new PlanStage(Withdraw, $"{situation.LifeSign}, after {candidate} was told to accept writes",
            [Must(close, Diverge)]) { GoesBack = true };
    }

    private PlanStage SettleStage(Member? primary)
    {
        if (primary is null) return PlanStage.Abandon(
            $"{recovery.Choice!.Candidate} was promoted and is no longer a member of the cluster");
        var steps = FollowersOf(primary).Straying.Select(r => FollowersOf(primary).Point(r, policy)).ToList();
        if (old.Now is { ReadOnly: false })
            steps.Insert(0, new(
                new SetReadOnly(old.Key), Tolerance.BestEffort, policy.StepTimeout, "it is back and accepts writes"));
        var marking = Must(MarkFormerPrimary.Of(old.Key), "should it come back writable, it is closed at once");
        PlannedStep[] mark = old.IsFormerPrimary ? [] : [marking];
        if (steps.Count > 0 && recovery.Times(Settle) < policy.Attempts - 1)
            return new PlanStage(
                Settle, "not everyone has taken its place around the new primary yet", [.. steps, .. mark]);
        return mark.Length > 0
            ? new PlanStage(Mark, $"{primary.Key} is the primary", [.. mark])
            : PlanStage.End("promoted", new RecoveryOutcome.Promoted(primary.Key, FollowersOf(primary).Lost));
    }

    private PlanStage GiveUp(string because, string remedy = "") => GiveUp(new Refusal(because, remedy));
    // Undo is possible until the successor was told to open.
    private PlanStage GiveUp(Refusal why)
    {
        if (WasToldToOpen || recovery.Last(Freeze) is null) return PlanStage.Abandon(why);
        return Rollback.Steps is { Length: > 0 } steps
            ? new PlanStage(Reopen, why.Because, steps, Refusal: why) { GoesBack = true }
            : PlanStage.Abandon(why.And(Rollback.Leftovers));
    }

    private PlanStage AfterReopen(Refusal why) =>
        Rollback.Steps is { Length: > 0 } left && recovery.Times(Reopen) <= policy.Attempts
        ? new PlanStage(Reopen, why.Because, left, Refusal: why) { GoesBack = true }
        : PlanStage.Abandon(why.And(Rollback.Leftovers));

    private FreezeRollback Rollback => new(recovery, topology, old);
    private PlannedStep Must(PlanStep step, string because) => new(step, Tolerance.Must, policy.StepTimeout, because);

    private PlannedStep StopStep(Member replica) => new(
        new StopReceiving(replica.Key), Tolerance.BestEffort, policy.StepTimeout,
        "a waking primary must not add to it");

    private Followers FollowersOf(Member primary) => new(topology, original, old, primary);

    /// <summary>How often a stage was planned for the newest choice.</summary>
    private int Tries(string stage, CandidateChoice? announced) =>
        Since(announced).Count(s => s.IsAttempt && s.Stage.Name == stage);

    /// <summary>The stages since the newest choice; none when it is announced just now.</summary>
    private IEnumerable<StageRecord> Since(CandidateChoice? announced) => announced is not null
        ? []
        : recovery.Stages.Skip(recovery.Stages.ToList().FindLastIndex(s => s.Stage.Choice is not null));

    private static string Why(CandidateChoice choice) => choice.Judgements.First(j => j.Key == choice.Candidate).Says;
}
