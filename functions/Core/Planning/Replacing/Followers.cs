using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// Which of the old primary's replicas can follow the new one, and what is said of those that do not (L2).
/// </summary>
/// <param name="Original">The cluster as it stood before any replica was moved.</param>
internal sealed record Followers(Topology Topology, Topology Original, Member Old, Member Primary)
{
    /// <summary>Seen replicas that do not follow yet and can.</summary>
    public IEnumerable<Member> Straying => Replicas.Where(r => r.IsSeen && !Follows(r) && WhyNot(r) is null);

    /// <summary>Replicas that will be there to acknowledge.</summary>
    public int Ackers => Replicas.Count(r => SemiSyncRule.Acknowledges(r.Now) && WhyNot(r) is null);

    public PlannedStep Point(Member replica, RecoveryPolicy policy) => new(
        new PointTo(replica.Key, Primary.Key), Tolerance.BestEffort, policy.StepTimeout,
        "every surviving replica follows the new primary");

    /// <summary>Everyone left behind, replicas of unseen replicas included.</summary>
    public ImmutableArray<Lost> Lost =>
    [
        .. Replicas.Select(r => (r.Key, Why: WhyLost(r)))
            .Where(p => p.Why.Length > 0).Select(p => new Lost(p.Key, p.Why)),
        .. Replicas.Where(r => !r.IsSeen).SelectMany(Below),
    ];

    private ImmutableArray<Member> Replicas =>
        [.. Original.ReplicasOf(Old.Key).Where(r => r.Key != Primary.Key).Select(r => Topology[r.Key]!)];

    /// <summary>Following, or at least on the way to it.</summary>
    private bool Follows(Member replica) => new PointTo(replica.Key, Primary.Key).IsSatisfiedBy(replica.Now!);

    /// <summary>What would keep a replica from following; null when nothing would.</summary>
    private string? WhyNot(Member replica) =>
        CanFollow.WhyNot(Topology, replica, Primary, lostWriter: Old.Key).FirstOrDefault()?.Because;

    private IEnumerable<Lost> Below(Member unseen) =>
        from below in Topology.DescendantsOf(unseen.Key).Order()
        where Topology[below]!.IsSeen && below != Primary.Key && Replicas.All(r => r.Key != below)
        select new Lost(below, $"is below {unseen.Key}, which was not seen");

    private string WhyLost(Member replica)
    {
        if (replica.Now is not { } instance) return $"was not seen ({(replica.Outcome as ProbeOutcome.Failed)?.Says})";
        if (Follows(replica)) return WhyNotConnected(instance.Link!);
        return WhyNot(replica) ?? "does not follow the new primary" + Error(instance.Link);
    }

    private static string WhyNotConnected(ReplicationLink link) =>
        link is { Receiver: ReplicationThread.Connecting, ReceiverErrorNumber: > 0 }
            ? $"cannot connect to the new primary: {link.ReceiverError}"
            : "";

    private static string Error(ReplicationLink? link) =>
        link?.ReceiverError is { Length: > 0 } error ? $": {error}" : "";
}
