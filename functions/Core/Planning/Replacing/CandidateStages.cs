using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>What is done next for a candidate: fetch and apply what it lacks, prepare it, open it for writes.</summary>
/// <param name="Patience">How long it may take to apply something before it is asked whether another one is
/// better.</param>
internal sealed record CandidateStages(DeadPrimarySituation Situation, Candidacy Candidacy, TimeSpan Patience)
{
    private InstanceKey Key => Candidacy.Key;

    public PlanStage Next => Candidacy.Progress switch
    {
        CandidateProgress.Unstarted => Start,
        CandidateProgress.Ringed => Untie,
        CandidateProgress.Unfetched => Fetch,
        CandidateProgress.Unapplied => CatchUp,
        CandidateProgress.Receiving => StandStill,
        CandidateProgress.FormerPrimaryIsOpen => Close,
        CandidateProgress.Unapproved => Ask,
        CandidateProgress.Unprepared when Candidacy.MayOpenAtOnce => PrepareAndOpen,
        CandidateProgress.Unprepared => Prepare,
        _ => Promote,
    };

    private PlanStage Start => Stage(
        StageNames.Start, $"{Key} is chosen ({Candidacy.Why}) and its applier stands still",
        [
            Must(new StartReplication(Link) { Threads = ReplicationThreads.Applier },
                "nothing received may be left unapplied"),
        ]);

    // It was pointed there when the candidate before this one was given up.
    private PlanStage Untie => Stage(
        StageNames.Untie, $"{From} received transactions that {Key} lacks, and follows it",
        [Must(Away, "both ways at once would be a ring")]);

    private PointTo Away => new(LinkToKey, Situation.Old.Key)
    {
        Threads = ThreadsAsTheyWere.Threads(
            Situation.Recovery, Situation.Topology, From,
            Situation.Topology[From]!.Current?.LinkOf(LinkToKey.ChannelName)),
    };

    private PlanStage Fetch => Stage(
        StageNames.Fetch, $"{From} received transactions that {Key} lacks",
        [Must(new PointTo(Link, From) { WasReceiving = WasReceiving }, "they may have been acknowledged")]);

    private bool WasReceiving =>
        ThreadsAsTheyWere.WasReceiving(Situation.Recovery, Situation.Topology, Key, Candidacy.Source);

    private PlanStage CatchUp => Stage(
        StageNames.CatchUp, $"{Key} is chosen ({Candidacy.Why}) and has not applied everything yet",
        [
            new(WaitUntilApplied.For(Link, Candidacy.ToApply), Tolerance.Must, Patience,
                "nothing received may be left unapplied"),
        ]);

    private PlanStage StandStill => Stage(
        StageNames.StandStill, $"{Key} has all there is, and {Candidacy.Source!.Source} may send it more",
        [
            Must(new StopReceiving(Link) { WasApplying = true },
                "what it receives from now on would be thrown away with its link"),
        ]);

    // A server replaced by an earlier recovery that is back and open: its own recovery cannot run beside this one, and
    // two writers would diverge (S1, S10).
    private PlanStage Close => Stage(
        StageNames.Close, $"{Situation.OpenOnes} was replaced as the primary before and accepts writes again",
        [
            .. Situation.OpenFormerPrimaries
                .Select(m => Must(SetReadOnly.OfFormerPrimary(m), DeadPrimaryPlanner.Diverge)),
        ])
        with { GoesBack = true };

    // Asked for each candidate, before its siblings are moved: until then a stopped receiver is all there is to undo.
    private PlanStage Ask => Stage(
        StageNames.Approval, $"this cluster asks an operator first: may {Key} be promoted ({Candidacy.Why})?", [])
        with { AwaitsApproval = true };

    private PlanStage Prepare => Stage(
        StageNames.Prepare, $"{Key} has all there is: {Candidacy.Why}{Candidacy.Preparation.Remark}",
        Candidacy.Preparation.Steps);

    // The candidate is opened as soon as it has done what comes before: each step on it is sent when the one before it
    // has succeeded. What is stored between the two, and a look at everybody, cost the time of a commit each.
    private PlanStage PrepareAndOpen
    {
        get
        {
            var preparing = Candidacy.Preparation.Steps;
            var must = preparing.Where(s => s.Tolerance == Tolerance.Must);
            // They have their short time in a stage that opens a server: it does not keep that waiting.
            PlannedStep[] begun = [.. preparing.Where(s => s.Tolerance != Tolerance.Must)
                .Select(s => s with { Tolerance = Tolerance.BestEffort })];
            // Those that are begun for their acknowledgements are not told twice, and the one it fetched from follows
            // when it does not follow that one any more: both ways at once would be a ring (S10).
            var others = Candidacy.Preparation.Beside.Where(s =>
                begun.All(b => b.Step.Target.Key != s.Step.Target.Key) && !Follows(s.Step.Target.Key));
            return Stage(
                StageNames.Promote, $"{Key} has all there is: {Candidacy.Why}{Candidacy.Preparation.Remark}",
                [.. must, Must(new SetWritable(Key), "the cluster needs a writer"), .. begun, .. others]);
        }
    }

    private bool Follows(InstanceKey key) => Situation.Topology.LinkBetween(Candidacy.Member, key) is not null;

    // Siblings follow beside it: they are not what nobody can write without.
    private PlanStage Promote => Stage(
        StageNames.Promote, $"{Key} has received and applied everything and follows nobody",
        [Must(new SetWritable(Key), "the cluster needs a writer"), .. Candidacy.Preparation.Beside]);

    private InstanceKey From => Candidacy.Choice.CatchUpFrom!;

    private StepTarget Link => Candidacy.LinkOf(Candidacy.Choice.CatchUpFrom ?? Situation.Old.Key);

    private StepTarget LinkToKey => LinkTarget.Of(Situation.Topology, Situation.Topology[From]!, Key);

    private PlanStage Stage(string name, string because, ImmutableArray<PlannedStep> steps) =>
        new(name, because, steps, Candidacy.Announced);

    private PlannedStep Must(PlanStep step, string because) =>
        new(step, Tolerance.Must, Situation.Policy.StepTimeout, because);
}
