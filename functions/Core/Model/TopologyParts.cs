using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Model;

/// <summary>Which servers belong together: those that hang below one writer are one cluster.</summary>
public static class TopologyParts
{
    /// <summary>
    /// The parts, each ordered by key, in the order of their first members. A server that follows sources of several
    /// parts, as one that collects for reports does, joins none of them: it goes with the source that its first link
    /// names. One that did not tell whom it follows goes with the server that names it as its replica. A name under
    /// which nobody was ever seen, and which nobody follows, is left out.
    /// </summary>
    public static ImmutableArray<ImmutableArray<Member>> Of(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var members = topology.Members.Where(m => m.LastKnown is not null || topology.HasReplicas(m.Key))
            .ToImmutableArray();
        var parts = members.ToDictionary(m => m.Key, m => m.Key);
        foreach (var member in members.Where(m => topology.SourcesOf(m).Length == 1))
            Join(parts, member.Key, topology.SourcesOf(member)[0].Key);
        foreach (var (replica, source) in Named(topology, members)) Join(parts, replica, source);
        foreach (var member in members.Where(m => topology.SourcesOf(m).Length > 1))
            Join(parts, member.Key, topology.SourcesOf(member)[0].Key);
        return
        [
            .. members.GroupBy(m => FirstOf(parts, m.Key)).Select(p => p.ToImmutableArray()).OrderBy(p => p[0].Key),
        ];
    }

    // One that two servers name may follow both, and makes no one part of them.
    private static Dictionary<InstanceKey, InstanceKey> Named(Topology topology, ImmutableArray<Member> members)
    {
        var named = new Dictionary<InstanceKey, InstanceKey>();
        foreach (var source in members)
            foreach (var name in source.LastKnown?.ReportedReplicas ?? [])
                if (topology[name] is { LastKnown.KnowsLinks: false } replica && IsAlone(topology, replica, source))
                    named.TryAdd(replica.Key, source.Key);
        return named;
    }

    private static bool IsAlone(Topology topology, Member replica, Member source) =>
        replica.Key != source.Key && topology.SourcesOf(replica).IsEmpty;

    private static void Join(Dictionary<InstanceKey, InstanceKey> parts, InstanceKey one, InstanceKey other) =>
        parts[FirstOf(parts, one)] = FirstOf(parts, other);

    private static InstanceKey FirstOf(Dictionary<InstanceKey, InstanceKey> parts, InstanceKey key)
    {
        while (parts[key] != key) key = parts[key];
        return key;
    }
}
