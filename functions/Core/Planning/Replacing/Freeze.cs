using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// Makes what the replicas have received stand still, so that it can be compared: stops their receivers.
/// </summary>
/// <remarks>
/// MariaDB deletes a relay log when one thread is started while both stand still, and begins anew behind what it has
/// executed (seen on 10.11). So where its applier stands still and has something left to apply, the applier is started
/// before the receiver is stopped; and where nobody wants it started, the receiver is left alone.
/// </remarks>
internal sealed record Freeze(DeadPrimarySituation Situation)
{
    private Member Old => Situation.Old;

    /// <summary>Replicas that could still get something from the old primary: what they hold is not known.</summary>
    public ImmutableArray<Member> StillReceiving =>
    [
        .. Situation.Topology.ReplicasOf(Old.Key)
            .Where(r => r.Current is { } now && !(now.KnowsLinks && LinkOf(r).Receiver == ReplicationThread.Stopped)),
    ];

    /// <summary>
    /// Stops what still receives; where that would throw away what is not applied, the applier is started first.
    /// </summary>
    /// <param name="isWanted">Whether a replica may become the primary, so that its applier is to run.</param>
    public ImmutableArray<PlannedStep> Steps(Func<InstanceKey, bool> isWanted) =>
    [
        .. Stoppable.Select(Stop),
        .. StillReceiving.Where(r => WouldForget(r) && isWanted(r.Key) && LinkOf(r).ApplierErrorNumber == 0)
            .Select(r => BestEffort(new StartReplication(TargetOf(r)) { Threads = ReplicationThreads.Applier },
                "it would forget what it has not applied if both of its threads stood still")),
    ];

    /// <summary>
    /// The same for a replica that has to be waited for: there is no candidate without it, or it has received what the
    /// candidate would not get (S5). Empty when there is none.
    /// </summary>
    public ImmutableArray<PlannedStep> ForSure(CandidateChoice? choice)
    {
        if (!Stoppable.Any(r => choice is null || !Holds(choice.Position, Has(r)))) return [];
        return [.. Stoppable.Select(r => Stop(r) with { Tolerance = Tolerance.Must })];
    }

    /// <summary>
    /// Whether one that still receives was never told to stop: it did not tell its links whenever it was to be, and it
    /// does now. What it was not sent is no attempt (S5).
    /// </summary>
    public bool HasUntold => Stoppable.Any(r => r.Current!.KnowsLinks && !Situation.Recovery.HasToldToStop(r.Key));

    /// <summary>Whether a replica of the old primary is seen to have what a choice lacks.</summary>
    public bool HasMore(GtidPosition position) => Situation.Topology.ReplicasOf(Old.Key)
        .Any(r => r.IsSeen && !Holds(position, Has(r)));

    private GtidPosition Has(Member replica) => Situation.Domains.ReachableBy(replica.Current!);

    /// <summary>
    /// Replicas whose applier a person stopped and whose receiver cannot be stopped without starting it.
    /// </summary>
    public IEnumerable<InstanceKey> Forgetful =>
        StillReceiving.Where(r => WouldForget(r) && LinkOf(r).ApplierErrorNumber == 0).Select(r => r.Key);

    private IEnumerable<Member> Stoppable => StillReceiving.Where(r => !WouldForget(r));

    private bool WouldForget(Member replica) => replica.Current!.WouldForget(LinkOf(replica));

    private ReplicationLink LinkOf(Member replica) => Situation.Topology.LinkBetween(replica, Old.Key)!;

    private StepTarget TargetOf(Member replica) => LinkTarget.Of(replica, LinkOf(replica));

    private static bool Holds(GtidPosition all, GtidPosition part) =>
        all.GetType() == part.GetType() && all.Contains(part);

    private PlannedStep Stop(Member replica) => BestEffort(
        new StopReceiving(TargetOf(replica)) 
        {
            WasApplying = LinkOf(replica).Applier == ReplicationThread.Running,
            WasReceiving = LinkOf(replica).Receiver != ReplicationThread.Stopped,
        },
        "a waking primary must not add to it");

    private PlannedStep BestEffort(PlanStep step, string because) =>
        new(step, Tolerance.BestEffort, Situation.Policy.StepTimeout, because);
}
