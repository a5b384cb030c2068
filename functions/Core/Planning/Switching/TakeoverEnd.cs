using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Replacing;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Switching;

/// <summary>
/// What a planned switch does when the successor was opened: the old primary and what still follows it go below the new
/// one, semi-sync and scheduled events go with the writer. From here on there is only forward.
/// </summary>
internal sealed record TakeoverEnd(Recovery Recovery, Topology Topology, Member Old)
{
    public const string Open = "open";

    private const string Follow = "follow";

    private readonly Places places = new(Recovery, Topology);
    private readonly SuccessorRole semiSync = new(Recovery, Topology, Old);
    private readonly EventStages events = new(Recovery, Topology);

    private RecoveryPolicy Policy => Recovery.Policy;

    /// <summary>The next stage, which is the last one when there is nothing left to do.</summary>
    public PlanStage Next(Member successor)
    {
        if (OpenAgain(successor) is { } again) return again;
        Member[] followers = [.. Topology.Members.Where(m => MustFollow(m, successor))];
        PlannedStep[] steps =
            [.. followers.Where(m => m.IsSeen).Select(m => TakePlace(m, successor)).OfType<PlannedStep>()];
        if (steps.Length > 0 && Recovery.Times(Follow) <= Policy.Attempts)
            return new PlanStage(Follow, "the old primary and what still follows it go below the new one", [.. steps]);
        if (semiSync.Next(successor) is { } settling) return settling;
        if (new Connecting(Recovery, Topology).AfterOpening(followers, successor) is { } connecting) return connecting;
        if (LostSuccessor.Why(successor) is { } why)
            return Ended(new RecoveryOutcome.LostAgain(successor.Key, why));
        return events.AfterOpening(successor) ?? Ended(Promoted(successor, followers));
    }

    private RecoveryOutcome.Promoted Promoted(Member successor, Member[] followers)
    {
        var lost = followers.Select(m => new Lost(m.Key, places.WhyLost(m, successor)));
        return new(successor.Key, [.. lost.Where(l => l.Because.Length > 0)])
        {
            Remark = RecoveryOutcome.Remarks(Acknowledgements(successor), events.Remark(successor)),
        };
    }

    // It may have lost replicas since it was told for how many it waits.
    private string Acknowledgements(Member successor) => semiSync.Rule is { } rule
        ? GivenAcknowledgements.Remark(Topology, successor, rule)
        : "";

    private static PlanStage Ended(RecoveryOutcome outcome) => PlanStage.End(outcome.Name, outcome);

    private static bool IsClosed(Member successor) => successor.Current is { ReadOnly: true, IsReadOnlyPending: false };

    // It restarted read-only since it was opened. It has what it was chosen for still, and its replicas have nothing
    // that it lost.
    private PlanStage? OpenAgain(Member successor)
    {
        if (!IsClosed(successor) || Recovery.Times(Open) >= Policy.Attempts) return null;
        if (Old.Current is not { AcceptsWrites: false } || TakeoverRollback.Writer(Topology, successor.Key) is not null)
            return null;
        if (successor.Current is not { KnowsLinks: true, Links.IsEmpty: true } now) return null;
        if (Owed.WhyBehind(Topology, successor) is not null) return null;
        return now.Gtid.Executed.Contains(Recovery.Choice!.Position)
            ? new PlanStage(Open, $"{successor.Key} was opened and does not accept writes any more",
                [new(new SetWritable(successor.Key), Tolerance.Must, Policy.StepTimeout, "the cluster needs a writer")])
            : null;
    }

    // The old primary first stops waiting for acknowledgements: as a replica nobody would give it any, and its applier
    // would wait for them.
    private PlannedStep? TakePlace(Member member, Member successor)
    {
        var isOld = member.Key == Old.Key;
        if (isOld && member.Current is { ReadOnly: false })
            return BestEffort(new SetReadOnly(Old.Key), "two writers would diverge");
        if (isOld && SemiSyncRule.WaitsAsReplica(member.Current!))
            return BestEffort(new SetSemiSync(Old.Key, AsSource: false, AsReplica: semiSync.Rule is not null),
                "the old primary acknowledges from now on");
        return places.Take(member, successor.Key, Tolerance.BestEffort);
    }

    private bool MustFollow(Member member, Member successor)
    {
        if (member.Key == Old.Key || member.Key == successor.Key) return member.Key == Old.Key;
        return Topology.SourcesOf(member).Any(s => s.Key == Old.Key || s.Key == successor.Key);
    }

    private PlannedStep BestEffort(PlanStep step, string because) =>
        new(step, Tolerance.BestEffort, Policy.StepTimeout, because);
}
