using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// One cluster at one instant: its members and who replicates from whom. Edges follow server_uuid first and names second,
/// because a replica may know its source by another name than we do.
/// </summary>
public sealed class Topology
{
    private readonly ImmutableDictionary<InstanceKey, Member> byKey;
    private readonly ImmutableDictionary<InstanceKey, InstanceKey> nameToKey;
    private readonly ImmutableDictionary<string, InstanceKey> uuidToKey;
    private readonly ILookup<InstanceKey, InstanceKey> replicas;
    private readonly Lazy<ImmutableArray<Member>> coPrimaries;

    /// <param name="ledger">
    /// What is owed in the cluster; it says who is a former primary. Null: nothing but what the members say of that.
    /// </param>
    public Topology(
        ClusterId cluster, DateTimeOffset takenAt, IEnumerable<Member> members, string alias = "",
        Ledger? ledger = null)
    {
        Cluster = cluster;
        TakenAt = takenAt;
        Alias = alias;
        Members = [.. members.Select(m => Marked(m, ledger)).OrderBy(m => m.Key)];
        Ledger = ledger ?? Marks(Members, takenAt);
        byKey = Members.ToImmutableDictionary(m => m.Key);
        nameToKey = Names(Members);
        uuidToKey = Uuids(Members);
        replicas = Edges().ToLookup(e => e.Source, e => e.Replica);
        coPrimaries = new(() => [.. Members.Where(m => SourcesOf(m).Any(s => DescendantsOf(m.Key).Contains(s.Key)))]);
    }

    public ClusterId Cluster { get; }
    public DateTimeOffset TakenAt { get; }

    /// <summary>A name people gave the cluster; empty when none.</summary>
    public string Alias { get; }

    /// <summary>What recoveries of this cluster left to be seen to.</summary>
    public Ledger Ledger { get; }

    /// <summary>Ordered by key.</summary>
    public ImmutableArray<Member> Members { get; }

    /// <summary>The member of that name or alias; null when there is none.</summary>
    public Member? this[InstanceKey key] =>
        byKey.TryGetValue(key, out var member) ? member : nameToKey.TryGetValue(key, out var real) ? byKey[real] : null;

    /// <summary>The member a link comes from: by server_uuid, else by name; null when it is not a member.</summary>
    public Member? SourceOf(ReplicationLink link)
    {
        if (link.IsDetached) return null;
        if (this[link.Source] is { } named && (link.SourceUuid is null || named.Known?.ServerUuid is null || SameUuid(named, link))) return named;
        if (link.SourceUuid is { } uuid && uuidToKey.TryGetValue(uuid, out var key)) return byKey[key];
        return this[link.Source];
    }

    /// <summary>Direct sources, one per channel.</summary>
    public IEnumerable<Member> SourcesOf(Member member) =>
        (member.Known?.Links ?? []).Select(SourceOf).OfType<Member>().Where(s => s.Key != member.Key).Distinct();

    /// <summary>Direct replicas, ordered by key.</summary>
    public ImmutableArray<Member> ReplicasOf(InstanceKey source) =>
        [.. replicas[source].Distinct().Order().Select(k => byKey[k])];

    /// <summary>Whether a member replicates from it directly.</summary>
    public bool HasReplicas(InstanceKey source) => replicas.Contains(source);

    /// <summary>The link by which a member replicates from a given source; null when it does not.</summary>
    public ReplicationLink? LinkBetween(Member replica, InstanceKey source) =>
        replica.Known?.Links.FirstOrDefault(l => SourceOf(l)?.Key == source);

    /// <summary>Direct and indirect replicas; safe on cycles, never containing the start.</summary>
    public ImmutableHashSet<InstanceKey> DescendantsOf(InstanceKey start)
    {
        var seen = new HashSet<InstanceKey> { start };
        var open = new Queue<InstanceKey>([start]);
        while (open.TryDequeue(out var key))
            foreach (var replica in replicas[key])
                if (seen.Add(replica)) open.Enqueue(replica);
        seen.Remove(start);
        return [.. seen];
    }

    /// <summary>Members that replicate from no member, ordered by key.</summary>
    public ImmutableArray<Member> Roots => [.. Members.Where(m => !SourcesOf(m).Any())];

