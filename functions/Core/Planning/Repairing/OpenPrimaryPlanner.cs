using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Repairing;

/// <summary>
/// A person says that the primary shall accept writes. Whoever closed it, what would make a second writer or lose
/// transactions keeps it closed, as it does for what opens by itself (<see cref="FinishRecoveryPlanner"/>).
/// </summary>
internal sealed class OpenPrimaryPlanner(Recovery recovery, Topology topology)
{
    private readonly Member subject = topology[recovery.Subject]!;
    private readonly Opening opening = new(recovery, topology, topology[recovery.Subject]!);

    public PlanStage Next()
    {
        if (recovery.Cancelled is { } word) return PlanStage.Abandon(word.Says);
        if (!subject.IsSeen)
            return PlanStage.Abandon($"{subject.Key} cannot be seen", $"access to {subject.Key} from here");
        if (recovery.Stages.IsEmpty && subject.Current is { AcceptsWrites: true })
            return PlanStage.Abandon($"{subject.Key} accepts writes already");
        return opening.Next($"{recovery.Actor} asks for it to be opened", WhyNot)
            ?? opening.StartStage(Owed.Stopped(topology, subject.Key))
            ?? PlanStage.End("finished", new RecoveryOutcome.Finished(subject.Key, IsWriter: true));
    }

    private bool IsOwed => Owed.IsOpening(topology, subject.Key);

    private Refusal? WhyNot => OfPlace ?? OfServing
        ?? (IsOwed ? Owed.WhyNotOpen(topology, subject) : Owed.WhyNotOpenAgain(topology, subject));

    // Only the one primary is opened; what a replica needs for it is a switch.
    private Refusal? OfPlace
    {
        get
        {
            if (topology.SourcesOf(subject) is [var source, ..] && !IsOwed && !topology.IsInRing(subject))
                return new($"{subject.Key} follows {source.Key}", $"a takeover to {subject.Key}");
            if (topology.Primary is not { } primary)
                return new("it is not clear which server is the primary, and two writers would diverge",
                    "the other servers that follow nobody moved below it, or forgotten");
            return primary.Key == subject.Key ? OfOutside : new($"{subject.Key} is not the primary, {primary.Key} is");
        }
    }

    // What it receives from there would be mixed with what is written to it.
    private Refusal? OfOutside
    {
        get
        {
            if (subject.Current is not { KnowsLinks: true } now || IsOwed) return null;
            var outside = now.Links.FirstOrDefault(l => !l.IsDetached && topology.SourceOf(l) is null);
            return outside is null
                ? null
                : new($"{subject.Key} follows {outside.Source}, which is no member of this cluster",
                    $"RESET REPLICA ALL on {subject.Key}");
        }
    }

    // Open, it would be of no use.
    private Refusal? OfServing => subject.Current switch
    {
        { OfflineMode: true } => new($"{subject.Key} is in offline mode, so nobody could write to it",
            $"offline_mode=OFF on {subject.Key}"),
        { } now when CandidateRefusal.OfRights(now) is { } rights =>
            rights with { Because = $"{subject.Key} {rights.Because}" },
        _ => null,
    };
}
