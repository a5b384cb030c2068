using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>One candidate's way to become the primary, as far as it has come.</summary>
/// <param name="IsNew">It was chosen just now: the stage that is planned for it carries the choice.</param>
internal sealed record Candidacy(DeadPrimarySituation Situation, CandidateChoice Choice, bool IsNew)
{
    private Recovery Recovery => Situation.Recovery;
    private RecoveryPolicy Policy => Situation.Policy;
    private Instance Instance => Member.Now!;

    public InstanceKey Key => Choice.Candidate;

    public Member Member => Situation.Topology[Key]!;

    /// <summary>The choice, for the first stage that is planned for it; null for later ones.</summary>
    public CandidateChoice? Announced => IsNew ? Choice : null;

    /// <summary>How far it has come.</summary>
    public CandidateProgress Progress
    {
        get
        {
            if (!HasAll) return MustFetch ? CandidateProgress.Unfetched : CandidateProgress.Unapplied;
            if (!Situation.WasToldToOpen && !Situation.OpenFormerPrimaries.IsEmpty)
                return CandidateProgress.FormerPrimaryIsOpen;
            if (!Situation.WasToldToOpen && NeedsApproval && !IsApproved) return CandidateProgress.Unapproved;
            return Preparation.Steps.IsEmpty ? CandidateProgress.Ready : CandidateProgress.Unprepared;
        }
    }

    /// <summary>Why it comes no further; null while something can be tried.</summary>
    public Refusal? WhyNot => Progress switch
    {
        CandidateProgress.Unfetched => After(StageNames.Fetch, $"{Key} could not be pointed to {Choice.CatchUpFrom}"),
        CandidateProgress.Unapplied when Tries(StageNames.CatchUp) >= Waits =>
            new($"{Key} did not apply {ToApply} within {Waits} attempts"),
        CandidateProgress.FormerPrimaryIsOpen => After(
            StageNames.Close, $"{Situation.OpenOnes} accepts writes and could not be made read-only"),
        CandidateProgress.Unapproved when AskedAt <= Situation.Topology.TakenAt - Policy.ApprovalTimeout =>
            new($"nobody approved of {Key} within {Policy.ApprovalTimeout}",
                "Recovery:ApprovalTimeout, or Recovery:ApproveClusters"),
        CandidateProgress.Unprepared => After(StageNames.Prepare, $"{Key} could not be prepared"),
        CandidateProgress.Ready => After(
            StageNames.Promote, $"{Key} could not be made writable", "; the replicas follow it"),
        _ => null,
    };

    public CandidatePreparation Preparation => new(Situation, Member);

    /// <summary>Why it stands where it stands in the ranking.</summary>
    public string Why => Choice.Judgements.First(j => j.Key == Key).Says;

    /// <summary>
    /// What it applies next. Pointing it elsewhere discards its relay log, so its own part comes first: the sibling it
    /// fetches the rest from may die too.
    /// </summary>
    public GtidPosition ToApply =>
        Lacks && AppliesStill ? Instance.Reachable : Choice.Position.Union(Instance.Reachable);

    private bool Lacks => !Instance.Reachable.Contains(Choice.Position);

    private bool AppliesStill => Instance.HasAppliedAll == false;

    private bool HasAll => Instance.Gtid.Executed.Contains(Choice.Position) && !AppliesStill;

    private bool MustFetch => Lacks && !AppliesStill && Choice.CatchUpFrom is { } from
        && !new PointTo(Key, from).IsSatisfiedBy(Instance);

    // Its own part, then what it fetched.
    private int Waits => Policy.Attempts + (Choice.CatchUpFrom is null ? 0 : 1);

    private bool NeedsApproval => new RecoveryFilter(Policy.ApproveClusters).Names(Situation.Topology);

    private bool IsApproved => Stages.Any(s => s.Word?.Wish == OperatorWish.Approve);

    private DateTimeOffset? AskedAt => Stages.FirstOrDefault(s => s.Stage.AwaitsApproval)?.PlannedAt;

    private int Tries(string stage) => Stages.Count(s => s.IsAttempt && s.Stage.Name == stage);

    private Refusal? After(string stage, string because, string more = "") => Tries(stage) >= Policy.Attempts
        ? new($"{because} in {Policy.Attempts} attempts{more}")
        : null;

    private IEnumerable<StageRecord> Stages => IsNew
        ? []
        : Recovery.Stages.Skip(Recovery.Stages.ToList().FindLastIndex(s => s.Stage.Choice is not null));
}
