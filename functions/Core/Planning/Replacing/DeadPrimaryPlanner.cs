using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// Replaces a dead primary: freeze what the replicas received, choose, fetch and apply what the candidate lacks, open
/// it for writes, take the siblings along, settle. A candidate that cannot do what is asked is passed over, as long as
/// nobody may be open. Each stage is decided from what is seen; only choices, attempts and faults are remembered.
/// <see cref="DeadPrimarySituation.Progress"/> says how far it is, this says what comes next.
/// </summary>
internal sealed class DeadPrimaryPlanner(Recovery recovery, Topology topology)
{
    internal const string Diverge = "two writers would diverge";

    private const int FreezeAttempts = 2;

    /// <summary>Where another candidate might do, one is waited for in turns of this part of its time.</summary>
    private const int TurnsOfPatience = 5;

    private readonly RecoveryPolicy policy = recovery.Policy;
    private readonly Member old = topology[recovery.Subject]!;
    private readonly DeadPrimarySituation situation = new(recovery, topology, topology[recovery.Subject]!);

    public PlanStage Next() => situation.Progress switch
    {
        DeadPrimaryProgress.NotBegun => Begin(),
        DeadPrimaryProgress.Unchosen => Choose(),
        DeadPrimaryProgress.Chosen =>
            Late() ?? Named(Carry(new Candidacy(situation, recovery.Choice!, IsNew: false))),
        DeadPrimaryProgress.OldPrimaryIsBack => Withdraw(),
        DeadPrimaryProgress.Promoted => new SettleStages(situation).Next(),
        DeadPrimaryProgress.RollingBack => AfterReopen(recovery.Last(StageNames.Reopen)!.Stage.Refusal!),
        _ => GiveUp(situation.WhyNot!),
    };

    private Freeze Freeze => new(situation);

    private FreezeRollback Rollback => new(recovery, topology, old);

    private PlanStage Begin()
    {
        if (situation.WhyNotBegin is { } why) return PlanStage.Abandon(why);
        // What is known already may leave nobody to promote: then nothing is fenced and nothing is stopped.
        if (Search([], situation.Faults, out var refusal) is not { } first) return PlanStage.Abandon(refusal!);
        return new(StageNames.Freeze, "what the replicas have received must stand still before they are compared",
            [Fencing, .. Freeze.Steps(IsDoneWithout(first) ? _ => false : key => IsWanted(first, key))])
        {
            Events = EventStages.Of(topology, old),
        };
    }

    private PlannedStep Fencing
    {
        get
        {
            // One that was about to be closed when it was last seen may have been opened again since. Whom a recovery
            // or its restart closed is owed to be opened; a fence hides who it was. Whom a recovery opened may not have
            // been seen since.
            var isClosed = old.LastKnown is { ReadOnly: true, IsReadOnlyPending: false }
                && !topology.Ledger.Has<LedgerEntry.MaybeOpen>(old.Key);
            var fence = new Fence(old.Key) { WasWritable = !isClosed || topology.IsMeantForWrites(old) };
            return new(
                fence, Tolerance.BestEffort, policy.FenceTimeout, "should it come back, it must not accept writes");
        }
    }

    // A process that was lost may have stored the stage with the fence and not sent it (S9).
    private bool IsFenced => recovery.Stages.SelectMany(s => s.StepsWithResults)
        .Any(p => p is { Step: Fence or SetReadOnly, Result: not null } && p.Step.Target.Key == old.Key);

    private PlanStage Choose()
    {
        // It may have become writable before it vanished: promoting another one could make two writers.
        if (situation.MayBeOpen)
            return PlanStage.Abandon($"{recovery.Choice!.Candidate} was lost while it was being made writable, "
                + "and it is not known whether it is");
        if (!IsFenced && recovery.Times(StageNames.Freeze) <= FreezeAttempts)
            return new(StageNames.Freeze, $"it is not known whether {old.Key} was told to refuse writes",
                [Fencing, .. Freeze.Steps(_ => false)]);
        var receiving = Freeze.StillReceiving;
        var choice = Search([.. receiving.Select(r => r.Key)], situation.Faults, out var refusal);
        if (recovery.Times(StageNames.Freeze) < FreezeAttempts)
        {
            var freezing = Freeze.Steps(_ => false);
            if (freezing.Length > 0) return new(StageNames.Freeze, "some replicas still receive", freezing);
        }
        // A replica that is slow to stop is passed over while others will do, and waited for when nobody else has what
        // it has.
        if (recovery.Times(StageNames.Freeze) == FreezeAttempts && Freeze.ForSure(choice) is { Length: > 0 } forSure)
            return new(StageNames.Freeze, "nobody else has what those have that still receive", forSure);
        return choice is not null ? Carry(new Candidacy(situation, choice, IsNew: true)) : GiveUp(refusal!);
    }

