using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Repairing;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// What is done after a promotion, until everybody has taken its place around the new primary and is seen there: what
/// was told to follow counts when it receives, and the new primary waits for as many acknowledgements as it is given.
/// </summary>
internal sealed record SettleStages(DeadPrimarySituation Situation)
{
    private Recovery Recovery => Situation.Recovery;
    private Member Old => Situation.Old;
    private RecoveryPolicy Policy => Situation.Policy;
    private InstanceKey Key => Recovery.Choice!.Candidate;

    /// <summary>The next stage, which is the last one when there is nothing left to do.</summary>
    public PlanStage Next()
    {
        if (Situation.Topology[Key] is not { } primary) return End(LostBecause("is no longer a member of the cluster"));
        // Alone, so that it does not wait for what may take long.
        if (Old.Current is { ReadOnly: false } && ReturnedPrimaries.Stage(Recovery, [Old]) is { } closing)
            return closing;
        var followers = new Followers(Situation, primary);
        ImmutableArray<PlannedStep> settling = [.. Pointing(primary, followers), .. Waiting(primary, followers)];
        if (settling.Length > 0)
            return new PlanStage(
                StageNames.Settle, "not everyone has taken its place around the new primary yet", settling);
        if (Connecting(primary, followers) is { Length: > 0 } connecting)
            return new PlanStage(
                StageNames.Connect, $"the replicas that were pointed to {Key} may not be connected yet", connecting);
        if (LostSuccessor.Why(primary) is { } why) return End(LostBecause(why));
        return Events.AfterOpening(primary) ?? End(Promoted(primary, followers));
    }

    // Beside the promotion they were told once. What is not applied may be the last copy of what died with a primary
    // that is gone.
    private IEnumerable<PlannedStep> Pointing(Member primary, Followers followers) => Rounds < MostRounds
        ? followers.Straying.Where(r => primary.IsSeen || r.Current!.HasAppliedAll != false).SelectMany(followers.Point)
        : [];

    // Until those that are connecting have had their time, they count as giving what they are asked for.
    private IEnumerable<PlannedStep> Waiting(Member primary, Followers followers)
    {
        if (Situation.RuleOf(primary) is not { } rule || Rounds > 2 * Policy.Attempts) return [];
        var hope = WasConnecting ? 0 : followers.Connecting.Count(followers.Acknowledges);
        var given = GivenAcknowledgements.Expected(Situation.Topology, primary, hope);
        return rule.ForNewWriter(primary, given) is { } role
            ? [BestEffort(role, rule.Reason(given))]
            : [];
    }

    private ImmutableArray<PlannedStep> Connecting(Member primary, Followers followers) =>
        WasConnecting || !primary.IsSeen
            ? []
            : [.. followers.Connecting.Select(r => BestEffort(
                new WaitUntilReceiving(followers.TargetOf(r), Key),
                "told to connect, a server says yes before it has tried"))];

    private int MostRounds => Math.Max(1, Policy.Attempts - 1);

    private int Rounds => Recovery.Times(StageNames.Settle);

    private bool WasConnecting => Recovery.Last(StageNames.Connect) is not null;

    private static PlanStage End(RecoveryOutcome outcome) => PlanStage.End(outcome.Name, outcome);

    private RecoveryOutcome.Promoted Promoted(Member primary, Followers followers) => new(Key, followers.Lost)
    {
        Remark = RecoveryOutcome.Remarks(
            OpenedLate, OnOldAlone(Recovery.Choice!), Acknowledgements(primary), Events.Remark(primary)),
    };

    // It was chosen in time, and to open it took so long that the old primary may have gone on alone meanwhile (S20).
    private string OpenedLate => Recovery.Choice is { PossiblyLost: "" } && Situation.OpenedAt is { } opened
        ? Durability.FellBackUntil(opened, Old)
        : "";

    // It is back, and shows what nobody knew of when its successor was chosen (S20).
    private string OnOldAlone(CandidateChoice chosen)
    {
        if (Old.Current?.Gtid.Executed is not { } executed) return "";
        if (executed.GetType() != chosen.Position.GetType()) return "";
        var alone = KnownLoss.WrittenBy(Old.Current, executed).Beyond(chosen.Position);
        return alone.IsEmpty ? "" : $"{Old.Key} is back and has {alone}, which {Key} did not have when it was chosen";
    }

    private EventStages Events => new(Recovery, Situation.Topology);

    private string Acknowledgements(Member primary) => Situation.RuleOf(primary) is { } rule
        ? GivenAcknowledgements.Remark(Situation.Topology, primary, rule)
        : "";

    private RecoveryOutcome.LostAgain LostBecause(string why) => new(Key, why);

    private PlannedStep BestEffort(PlanStep step, string because) =>
        new(step, Tolerance.BestEffort, Policy.StepTimeout, because);
}