    /// <summary>Members that are descendants of themselves (a ring; two of them: co-primaries), ordered by key.</summary>
    public ImmutableArray<Member> CoPrimaries => coPrimaries.Value;

    /// <summary>
    /// The one member writes are meant for: among co-primaries and roots with replicas (else all roots),
    /// a seen writable one before the rest, former primaries last. Null when two are equally entitled.
    /// </summary>
    public Member? Primary
    {
        get
        {
            var ring = CoPrimaries;
            var candidates = ring.Length > 0 ? ring : Roots;
            if (candidates.Length <= 1) return candidates.FirstOrDefault();
            var ranked = candidates.GroupBy(Entitlement).OrderBy(g => g.Key).First().ToArray();
            return ranked.Length == 1 ? ranked[0] : null;
        }
    }

    /// <summary>Number of links up to a root; 0 for roots and members of a ring.</summary>
    public int DepthOf(Member member)
    {
        var ring = CoPrimaries.Select(m => m.Key).ToHashSet();
        var depth = 0;
        for (var at = member; !ring.Contains(at.Key) && SourcesOf(at).FirstOrDefault() is { } source; at = source) depth++;
        return depth;
    }

    /// <summary>The same cluster with one member replaced (matched by key) or added.</summary>
    public Topology With(Member member) =>
        new(Cluster, TakenAt, Members.Where(m => m.Key != member.Key).Append(member), Alias, Ledger);

    /// <summary>The same cluster with another ledger.</summary>
    public Topology With(Ledger ledger) =>
        ReferenceEquals(ledger, Ledger) ? this : new(Cluster, TakenAt, Members, Alias, ledger);

    /// <summary>The same cluster at another instant with several members replaced.</summary>
    public Topology With(IEnumerable<Member> members, DateTimeOffset takenAt)
    {
        var fresh = members.ToDictionary(m => m.Key);
        return new(Cluster, takenAt, Members.Where(m => !fresh.ContainsKey(m.Key)).Concat(fresh.Values), Alias, Ledger);
    }

    // 0 is the most entitled. A server not seen keeps the place its last sighting gives it: unknown is not "not primary".
    private (bool Former, bool NoReplicas, bool ReadOnly) Entitlement(Member m) =>
        (m.IsFormerPrimary, !replicas[m.Key].Any(), m.Known?.ReadOnly ?? true);

    private static Member Marked(Member member, Ledger? ledger) =>
        ledger is null || ledger.IsFormerPrimary(member.Key) == member.IsFormerPrimary
            ? member
            : member with { IsFormerPrimary = !member.IsFormerPrimary };

    private static Ledger Marks(ImmutableArray<Member> members, DateTimeOffset at) =>
        members.Any(m => m.IsFormerPrimary)
            ? Ledger.Empty with
            {
                Entries = [.. members.Where(m => m.IsFormerPrimary)
                    .Select(m => new LedgerEntry.FormerPrimary(m.Key, "", at))],
            }
            : Ledger.Empty;

    private static bool SameUuid(Member member, ReplicationLink link) =>
        string.Equals(member.Known?.ServerUuid, link.SourceUuid, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<(InstanceKey Source, InstanceKey Replica)> Edges() =>
        from member in Members
        from source in SourcesOf(member)
        select (source.Key, member.Key);

    private static ImmutableDictionary<InstanceKey, InstanceKey> Names(ImmutableArray<Member> members)
    {
        var names = ImmutableDictionary.CreateBuilder<InstanceKey, InstanceKey>();
        foreach (var group in members.SelectMany(m => (m.Known?.Aliases ?? []).Distinct().Select(a => (Alias: a, m.Key))).GroupBy(p => p.Alias))
            if (group.Select(p => p.Key).Distinct().Take(2).Count() == 1) names[group.Key] = group.First().Key; // a name two servers claim names neither
        return names.ToImmutable();
    }

    private static ImmutableDictionary<string, InstanceKey> Uuids(ImmutableArray<Member> members)
    {
        var uuids = ImmutableDictionary.CreateBuilder<string, InstanceKey>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in members.Where(m => m.Known?.ServerUuid is not null).GroupBy(m => m.Known!.ServerUuid!, StringComparer.OrdinalIgnoreCase))
            if (group.Take(2).Count() == 1) uuids[group.Key] = group.First().Key; // copied data directories: fall back to names
        return uuids.ToImmutable();
    }
}
