using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Which replication domains of MariaDB servers hold a cluster's history: those its primary has, and those a replica
/// has from it since it was last seen. Any other domain is local. A replica writes its local tables there, or its
/// position names a domain of the past. Local domains count for nothing: nobody can fetch them, and the server lets a
/// replica follow a source that does not have them (decision 0029). MySQL has no domains, so everything counts.
/// </summary>
public sealed class ClusterDomains
{
    private readonly Topology topology;
    private readonly HashSet<uint>? domains;

    private ClusterDomains(Topology topology, HashSet<uint>? domains) =>
        (this.topology, this.domains) = (topology, domains);

    /// <param name="primary">
    /// The primary. Where it was never seen, a domain counts that two of the servers below it have, or the only one
    /// that is seen. A primary that has written nothing says nothing of domains: all count.
    /// </param>
    public static ClusterDomains Of(Topology topology, Member primary)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(primary);
        if (primary.LastKnown is null) return new(topology, Shared(Below(topology, primary)));
        if (primary.LastKnown.Gtid.Executed is not MariaDbGtidSet { IsEmpty: false } there)
            return new(topology, null);
        var passedOn = Below(topology, primary).SelectMany(set => set.Entries)
            .Where(e => e.Server == primary.LastKnown.ServerId);
        return new(topology, [.. there.Entries.Concat(passedOn).Select(e => e.Domain)]);
    }

    /// <summary>What of a position is the cluster's.</summary>
    public GtidPosition In(GtidPosition all) => domains is not null && all is MariaDbGtidSet set
        ? MariaDbGtidSet.Of(set.Entries.Where(e => domains.Contains(e.Domain)))
        : all;

    /// <summary>What of a position is not the cluster's; empty where everything is.</summary>
    public GtidPosition Beside(GtidPosition all) => domains is not null && all is MariaDbGtidSet set
        ? MariaDbGtidSet.Of(set.Entries.Where(e => !domains.Contains(e.Domain)))
        : all.Except(all);

    /// <summary>
    /// What a server can end up with by itself of the cluster's history. What one that follows several sources received
    /// from outside of the cluster is another cluster's.
    /// </summary>
    public GtidPosition ReachableBy(Instance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (instance.Links.Length < 2) return In(instance.AllReceived);
        var own = instance.Links.Where(l => topology.SourceOf(l) is not null);
        return In((instance with { Links = [.. own] }).AllReceived);
    }

    private static MariaDbGtidSet[] Below(Topology topology, Member primary)
    {
        var below = topology.DescendantsOf(primary.Key);
        var seen = topology.Members.Where(m => m.IsSeen && below.Contains(m.Key));
        return [.. seen.Select(m => m.Current!.AllReceived).OfType<MariaDbGtidSet>()];
    }

    private static HashSet<uint>? Shared(MariaDbGtidSet[] seen)
    {
        if (seen.Length < 2) return null;
        var each = seen.SelectMany(set => set.Entries.Select(e => e.Domain).Distinct());
        return [.. each.GroupBy(domain => domain).Where(same => same.Count() > 1).Select(same => same.Key)];
    }
}