    // A replica that was passed over may stop meanwhile, and have received more than the choice: it is asked once more,
    // and what it has is fetched (S5). Where the choice may be open, nobody else is taken, and it is seen closed: it is
    // told to open once more, when it has that too.
    private PlanStage? Late()
    {
        var chosen = recovery.Choice!;
        if (!Freeze.HasMore(chosen.Position)) return WrittenSince(chosen);
        if (situation.MayBeOpen && topology[chosen.Candidate] is not { Current.ReadOnly: true }) return null;
        var isWorthIt = recovery.Times(StageNames.Freeze) <= FreezeAttempts + 1 || Freeze.HasUntold;
        if (isWorthIt && Freeze.ForSure(chosen) is { Length: > 0 } steps)
            return new(StageNames.Freeze, "one that still receives has by now what nobody else has", steps);
        var receiving = Freeze.StillReceiving.Select(r => r.Key).Where(k => k != chosen.Candidate);
        var wanted = situation.MayBeOpen ? recovery with { Target = chosen.Candidate } : recovery;
        var again = Search(wanted, [.. receiving], situation.Faults, out var refusal);
        // Nobody can have it, and clients may count on it.
        if (refusal?.Remedy == CandidateSearch.AllowLoss && !situation.MayBeOpen) return GiveUp(refusal);
        var isMore = again is not null && again.Position.Contains(chosen.Position)
            && !chosen.Position.Contains(again.Position);
        return isMore ? Carry(new Candidacy(situation, again!, IsNew: true)) : null;
    }

    // A former primary was open when the candidate was chosen, and is closed by now: what it had acknowledged until
    // then is nowhere else.
    private PlanStage? WrittenSince(CandidateChoice chosen)
    {
        if (situation.MayBeOpen) return null;
        if (Finder(recovery, []).WrittenElsewhere(chosen) is not { Length: > 0 } written) return null;
        if (chosen.PossiblyLost.Contains(written, StringComparison.Ordinal)) return null;
        var again = Search(recovery with { Target = chosen.Candidate }, [], situation.Faults, out var refusal);
        if (refusal?.Remedy == CandidateSearch.AllowLoss) return GiveUp(refusal);
        return again is null ? null : Carry(new Candidacy(situation, again, IsNew: true));
    }

    // It took so long that the old primary, cut off from everybody, may have gone on without acknowledgements: the
    // stage that opens its successor says so.
    private PlanStage Named(PlanStage stage)
    {
        var chosen = stage.Choice ?? recovery.Choice!;
        if (chosen.PossiblyLost.Length > 0 || !stage.Steps.Any(s => s.Step is SetWritable)) return stage;
        return Durability.FellBack(topology, old) is { Length: > 0 } alone
            ? stage with { Choice = chosen with { PossiblyLost = alone } }
            : stage;
    }

    private PlanStage Carry(Candidacy candidacy)
    {
        if (candidacy.WhyNot is { } why) return GiveUp(why);
        if (candidacy.WhyNotStart is { } kept)
            return Other(candidacy, kept, out _) is { } other ? Carry(other) : GiveUp(kept);
        return candidacy.Fault is { } fault
            ? AfterFault(candidacy, fault)
            : new CandidateStages(situation, candidacy, PatienceWith(candidacy)).Next;
    }

