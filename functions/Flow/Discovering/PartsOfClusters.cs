using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// To which stored cluster each part of a walk belongs. What hangs below one writer is a cluster: a part below a writer
/// of its own has left the cluster, when nothing is open there, and when that writer came from elsewhere or a person
/// named a server of the part. What has no writer of its own stays, and so does a member about which a recovery may
/// have left something open: a primary that was replaced and is found at another address is closed there.
/// </summary>
internal sealed class PartsOfClusters(
    ImmutableArray<StoredCluster> stored, ImmutableArray<ImmutableArray<Member>> parts, ReplicationWalk walk,
    IReadOnlyCollection<InstanceKey> seeds)
{
    /// <summary>
    /// Each part with its cluster, null for a new one. A part that may neither stay nor leave is not in it; why is
    /// added to the warnings of the walk.
    /// </summary>
    public IEnumerable<(ImmutableArray<Member> Part, StoredCluster? Known)> Assigned()
    {
        foreach (var part in parts)
        {
            if (ClusterOf(part) is not { } cluster) yield return (part, null);
            else if (IsMain(part, cluster) || Writer(part) is not { } writer) yield return (part, cluster);
            else if (!IsForeign(writer, cluster) && (!IsAsked(part) || !cluster.Ledger.IsSettled))
                yield return (part, cluster);
            else if (cluster.Ledger.IsSettled) yield return (part, Leaves(part, cluster, writer));
            else walk.Warnings.Add(
                $"{writer.Key} and what follows it are no part of cluster {cluster.Id} any more, where a recovery left "
                + "something open; they become a cluster of their own when nothing is open there any more");
        }
    }

    /// <summary>Whether a person named a server of it.</summary>
    public bool IsAsked(ImmutableArray<Member> part) => seeds.Any(s => part.Any(m => IsNamed(m, s)));

    private StoredCluster? Leaves(ImmutableArray<Member> part, StoredCluster cluster, Member writer)
    {
        walk.Warnings.Add(
            $"{writer.Key} and what follows it leave cluster {cluster.Id} and are a cluster of their own");
        // They may be those of another stored one.
        return stored.Where(c => c.Id != cluster.Id && Shared(c, part) > 0).MaxBy(c => Shared(c, part));
    }

    private static bool IsNamed(Member member, InstanceKey name) =>
        member.Key == name || member.LastKnown?.Aliases.Contains(name) == true;

    private StoredCluster? ClusterOf(ImmutableArray<Member> part) => stored.Where(c => Shared(c, part) > 0)
        .OrderByDescending(c => Shared(c, part)).ThenBy(c => c.Id.Value, StringComparer.Ordinal).FirstOrDefault();

    // The part with most of its servers; among equals one with a writer.
    private bool IsMain(ImmutableArray<Member> part, StoredCluster cluster) => part == parts
        .OrderByDescending(p => Shared(cluster, p)).ThenBy(p => Writer(p) is null).First();

    private static Member? Writer(ImmutableArray<Member> part)
    {
        var topology = new Topology(new ClusterId("c-part"), default, part);
        return topology.MayBeWriters.FirstOrDefault();
    }

    private static bool IsForeign(Member writer, StoredCluster cluster) =>
        !cluster.Members.Any(s => MemberMatch.IsSame(s, writer));

    private static int Shared(StoredCluster cluster, ImmutableArray<Member> part) =>
        cluster.Members.Count(s => part.Any(m => MemberMatch.IsSame(s, m)));
}
