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
    private Instance Instance => Member.Current!;

    public InstanceKey Key => Choice.Candidate;

    public Member Member => Situation.Topology[Key]!;

    /// <summary>The choice, for the first stage that is planned for it; null for later ones.</summary>
    public CandidateChoice? Announced => IsNew ? Choice : null;

    /// <summary>How far it has come.</summary>
    public CandidateProgress Progress
    {
        get
        {
            if (!HasAll) return CatchingUp;
            if (!Situation.MayBeOpen && Receives) return CandidateProgress.Receiving;
            if (!Situation.MayBeOpen && !Situation.OpenFormerPrimaries.IsEmpty)
                return CandidateProgress.FormerPrimaryIsOpen;
            if (!Situation.MayBeOpen && NeedsApproval && !IsApproved) return CandidateProgress.Unapproved;
            return Preparation.Steps.IsEmpty ? CandidateProgress.Ready : CandidateProgress.Unprepared;
        }
    }

    /// <summary>Why the plan cannot go on, whoever the candidate is; null while it can.</summary>
    public Refusal? WhyNot => Progress switch
    {
        CandidateProgress.FormerPrimaryIsOpen when Tries(StageNames.Close) >= Policy.Attempts =>
            new($"{Situation.OpenOnes} accepts writes and could not be made read-only in {Policy.Attempts} attempts"),
        CandidateProgress.Unapproved when AskedAt <= Situation.Topology.TakenAt - Policy.ApprovalTimeout =>
            new($"nobody approved of {Key} within {Policy.ApprovalTimeout}",
                "Recovery:ApprovalTimeout, or Recovery:ApproveClusters"),
        _ => null,
    };

    /// <summary>
    /// Why its applier is not started: somebody stopped it while its receiver stood still, and MariaDB deletes the
    /// relay log when one of the two is started then (S6). Null when it may be, and where a loss is allowed.
    /// </summary>
    public Refusal? WhyNotStart => Progress == CandidateProgress.Unstarted && !Policy.AllowPossibleLoss
        && Source is { Receiver: ReplicationThread.Stopped } link && Instance.WouldForget(link)
        ? new(
            $"{Key} has received {Instance.AllReceived} and not applied all of it, and would throw that away when its "
                + "applier is started",
            CandidateSearch.AllowLoss)
        : null;

    /// <summary>What the candidate could not do, in its server's own words; null while nothing went wrong.</summary>
    public Refusal? Fault
    {
        get
        {
            if (Failing is not { } failing) return null;
            var (stage, what) = failing;
            if (Attempts(stage).LastOrDefault() is not { } last) return null;
            if (!last.FailedSteps.Any() && !IsSpent) return null;
            // What comes after a step that failed was not sent because of it.
            var said = Stages.Where(s => Is(s, stage))
                .Select(s => s.FailedSteps.Select(f => f.Result.Says).FirstOrDefault(says => says.Length > 0))
                .LastOrDefault(says => says is not null);
            return new Refusal($"{what}: {said ?? "its server called it done, and it is not seen"}");
        }
    }

    /// <summary>
    /// It may be opened in the stage that prepares it, where each step waits for the one before it: not when something
    /// of that failed before, or it may be open already.
    /// </summary>
    public bool MayOpenAtOnce => !Situation.MayBeOpen && Tries(StageNames.Prepare) == 0
        && Preparation.Steps.All(s => s.Step is not SetReadOnly);

    /// <summary>Everything was tried for it as often as the policy has it.</summary>
    public bool IsSpent => Failing is { } failing && failing.Stage switch
    {
        StageNames.CatchUp => Tries(StageNames.CatchUp) >= Policy.Attempts + (Choice.CatchUpFrom is null ? 0 : 1),
        // It may have to be told again for how many it waits, and that is no failure.
        StageNames.Prepare => Failures(StageNames.Prepare) >= Policy.Attempts,
        var stage => Tries(stage) >= Policy.Attempts,
    };

    public CandidatePreparation Preparation => new(Situation, Member, WasPointed, Tries(StageNames.Prepare));

    /// <summary>Why it stands where it stands in the ranking.</summary>
    public string Why => Choice.Judgements.First(j => j.Key == Key).Says;

    /// <summary>It has received and applied all there is.</summary>
    public bool HasAll => Instance.KnowsLinks && Instance.Gtid.Executed.Contains(Choice.Position) && !AppliesStill;

    /// <summary>
    /// What it applies next. Pointing it elsewhere discards its relay log, so its own part comes first: the sibling it
    /// fetches the rest from may die too.
    /// </summary>
    public GtidPosition ToApply
    {
        get
        {
            // No server waits for what it wrote itself in a domain of its own.
            var own = Situation.Domains.ReachableBy(Instance);
            return Lacks && AppliesStill ? own : Choice.Position.Union(own);
        }
    }

    private bool Lacks => !Instance.AllReceived.Contains(Choice.Position);

    private bool AppliesStill => Instance.HasAppliedAll == false;

    // What comes after this look would be thrown away when it is cut from its source (S6). A sibling that was frozen
    // has no more than it had at the choice; one that is lost may have sent it something as its last.
    private bool Receives => Source is { Receiver: not ReplicationThread.Stopped } link
        && !StandsStill(Situation.Topology.SourceOf(link)?.Current);

    /// <summary>The link that is removed before it is opened; null when there is none.</summary>
    public ReplicationLink? Source => Instance.LinkOf(LinkOf(Choice.CatchUpFrom ?? Situation.Old.Key).ChannelName);

    private static bool StandsStill(Instance? sibling) => sibling is { KnowsLinks: true, AcceptsWrites: false }
        && sibling.Links.All(l => l.Receiver == ReplicationThread.Stopped);

    private CandidateProgress CatchingUp
    {
        get
        {
            if (AppliesStill && Instance.Links.Any(l => l.Applier == ReplicationThread.Stopped))
                return CandidateProgress.Unstarted;
            if (!Lacks || AppliesStill || Choice.CatchUpFrom is not { } from) return CandidateProgress.Unapplied;
            if (new PointTo(LinkOf(from), from).IsSatisfiedBy(Instance)) return CandidateProgress.Unapplied;
            return Situation.Topology.DescendantsOf(Key).Contains(from)
                ? CandidateProgress.Ringed
                : CandidateProgress.Unfetched;
        }
    }

    // The stage that comes next, and what is said of a candidate for which it fails.
    private (string Stage, string What)? Failing => Progress switch
    {
        CandidateProgress.Unstarted => (StageNames.Start, "its applier could not be started"),
        CandidateProgress.Ringed => (StageNames.Untie, $"{Choice.CatchUpFrom} could not be untied from it"),
        CandidateProgress.Unfetched => (StageNames.Fetch, $"could not be pointed to {Choice.CatchUpFrom}"),
        CandidateProgress.Unapplied => (StageNames.CatchUp, $"did not apply {ToApply}"),
        CandidateProgress.Receiving => (StageNames.StandStill, "could not be made to stop receiving"),
        CandidateProgress.Unprepared => (StageNames.Prepare, "could not be prepared"),
        CandidateProgress.Ready => (StageNames.Promote, "could not be made writable"),
        _ => null,
    };

    private bool NeedsApproval => new RecoveryFilter(Policy.ApproveClusters).Names(Situation.Topology);

    private bool IsApproved => Stages.Any(s => s.Signal?.Kind == SignalKind.Approve);

    private DateTimeOffset? AskedAt => Stages.FirstOrDefault(s => s.Stage.AwaitsApproval)?.PlannedAt;

    private int Tries(string stage) => Attempts(stage).Count();

    private int Failures(string stage) => Attempts(stage).Count(s => s.FailedSteps.Any());

    private IEnumerable<StageRecord> Attempts(string stage) =>
        Stages.Where(s => s.IsAttempt && Is(s, stage));

    // It may have been prepared by the stage that was to open it, and opened by none where its turn did not come.
    private static bool Is(StageRecord record, string stage)
    {
        if (record.Stage.Name != StageNames.Promote || !Prepares(record.Stage)) return record.Stage.Name == stage;
        return stage == StageNames.Prepare || (stage == StageNames.Promote && WasTold(record));
    }

    private static bool WasTold(StageRecord record) =>
        record.StepsWithResults.All(p => p is not { Step: SetWritable, Result.WasNotSent: true });

    private static bool Prepares(PlanStage stage) =>
        stage.Steps.Any(s => s is { Tolerance: Tolerance.Must, Step: ForgetSource or SetSemiSync });

    // While it has not answered, nothing is known against it.
    private bool WasPointed(Member replica) => Stages.SelectMany(s => s.StepsWithResults)
        .Where(s => s.Result is not { IsUnderWay: true }).Select(s => s.Step).OfType<PointTo>()
        .Any(to => to.Target.Key == replica.Key && to.Source == Key);

    /// <summary>The candidate's link that came from the old primary, or leads to another source since.</summary>
    public StepTarget LinkOf(InstanceKey source) =>
        LinkTarget.Of(Situation.Topology, Member, source, Situation.Old.Key);

    private IEnumerable<StageRecord> Stages => IsNew
        ? []
        : Recovery.Stages.Skip(Recovery.Stages.ToList().FindLastIndex(s => s.Stage.Choice is not null));
}
