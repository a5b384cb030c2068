using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Who is meant by a name and who replicates from whom, of one set of members. It is worked out once: every rule and
/// every planner asks.
/// </summary>
internal sealed class TopologyEdges
{
    private const int Ambiguous = -1;

    private readonly ImmutableArray<Member> members;
    private readonly Dictionary<InstanceKey, int> byKey, byName;
    private readonly Dictionary<string, int> byUuid;
    private readonly ImmutableArray<Member>[] sources, replicas;
    private readonly ConcurrentDictionary<InstanceKey, IReadOnlySet<InstanceKey>> descendants = new();

    /// <param name="members">Ordered by key; one key twice throws <see cref="ArgumentException"/>.</param>
    public TopologyEdges(ImmutableArray<Member> members)
    {
        this.members = members;
        byKey = new(members.Length);
        for (var i = 0; i < members.Length; i++) byKey.Add(members[i].Key, i);
        byName = Names();
        byUuid = Uuids();
        sources = new ImmutableArray<Member>[members.Length];
        for (var i = 0; i < members.Length; i++) sources[i] = Sources(members[i]);
        replicas = Replicas();
    }

    /// <summary>
    /// The member of that name or alias; null when there is none, or when two servers claim the alias.
    /// </summary>
    public Member? this[InstanceKey key] => PlaceOf(key) is { } place ? members[place] : null;

    /// <inheritdoc cref="Topology.SourceOf"/>
    public Member? SourceOf(ReplicationLink link)
    {
        if (link.IsDetached) return null;
        var named = this[link.Source];
        if (link.SourceUuid is not { } uuid || (named is not null && HasUuid(named, link))) return named;
        if (byUuid.TryGetValue(uuid, out var at) && at != Ambiguous) return members[at];
        return named is null || IsElsewhere(named, link) ? null : named;
    }

    // It is connected to a server of another uuid than the one that answers here under that name.
    private static bool IsElsewhere(Member named, ReplicationLink link) =>
        link.Receiver == ReplicationThread.Running && named.Current?.ServerUuid is not null;

    /// <summary>Direct sources, in the order of its links.</summary>
    public ImmutableArray<Member> SourcesOf(Member member) =>
        byKey.TryGetValue(member.Key, out var at) && ReferenceEquals(members[at], member)
            ? sources[at]
            : Sources(member);

    /// <summary>Direct replicas, ordered by key.</summary>
    public ImmutableArray<Member> ReplicasOf(InstanceKey source) =>
        byKey.TryGetValue(source, out var at) ? replicas[at] : [];

    /// <summary>Direct and indirect replicas; safe on cycles, never containing the start.</summary>
    public IReadOnlySet<InstanceKey> DescendantsOf(InstanceKey start) => descendants.GetOrAdd(start, Below);

    private HashSet<InstanceKey> Below(InstanceKey start)
    {
        var seen = new HashSet<InstanceKey> { start };
        var open = new Queue<InstanceKey>([start]);
        while (open.TryDequeue(out var key))
            foreach (var replica in ReplicasOf(key))
                if (seen.Add(replica.Key)) open.Enqueue(replica.Key);
        seen.Remove(start);
        return seen;
    }

    /// <summary>Members that are descendants of themselves, ordered by key.</summary>
    public ImmutableArray<Member> Rings()
    {
        if (!HasRing()) return [];
        return [.. members.Where(IsBelowItself)];
    }

    private bool IsBelowItself(Member member)
    {
        var from = SourcesOf(member);
        if (from.IsEmpty) return false;
        var below = DescendantsOf(member.Key);
        return from.Any(s => below.Contains(s.Key));
    }

    // Roots are taken away, then their replicas that have no other source, and so on: what stays is a ring or below
    // one.
    private bool HasRing()
    {
        var left = new int[members.Length];
        var open = new Stack<int>();
        for (var i = 0; i < members.Length; i++)
            if ((left[i] = sources[i].Length) == 0) open.Push(i);
        var taken = 0;
        while (open.TryPop(out var at))
        {
            taken++;
            foreach (var replica in replicas[at])
                if (byKey[replica.Key] is var below && --left[below] == 0) open.Push(below);
        }
        return taken < members.Length;
    }

    private ImmutableArray<Member> Sources(Member member)
    {
        var links = member.LastKnown?.Links ?? [];
        if (links.Length == 0) return [];
        if (links.Length == 1) return SourceOf(links[0]) is { } only && IsAbove(only, member) ? [only] : [];
        return [.. links.Select(SourceOf).OfType<Member>().Where(s => IsAbove(s, member)).DistinctBy(s => s.Key)];
    }

    // A name that nobody ever answered under is nothing above a server that accepts writes.
    private static bool IsAbove(Member source, Member member) =>
        source.Key != member.Key && (source.LastKnown is not null || member.LastKnown is not { AcceptsWrites: true });

    // Members come in the order of their keys, so that each list of replicas is ordered.
    private ImmutableArray<Member>[] Replicas()
    {
        var below = new List<Member>?[members.Length];
        for (var i = 0; i < members.Length; i++)
            foreach (var source in sources[i]) (below[byKey[source.Key]] ??= []).Add(members[i]);
        return Array.ConvertAll(below, list => list is null ? [] : list.ToImmutableArray());
    }

    private int? PlaceOf(InstanceKey key)
    {
        if (byKey.TryGetValue(key, out var at)) return at;
        return byName.TryGetValue(key, out at) && at != Ambiguous ? at : null;
    }

    // A name that two servers claim names neither.
    private Dictionary<InstanceKey, int> Names()
    {
        var names = new Dictionary<InstanceKey, int>(members.Length);
        for (var i = 0; i < members.Length; i++)
            foreach (var alias in (members[i].LastKnown?.Aliases ?? []).Concat(members[i].OtherNames))
                names[alias] = names.TryGetValue(alias, out var other) && other != i ? Ambiguous : i;
        return names;
    }

    // Copied data directories: two servers of one uuid are told apart by their names.
    private Dictionary<string, int> Uuids()
    {
        var uuids = new Dictionary<string, int>(members.Length, StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < members.Length; i++)
            if (members[i].LastKnown?.ServerUuid is { } uuid) uuids[uuid] = uuids.ContainsKey(uuid) ? Ambiguous : i;
        return uuids;
    }

    private static bool HasUuid(Member member, ReplicationLink link) =>
        string.Equals(member.LastKnown?.ServerUuid, link.SourceUuid, StringComparison.OrdinalIgnoreCase);
}
