using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Switching;

/// <summary>
/// Takes the siblings below the successor while writes go on. One that acknowledges stands still first and applies
/// what it received: pointed elsewhere it would forget it, and the old primary may die in that moment (S4). One that
/// does not get that far in time stays where it is until the writer has moved. Writes are blocked when each of those
/// that were pointed is seen to receive from the successor, and not before: one that is turned away there ends the
/// switch.
/// </summary>
internal sealed record Gathering(Recovery Recovery, Topology Topology, Member Old)
{
    private const string Stand = "stand-still", Drain = "drain", Gather = "gather";

    private readonly Places places = new(Recovery, Topology);

    /// <summary>The next stage before writes are blocked; null when there is none left.</summary>
    public PlanStage? Next(Member successor, CandidateChoice? announced = null)
    {
        if (Recovery.Last(Gather) is not null) return new Connecting(Recovery, Topology).BeforeFreeze(successor);
        Sibling[] siblings = [.. Siblings(successor)];
        if (siblings.Length == 0) return null;
        Sibling[] bound = [.. siblings.Where(s => s.MustBeEmpty)];
        if (Recovery.Last(Stand) is null && bound.Any(s => s.Receives))
            return new(Stand, $"{Takes(successor, announced)}; what its siblings have received must not be forgotten",
                [.. bound.Where(s => s.Receives).Select(StopStep)], announced);
        if (Recovery.Last(Drain) is null && bound.Any(s => s is { Receives: false, IsApplied: false }))
            return new(Drain, $"some siblings of {successor.Key} have not applied all they received",
                [.. bound.Where(s => s is { Receives: false, IsApplied: false }).Select(DrainStep)], announced);
        PlannedStep[] steps = [.. siblings.Select(s => GatherStep(s, successor)).OfType<PlannedStep>()];
        var when = Old.Current is { ReadOnly: true } ? "first" : "while writes go on";
        var because = $"{Takes(successor, announced)}; its siblings go below it {when}";
        return steps.Length == 0 ? null : new(Gather, because, [.. steps], announced);
    }

    private sealed record Sibling(Member Member, ReplicationLink Link, bool MustBeEmpty)
    {
        public bool Receives => Link.Receiver != ReplicationThread.Stopped;
        public bool IsApplied => UnappliedTransactions.IsApplied(Member.Current!, Link) == true;
        public StepTarget Target => LinkTarget.Of(Member, Link);
    }

    // While the primary waits for acknowledgements the successor alone would not give, it needs its replicas where they
    // are. A stopped thread is somebody's wish: what is not applied cannot be applied now, and what does not receive is
    // pointed when the writer has moved. Whether one is stopped only a server that tells its links shows (S16, S19).
    private IEnumerable<Sibling> Siblings(Member successor) =>
        SemiSyncRule.Of(Old) is { } rule && !rule.IsKeptBy(successor) ? [] :
        from member in Topology.ReplicasOf(Old.Key)
        where member.Current is { KnowsLinks: true } && member.Key != successor.Key
        where !places.Follows(member, successor.Key)
        where !CanFollow.WhyNot(Topology, member, successor).Any()
        let link = Topology.LinkBetween(member, Old.Key)!
        where link.Applier != ReplicationThread.Stopped
        where !ThreadsAsTheyWere.IsReceiverStopped(link) || Recovery.HasToldToStop(member.Key)
        select new Sibling(member, link, UnappliedTransactions.MustBeEmpty(member.Current!, link, successor.Current));

    private PlannedStep StopStep(Sibling sibling) => BestEffort(
        new StopReceiving(sibling.Target), "nothing more arrives that would have to be applied first");

    private PlannedStep DrainStep(Sibling sibling) => BestEffort(
        WaitUntilApplied.For(sibling.Target, UnappliedTransactions.Applied(sibling.Member.Current!, sibling.Link)),
        "somebody may count on what it acknowledged");

    private PlannedStep? GatherStep(Sibling sibling, Member successor)
    {
        if (!sibling.MustBeEmpty || (!sibling.Receives && sibling.IsApplied))
            return places.Take(sibling.Member, successor.Key, Tolerance.Must);
        var wasStopped = places.Sent(sibling.Member.Key).Any(s => s is StopReceiving);
        const string later = "it follows later, with all it has";
        return wasStopped ? places.Start(sibling.Member, sibling.Link, ReplicationThreads.Receiver, later) : null;
    }

    private string Takes(Member successor, CandidateChoice? announced)
    {
        var choice = announced ?? Recovery.Choice!;
        return $"{successor.Key} is to take over ({choice.Judgements.First(j => j.Key == successor.Key).Says})";
    }

    private PlannedStep BestEffort(PlanStep step, string because) =>
        new(step, Tolerance.BestEffort, Recovery.Policy.StepTimeout, because);
}
