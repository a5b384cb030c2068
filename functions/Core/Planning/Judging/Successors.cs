using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>How well a cluster could do without its primary, in numbers, as its servers were seen last.</summary>
public static class Successors
{
    /// <summary>
    /// Direct replicas of the primary that nothing rules out as the next one; null where no server is the primary.
    /// </summary>
    public static int? Count(Topology topology, RecoveryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (topology.Primary is not { } primary) return null;
        var replicas = topology.ReplicasOf(primary.Key).ToArray();
        return replicas.Count(one => !CandidateRefusal.Of(topology, one, primary, PeersOf(one), policy).Any());

        Instance[] PeersOf(Member replica) =>
            [.. replicas.Where(r => r.Key != replica.Key && r.IsSeen).Select(r => r.Current!)];
    }

    /// <summary>
    /// Servers below the primary that have errant transactions; null where the primary is not seen, because nobody can
    /// tell then.
    /// </summary>
    public static int? CountErrant(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (topology.Primary is not { IsSeen: true } primary) return null;
        var below = topology.DescendantsOf(primary.Key);
        Member[] seen = [.. topology.Members.Where(m => m.IsSeen && below.Contains(m.Key))];
        return seen.Count(m => !ErrantTransactions.Below(topology, m, primary, seen).IsEmpty);
    }
}