    // One failure is enough while another candidate is ready: to try again would take longer than to change.
    private PlanStage AfterFault(Candidacy candidacy, Refusal fault)
    {
        if (situation.MayBeOpen && candidacy.IsSpent)
            return PlanStage.Abandon($"{candidacy.Key} {fault.Because}; it is not known whether it accepts writes, "
                + "so nobody else is opened; the replicas follow it");
        var other = situation.MayBeOpen ? null : Other(candidacy, fault, out _);
        if (other is not null && (candidacy.IsSpent || IsReady(other, candidacy))) return Carry(other);
        if (!candidacy.IsSpent) return new CandidateStages(situation, candidacy, PatienceWith(candidacy)).Next;
        _ = Other(candidacy, fault, out var refusal);
        var says = $"{candidacy.Key} {fault.Because}";
        return GiveUp(refusal!.Because.Contains(says, StringComparison.Ordinal) ? refusal : refusal.And($"; {says}"));
    }

    private TimeSpan PatienceWith(Candidacy candidacy)
    {
        if (candidacy.Progress != CandidateProgress.Unapplied || situation.MayBeOpen) return policy.ApplyTimeout;
        if (Other(candidacy, new Refusal("is slow"), out _) is not { } other) return policy.ApplyTimeout;
        return IsReady(other, candidacy) ? policy.StepTimeout : policy.ApplyTimeout / TurnsOfPatience;
    }

    /// <summary>Who would be the candidate in place of this one.</summary>
    private Candidacy? Other(Candidacy candidacy, Refusal fault, out Refusal? refusal)
    {
        var receiving = Freeze.StillReceiving.Select(r => r.Key).Where(k => k != candidacy.Key);
        var faults = situation.Faults.SetItem(candidacy.Key, fault);
        return Search([.. receiving], faults, out refusal) is { } choice
            ? new Candidacy(situation, choice, IsNew: true)
            : null;
    }

    /// <summary>It could be prepared at once, nothing is lost with it, and nobody wished that it is spared.</summary>
    private static bool IsReady(Candidacy other, Candidacy candidacy) =>
        other.HasAll && other.Choice.Position.Contains(candidacy.Choice.Position)
        && (other.Member.PromotionRule != PromotionRule.PreferNot
            || candidacy.Member.PromotionRule == PromotionRule.PreferNot);

    private CandidateChoice? Search(
        ImmutableHashSet<InstanceKey> unusable, IReadOnlyDictionary<InstanceKey, Refusal> faults,
        out Refusal? refusal) => Search(recovery, unusable, faults, out refusal);

    private CandidateChoice? Search(
        Recovery wanted, ImmutableHashSet<InstanceKey> unusable, IReadOnlyDictionary<InstanceKey, Refusal> faults,
        out Refusal? refusal) => (Finder(wanted, unusable) with { Faults = faults }).Choose(out refusal);

    private CandidateSearch Finder(Recovery wanted, ImmutableHashSet<InstanceKey> unusable) =>
        new(wanted, situation.Original, old, unusable, situation.Faults);

    // What a person stopped is started only where nobody else will do.
    private bool IsDoneWithout(CandidateChoice choice)
    {
        ImmutableHashSet<InstanceKey> forgetful = [.. Freeze.Forgetful];
        if (forgetful.IsEmpty) return true;
        return Search(forgetful, situation.Faults, out _) is { } other && other.Position.Contains(choice.Position);
    }

    private static bool IsWanted(CandidateChoice choice, InstanceKey key) =>
        choice.Judgements.Any(j => j.Key == key && !j.IsRefused);

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

    // Undo is possible as long as nobody may be open.
    private PlanStage GiveUp(Refusal why)
    {
        if (situation.MayBeOpen || recovery.Last(StageNames.Freeze) is null) return PlanStage.Abandon(why);
        return Rollback.Steps is { Length: > 0 } steps
            ? new PlanStage(StageNames.Reopen, why.Because, steps, Refusal: why) { GoesBack = true }
            : PlanStage.Abandon(why.And(Rollback.Leftovers));
    }

    private PlanStage AfterReopen(Refusal why) =>
        Rollback.Steps is { Length: > 0 } left && recovery.Times(StageNames.Reopen) <= policy.Attempts
        ? new PlanStage(StageNames.Reopen, why.Because, left, Refusal: why) { GoesBack = true }
        : PlanStage.Abandon(why.And(Rollback.Leftovers));
}
