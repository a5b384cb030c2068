using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// One cluster at one instant: its members and who replicates from whom. Edges follow server_uuid first and names
/// second, because a replica may know its source by another name than we do, and a name may lead to another server by
/// now.
/// </summary>
public sealed class Topology
{
    private readonly TopologyEdges edges;
    private readonly Lazy<ImmutableArray<Member>> coPrimaries, roots;
    private readonly Lazy<Member?> primary;

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
        Members = Ordered(members.Select(m => m.WithRuleAt(takenAt)), ledger);
        Ledger = ledger ?? Marks(Members, takenAt);
        edges = new(Members);
        coPrimaries = new(edges.Rings, LazyThreadSafetyMode.PublicationOnly);
        roots = new(() => [.. Members.Where(m => SourcesOf(m).IsEmpty)], LazyThreadSafetyMode.PublicationOnly);
        primary = new(FindPrimary, LazyThreadSafetyMode.PublicationOnly);
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
    public Member? this[InstanceKey key] => edges[key];

    /// <summary>
    /// The member a link comes from: by server_uuid, else by name; null when it is not a member. A name is not believed
    /// where the replica is connected to a server of another uuid than the one that answers there.
    /// </summary>
    public Member? SourceOf(ReplicationLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        return edges.SourceOf(link);
    }

    /// <summary>Direct sources, one per channel.</summary>
    public ImmutableArray<Member> SourcesOf(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return edges.SourcesOf(member);
    }

    /// <summary>Direct replicas, ordered by key.</summary>
    public ImmutableArray<Member> ReplicasOf(InstanceKey source) => edges.ReplicasOf(source);

    /// <summary>Whether a member replicates from it directly.</summary>
    public bool HasReplicas(InstanceKey source) => !edges.ReplicasOf(source).IsEmpty;

    /// <summary>The link by which a member replicates from a given source; null when it does not.</summary>
    public ReplicationLink? LinkBetween(Member replica, InstanceKey source) =>
        replica.LastKnown?.Links.FirstOrDefault(l => SourceOf(l)?.Key == source);

    /// <summary>Direct and indirect replicas; safe on cycles, never containing the start.</summary>
    public IReadOnlySet<InstanceKey> DescendantsOf(InstanceKey start) => edges.DescendantsOf(start);

    /// <summary>Members that replicate from no member, ordered by key.</summary>
    public ImmutableArray<Member> Roots => roots.Value;

    /// <summary>
    /// Members that are seen to accept writes and follow no member, or do not tell whom they follow: each of them may
    /// be a writer (S1, S16). Ordered by key.
    /// </summary>
    public IEnumerable<Member> MayBeWriters =>
        Members.Where(m => m.Current is { AcceptsWrites: true } now && (!now.KnowsLinks || Roots.Contains(m)));

    /// <summary>
    /// Whether a server has no link from a member. Links from outside of the cluster are somebody else's.
    /// </summary>
    public bool FollowsNobody(Instance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.Links.All(l => SourceOf(l) is null);
    }

    /// <summary>
    /// The link by which a read-only server that follows no member is told to follow an address that none is known by;
    /// null when it has none. It may be the replica of a member that answers there by now.
    /// </summary>
    public ReplicationLink? StrayLink(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.LastKnown is { ReadOnly: true } known && FollowsNobody(known)
            ? known.Links.FirstOrDefault(l => !l.IsDetached)
            : null;
    }

    /// <summary>
    /// Servers other than this one that receive by a <see cref="StrayLink"/> now, ordered by key: whoever sends it
    /// lives, and may be this one at another address.
    /// </summary>
    public IEnumerable<(Member Member, ReplicationLink Link)> ReceivingElsewhere(InstanceKey than) =>
        from member in Members
        where member.Key != than && member.Current is { KnowsLinks: true }
        let link = StrayLink(member)
        where link is { Receiver: ReplicationThread.Running }
        select (member, link);

    /// <summary>
    /// Members that are descendants of themselves (a ring; two of them: co-primaries), ordered by key.
    /// </summary>
    public ImmutableArray<Member> CoPrimaries => coPrimaries.Value;

    public bool IsInRing(Member member) => !CoPrimaries.IsEmpty && CoPrimaries.Any(m => m.Key == member.Key);

    /// <summary>
    /// The one member writes are meant for: among co-primaries and roots with replicas (else all roots),
    /// a seen writable one before the rest, then those that a recovery cut loose, former primaries last. One that is
    /// told to follow an unknown address is none where another one is known to have been writable. Null when two are
    /// equally entitled.
    /// </summary>
    public Member? Primary => primary.Value;

