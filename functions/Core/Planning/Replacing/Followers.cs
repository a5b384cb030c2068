using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// Which of the old primary's replicas can follow the new one, and what is said of those that do not (L2).
/// </summary>
internal sealed record Followers(DeadPrimarySituation Situation, Member Primary)
{
    private Topology Topology => Situation.Topology;
    private Member Old => Situation.Old;

    /// <summary>Seen replicas that do not follow yet and can.</summary>
    public IEnumerable<Member> Straying => Replicas.Where(r => r.IsSeen && !Follows(r) && WhyNot(r) is null);

    /// <summary>Followers whose receivers have not said yet whether they can connect.</summary>
    public IEnumerable<Member> Connecting => Replicas.Where(r => r.IsSeen && Follows(r)
        && Connection.IsUnderWay(LinkOf(r)!));

    /// <summary>
    /// Replicas that will be there to acknowledge, as far as is known: one that was pointed to the new primary counts
    /// when it follows and no error stands, one that was not yet when it can follow.
    /// </summary>
    /// <param name="wasPointed">Whether a replica was told already to follow the new primary, and answered.</param>
    public int Ackers(Func<Member, bool> wasPointed) => Replicas.Count(r =>
        Acknowledges(r) && Receives(r) && WhyNot(r) is null
        && (Follows(r) ? !HasError(r) : !wasPointed(r)));

    /// <summary>It acknowledges, or will again as soon as it follows.</summary>
    public bool Acknowledges(Member replica) =>
        SemiSyncRule.Acknowledges(replica.Current) || RoleAgain(replica) is { AsReplica: true };

    /// <summary>
    /// What makes a replica follow; it acknowledges again where this recovery had given it another role.
    /// </summary>
    public IEnumerable<PlannedStep> Point(Member replica)
    {
        if (RoleAgain(replica) is { } role) yield return BestEffort(role, "it is a replica as before");
        yield return BestEffort(Pointing(replica), "every surviving replica follows the new primary");
    }

    /// <summary>Everyone left behind, replicas of unseen replicas included.</summary>
    public ImmutableArray<Lost> Lost =>
    [
        .. Replicas.Select(r => (r.Key, Why: WhyLost(r)))
            .Where(p => p.Why.Length > 0).Select(p => new Lost(p.Key, p.Why)),
        .. Replicas.Where(r => !r.IsSeen).SelectMany(Below),
        .. Topology.ReplicasOf(Primary.Key).SelectMany(TurnedAway),
    ];

    private ImmutableArray<Member> Replicas =>
        [.. Situation.Original.ReplicasOf(Old.Key).Where(r => r.Key != Primary.Key).Select(r => Topology[r.Key]!)];

    /// <summary>Following, or at least on the way to it.</summary>
    private bool Follows(Member replica) => Pointing(replica).IsSatisfiedBy(replica.Current!);

    private bool Receives(Member replica) => StartReplication.OfReceivers(Pointing(replica).Threads);

    // A thread that somebody else stopped stays stopped.
    private PointTo Pointing(Member replica) => new(TargetOf(replica), Primary.Key)
    {
        Threads = ThreadsAsTheyWere.Threads(Situation.Recovery, Topology, replica.Key, LinkOf(replica)),
        WasReceiving = ThreadsAsTheyWere.WasReceiving(Situation.Recovery, Topology, replica.Key, LinkOf(replica)),
    };

    /// <summary>The link that is to follow, or does.</summary>
    public StepTarget TargetOf(Member replica) => LinkTarget.Of(Topology, replica, Primary.Key, Old.Key);

    private ReplicationLink? LinkOf(Member replica) => replica.Current!.LinkOf(TargetOf(replica).ChannelName);

    // It was to become the primary and did not.
    private SetSemiSync? RoleAgain(Member replica) => SemiSyncRule.ForReplicaAgain(Situation.Recovery, replica);

    private bool HasError(Member replica) =>
        LinkOf(replica) is { Receiver: not ReplicationThread.Running, ReceiverErrorNumber: > 0 };

    /// <summary>What would keep a replica from following; null when nothing would.</summary>
    private string? WhyNot(Member replica) => Situation.Handled.Refusals.GetValueOrDefault(replica.Key)?.Because
        ?? CanFollow.WhyNot(Topology, replica, Primary, lostWriter: Old.Key).FirstOrDefault()?.Because;

    private IEnumerable<Lost> Below(Member unseen) =>
        from below in Topology.DescendantsOf(unseen.Key).Order()
        where Topology[below]!.IsSeen && below != Primary.Key && Replicas.All(r => r.Key != below)
        select new Lost(below, $"is below {unseen.Key}, which was not seen");

    // It followed the new primary before that became one: nobody pointed it, and it is no follower all the same.
    private IEnumerable<Lost> TurnedAway(Member replica) =>
        from link in new[] { Topology.LinkBetween(replica, Primary.Key) }
        where link is not null && replica.IsSeen && replica.Key != Old.Key && Replicas.All(r => r.Key != replica.Key)
        let why = Connection.WhyNot(link)
        where why.Length > 0
        select new Lost(replica.Key, why);

    private string WhyLost(Member replica)
    {
        if (!replica.IsSeen) return $"was not seen ({(replica.Outcome as ProbeOutcome.Failed)?.Says})";
        if (Follows(replica)) return WhyNotWhole(LinkOf(replica)!);
        return WhyNot(replica) ?? "does not follow the new primary" + Error(LinkOf(replica));
    }

    private static string WhyNotWhole(ReplicationLink link)
    {
        if (Connection.WhyNot(link) is { Length: > 0 } why) return why;
        if (ThreadsAsTheyWere.IsReceiverStopped(link)) return "its receiver is stopped";
        return ThreadsAsTheyWere.IsApplierStopped(link) ? "its applier is stopped" : "";
    }

    private static string Error(ReplicationLink? link) =>
        link?.ReceiverError is { Length: > 0 } error ? $": {error}" : "";

    private PlannedStep BestEffort(PlanStep step, string because) =>
        new(step, Tolerance.BestEffort, Situation.Policy.StepTimeout, because);
}
