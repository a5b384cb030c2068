using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// Replaces a dead primary: freeze what the replicas received, choose, fetch and apply what the candidate lacks, take
/// the siblings along, open it for writes, settle. Each stage is decided from what is seen; only choices and attempts
/// are remembered. <see cref="DeadPrimarySituation.Progress"/> says how far it is, this says what comes next.
/// </summary>
internal sealed class DeadPrimaryPlanner(Recovery recovery, Topology topology)
{
    internal const string Diverge = "two writers would diverge";

    private const int FreezeAttempts = 2;

    private readonly RecoveryPolicy policy = recovery.Policy;
    private readonly Member old = topology[recovery.Subject]!;
    private readonly DeadPrimarySituation situation = new(recovery, topology, topology[recovery.Subject]!);

    public PlanStage Next() => situation.Progress switch
    {
        DeadPrimaryProgress.NotBegun => Begin(),
        DeadPrimaryProgress.Unchosen => Choose(),
        DeadPrimaryProgress.Chosen => Carry(recovery.Choice!, isNew: false),
        DeadPrimaryProgress.OldPrimaryIsBack => Withdraw(),
        DeadPrimaryProgress.Promoted => new SettleStages(situation).Next(),
        DeadPrimaryProgress.RollingBack => AfterReopen(recovery.Last(StageNames.Reopen)!.Stage.Refusal!),
        _ => GiveUp(situation.WhyNot!),
    };

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
        return new(StageNames.Freeze, "what the replicas have received must stand still before they are compared",
            [fencing, .. situation.StillReceiving.Select(StopStep)]);
    }

    private PlanStage Choose()
    {
        // It may have become writable before it vanished: promoting another one could make two writers.
        if (situation.WasToldToOpen)
            return PlanStage.Abandon($"{recovery.Choice!.Candidate} was lost while it was being made writable, "
                + "and it is not known whether it is");
        if (CandidateSearch.Candidates(recovery) >= policy.Attempts)
            return GiveUp(new Refusal($"{policy.Attempts} candidates failed one after the other"));
        var receiving = situation.StillReceiving;
        if (!receiving.IsEmpty && recovery.Times(StageNames.Freeze) < FreezeAttempts)
            return new PlanStage(StageNames.Freeze, "some replicas still receive", [.. receiving.Select(StopStep)]);
        var unusable = receiving.Select(r => r.Key).ToHashSet();
        var choice = new CandidateSearch(recovery, situation.Original, old, unusable).Choose(out var refusal);
        if (recovery.Times(StageNames.Freeze) == FreezeAttempts && situation.NeedsOneThatReceives(choice))
            return FreezeForSure();
        return choice is not null ? Carry(choice, isNew: true) : GiveUp(refusal!);
    }

    // A replica that is slow to stop is passed over while others will do, and waited for when nobody else has what it
    // has.
    private PlanStage FreezeForSure() => new(
        StageNames.Freeze, "nobody else has what those have that still receive",
        [.. situation.StillReceiving.Select(r => StopStep(r) with { Tolerance = Tolerance.Must })]);

    private PlanStage Carry(CandidateChoice choice, bool isNew)
    {
        var candidacy = new Candidacy(situation, choice, isNew);
        return candidacy.WhyNot is { } why ? GiveUp(why) : new CandidateStages(situation, candidacy).Next;
    }

    // It came back after the successor was told to open: it is closed before the successor is told again (S1).
    private PlanStage Withdraw()
    {
        var candidate = recovery.Choice!.Candidate;
        if (!old.IsSeen || recovery.Times(StageNames.Withdraw) >= policy.Attempts)
            return PlanStage.Abandon(
                $"{situation.LifeSign} and could not be made read-only, so {candidate} is not made writable");
        var closing = new PlannedStep(new SetReadOnly(old.Key), Tolerance.Must, policy.StepTimeout, Diverge);
        var because = $"{situation.LifeSign}, after {candidate} was told to accept writes";
        return new PlanStage(StageNames.Withdraw, because, [closing]) { GoesBack = true };
    }

    // Undo is possible until the successor was told to open.
    private PlanStage GiveUp(Refusal why)
    {
        if (situation.WasToldToOpen || recovery.Last(StageNames.Freeze) is null) return PlanStage.Abandon(why);
        return Rollback.Steps is { Length: > 0 } steps
            ? new PlanStage(StageNames.Reopen, why.Because, steps, Refusal: why) { GoesBack = true }
            : PlanStage.Abandon(why.And(Rollback.Leftovers));
    }

    private PlanStage AfterReopen(Refusal why) =>
        Rollback.Steps is { Length: > 0 } left && recovery.Times(StageNames.Reopen) <= policy.Attempts
        ? new PlanStage(StageNames.Reopen, why.Because, left, Refusal: why) { GoesBack = true }
        : PlanStage.Abandon(why.And(Rollback.Leftovers));

    private FreezeRollback Rollback => new(recovery, topology, old);

    private PlannedStep StopStep(Member replica) => new(
        new StopReceiving(replica.Key), Tolerance.BestEffort, policy.StepTimeout,
        "a waking primary must not add to it");
}