    /// <summary>Number of links up to a root; 0 for roots and members of a ring.</summary>
    public int DepthOf(Member member)
    {
        var depth = 0;
        for (var at = member; !IsInRing(at) && SourcesOf(at).FirstOrDefault() is { } source; at = source) depth++;
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

    private Member? FindPrimary()
    {
        var candidates = CoPrimaries is { IsEmpty: false } ring ? ring : Roots;
        if (candidates.Length <= 1) return candidates.FirstOrDefault();
        if (candidates.Any(m => m is { IsFormerPrimary: false, LastKnown.ReadOnly: false }))
            candidates = candidates.RemoveAll(m => StrayLink(m) is not null);
        var ranked = candidates.GroupBy(Entitlement).OrderBy(g => g.Key).First().ToArray();
        return ranked.Length == 1 ? ranked[0] : null;
    }

    private static ImmutableArray<Member> Ordered(IEnumerable<Member> members, Ledger? ledger)
    {
        var all = members.Select(m => Marked(m, ledger)).ToArray();
        Array.Sort(all, static (a, b) => a.Key.CompareTo(b.Key));
        return ImmutableCollectionsMarshal.AsImmutableArray(all);
    }

    // 0 is the most entitled. A server not seen keeps the place its last sighting gives it: unknown is not "not
    // primary".
    private (bool Former, bool CutLoose, bool NoReplicas, bool ReadOnly) Entitlement(Member m) =>
        (m.IsFormerPrimary, IsCutLoose(m), ReplicasOf(m.Key).IsEmpty, m.LastKnown?.ReadOnly ?? true);

    /// <summary>
    /// Whether a recovery cut a server from its source and ended without opening it, and that source is the primary
    /// still, or was replaced by another one that is: the server is a replica that has no link, whatever follows it.
    /// </summary>
    public bool IsCutLoose(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.LastKnown is { } known && FollowsNobody(known)
            && Ledger.Of(member.Key).OfType<LedgerEntry.Stopped>().FirstOrDefault() is { } stopped
            && MeantFor(stopped) is { } source && source.Key != member.Key
            && !SourcesOf(source).Any() && IsMeantForWrites(source) && !HasTakenOver(member, source);
    }

    // The server it was cut from; where that was replaced, the one that a recovery made the writer.
    private Member? MeantFor(LedgerEntry.Stopped stopped)
    {
        if (!Ledger.IsFormerPrimary(stopped.Source)) return this[stopped.Source];
        var writer = Ledger.Entries.OfType<LedgerEntry.Writer>().LastOrDefault();
        return writer is null || Ledger.IsFormerPrimary(writer.Key) ? null : this[writer.Key];
    }

    // Somebody opened it and put replicas below it, while its source cannot be seen.
    private bool HasTakenOver(Member member, Member source) =>
        !source.IsSeen && member.LastKnown is { AcceptsWrites: true } && HasReplicas(member.Key);

    /// <summary>
    /// Whether a server refuses writes because it restarted so, and nobody closed it, as far as is known of it: it was
    /// seen open before, or the ledger says that a recovery opened it.
    /// </summary>
    public bool WasClosedByRestart(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member is { IsFormerPrimary: false, LastKnown.ClosedByRestart: { } role }
            && (role == RoleBeforeRestart.Writer || Ledger.Has<LedgerEntry.Writer>(member.Key));
    }

    /// <summary>
    /// Whether a server accepts writes as far as is known, or does not because a recovery or its restart closed it. One
    /// that is not was closed by a person.
    /// </summary>
    public bool IsMeantForWrites(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.LastKnown is { ReadOnly: false }
            || Ledger.Has<LedgerEntry.Closed>(member.Key) || WasClosedByRestart(member);
    }

    private static Member Marked(Member member, Ledger? ledger)
    {
        member = Successor.Of(member, ledger);
        return ledger is null || ledger.IsFormerPrimary(member.Key) == member.IsFormerPrimary
            ? member
            : member with { IsFormerPrimary = !member.IsFormerPrimary };
    }

    private static Ledger Marks(ImmutableArray<Member> members, DateTimeOffset at) =>
        members.Any(m => m.IsFormerPrimary)
            ? Ledger.Empty with
            {
                Entries = [.. members.Where(m => m.IsFormerPrimary)
                    .Select(m => new LedgerEntry.FormerPrimary(m.Key, "", at))],
            }
            : Ledger.Empty;
}
