using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Repairing;

/// <summary>
/// A former primary that came back writable is made read-only at once (S10). Nothing else is changed on it. Others that
/// are back by then are closed with it: their own plan cannot run beside this one, which may have to try again (S1).
/// </summary>
internal sealed class FenceFormerPrimaryPlanner(Recovery recovery, Topology topology)
{
    private const string Fence = "fence";

    public PlanStage Next()
    {
        var subject = topology[recovery.Subject]!;
        var close = Owed.IsCutLoose(topology, subject) || WasToBeClosed(subject)
            ? SetReadOnly.OfReplica(subject)
            : SetReadOnly.OfFormerPrimary(subject);
        if (!subject.IsFormerPrimary && !WasLeftOpen(subject))
            return subject.Current is { KnowsLinks: true }
                ? PlanStage.Abandon($"{subject.Key} is no former primary, and no recovery left it open")
                : Away(subject);
        if (topology.Primary?.Key == subject.Key) return PlanStage.Abandon($"{subject.Key} is the primary");
        if (subject.Current is { } instance && close.IsSatisfiedBy(instance))
            return PlanStage.End("fenced", new RecoveryOutcome.Fenced(subject.Key));
        if (recovery.Cancelled is { } word) return PlanStage.Abandon(word.Says);
        if (!subject.Outcome.ShowsLife) return Away(subject);
        if (recovery.Times(Fence) >= recovery.Policy.Attempts)
            return PlanStage.Abandon(WhyOpen(subject));
        return new PlanStage(Fence, $"{subject.Key} was replaced as primary and accepts writes again",
            [
                new(close, Tolerance.Must, recovery.Policy.StepTimeout, "two writers would diverge"),
                .. ReturnedPrimaries.OpenOnes(recovery, topology).Select(m => ReturnedPrimaries.Step(recovery, m)),
            ]);
    }

    // On MariaDB commits that wait cannot be let through without telling clients that they are safe; as long as
    // they wait it cannot be closed, and every new one waits too.
    private Refusal WhyOpen(Member subject)
    {
        var says = $"{subject.Key} could not be made read-only in {recovery.Policy.Attempts} attempts";
        return subject.Current is { SemiSync.SourceEnabled: true, Version.IsMariaDb: true }
            ? new(says + "; commits that wait there for acknowledgements would keep it open",
                $"a stop of {subject.Key}; or semi-sync off on it, which tells clients that what waits is safe")
            : new(says);
    }

    // What is away accepts no writes. When it is seen again it is closed at once, as if nobody had tried.
    private static PlanStage Away(Member subject) => PlanStage.AbandonAway(subject.Outcome.ShowsLife
        ? $"{subject.Key} does not tell whom it follows; it is closed when it is seen open again"
        : $"{subject.Key} does not answer; it is closed when it is seen open again");

    private bool WasLeftOpen(Member subject) =>
        topology.Ledger.Has<LedgerEntry.MaybeOpen>(subject.Key) || Owed.IsCutLoose(topology, subject)
        || WasToBeClosed(subject);

    // It restarted open, and another one took its place without a recovery.
    private bool WasToBeClosed(Member subject) => topology.Ledger.Has<LedgerEntry.Closed>(subject.Key);
}
