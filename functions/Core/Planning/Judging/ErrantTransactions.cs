using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>Transactions a replica executed that never came from its source: promoting it would spread them.</summary>
public static class ErrantTransactions
{
    /// <summary>
    /// What <paramref name="replica"/> executed and neither its source nor any peer has, of the server's own writing or
    /// of a server whose transactions never came through the source; what a replica wrote, unless all peers have it.
    /// The newest transactions of the source itself, and of those it passed on, are never errant: our sighting of the
    /// source may simply be older. When the source was never seen, what a replica wrote itself and no peer has.
    /// </summary>
    public static GtidPosition In(Instance replica, Instance? source, IReadOnlyList<Instance> peers) =>
        replica.Gtid.Executed switch
    {
        GtidSet executed => InMySql(executed, replica, source, peers),
        MariaDbGtidSet executed => InMariaDb(executed, replica, source, peers),
        var other => other,
    };

    /// <summary>
    /// What readers are shown of a member: the same against the source it was last seen with. Null where that cannot be
    /// said: it is no replica, or one of the two was never seen.
    /// </summary>
    public static GtidPosition? AsSeen(Topology topology, Member member)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        return member.LastKnown is { IsReplica: true } known
            && topology.SourcesOf(member).FirstOrDefault()?.LastKnown is { } source
                ? In(known, source, [])
                : null;
    }

    /// <summary>
    /// The same for a server anywhere below the source. What a server between them wrote itself came down to it with
    /// replication and is errant there too: neither of the two vouches for it to the other.
    /// </summary>
    /// <param name="seen">The servers below the source that were seen, itself among them.</param>
    public static GtidPosition Below(
        Topology topology, Member replica, Member source, IReadOnlyCollection<Member> seen)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(seen);
        var (all, errant) = (replica.Current!.AllReceived, InLine(topology, replica, source, seen));
        foreach (var above in seen.Where(m => m.Key != replica.Key && IsBelow(topology, replica, m)))
        {
            var written = InLine(topology, above, source, seen);
            if (written.GetType() == all.GetType() && errant.GetType() == all.GetType())
                errant = errant.Union(all.Except(all.Except(written)));
        }
        return errant;
    }

    private static GtidPosition InLine(
        Topology topology, Member replica, Member source, IReadOnlyCollection<Member> seen) =>
        In(replica.Current!, source.LastKnown, [.. seen.Where(m => m.Key != replica.Key
            && !IsBelow(topology, replica, m) && !IsBelow(topology, m, replica)).Select(m => m.Current!)]);

    private static bool IsBelow(Topology topology, Member replica, Member source) =>
        topology.DescendantsOf(source.Key).Contains(replica.Key);

    private static GtidSet InMySql(GtidSet executed, Instance replica, Instance? source, IReadOnlyList<Instance> peers)
    {
        // What the source has is not errant, whoever has it besides.
        if (source is { Gtid.Executed: GtidSet all, ServerUuid: not null } && all.Contains(executed))
            return GtidSet.Empty;
        Guid[] own = replica.ServerUuid is { } uuid ? [Guid.Parse(uuid)] : [];
        var alone = (GtidSet)executed.Except(OnOthers(peers, own));
        if (source?.Gtid.Executed is GtidSet there && source.ServerUuid is { } primary)
            return alone.Except(there).Except(Vouched(alone, own, there, Guid.Parse(primary), replica));
        return alone.Except(alone.WithoutSources(own));
    }

    // A tag that the source was never seen to use is the work of a person who set gtid_next, unless it was received.
    private static GtidSet Vouched(GtidSet alone, Guid[] own, GtidSet there, Guid primary, Instance replica)
    {
        var written = alone.Except(alone.WithoutSources([primary]));
        var vouched = written.Union(PassedOn(alone, own, there));
        var received = replica.Links.Select(l => l.Received).OfType<GtidSet>();
        return vouched.Except(received.Aggregate(vouched.OfTagsNewTo(there), (left, set) => left.Except(set)));
    }

    // Our last look at the source is older than what the replica received: numbers that go on where those of the
    // source ended came through it, unless the replica wrote them itself.
    private static GtidSet PassedOn(GtidSet alone, Guid[] own, GtidSet there) =>
        alone.WithoutSources(own).Continuing(there);

    // What another replica has too came with replication. What a replica wrote itself may have come down from there
    // while others followed it, in a switch that went back: it is history when all of them have it (S7).
    private static GtidSet OnOthers(IReadOnlyList<Instance> peers, Guid[] own)
    {
        GtidSet[] sets = [.. peers.Select(p => p.AllReceived).OfType<GtidSet>()];
        var any = sets.Aggregate(GtidSet.Empty, (all, set) => all.Union(set));
        Guid[] replicas = [.. own, .. peers.Select(p => p.ServerUuid).OfType<string>().Select(Guid.Parse)];
        return any.WithoutSources(replicas).Union(sets.Aggregate(any, (all, set) => all.Intersect(set)));
    }

    // MariaDB has no server_uuid: a transaction carries the server_id it was first written on ("Global Transaction
    // ID").
    private static MariaDbGtidSet InMariaDb(
        MariaDbGtidSet executed, Instance replica, Instance? source, IReadOnlyList<Instance> peers)
    {
        if (source?.Gtid.Executed is not MariaDbGtidSet there) return MariaDbGtidSet.Empty;
        var own = MariaDbGtidSet.Of(executed.Entries.Where(e => e.Server == replica.ServerId));
        MariaDbGtidSet[] sets = [.. peers.Select(p => p.AllReceived).OfType<MariaDbGtidSet>()];
        return MariaDbGtidSet.Of(own.Except(there).Entries.Where(e => !IsOnAll(e, sets)
            && !(IsHistory(e, there) && IsBelow(e, executed)) && !IsLocal(e, there)));
    }

    private static bool IsOnAll(MariaDbGtid own, MariaDbGtidSet[] sets) =>
        sets.Length > 0 && sets.All(set => MariaDbGtidSet.Of(own).Except(set).IsEmpty);

    // In a domain that the primary never had it keeps its local tables (ClusterDomains). One that has written nothing
    // says nothing of domains.
    private static bool IsLocal(MariaDbGtid own, MariaDbGtidSet there) =>
        !there.IsEmpty && there.Entries.All(e => e.Domain != own.Domain);

    // A primary restored from a backup begins a state of its own, which lacks the servers that wrote before. What
    // such a server wrote below the primary's position in the domain is part of what was restored.
    private static bool IsHistory(MariaDbGtid own, MariaDbGtidSet there)
    {
        var domain = there.Entries.Where(e => e.Domain == own.Domain).ToArray();
        return domain.All(e => e.Server != own.Server) && IsBelow(own, there);
    }

    // It has replicated what was written after it. With gtid_strict_mode it does not go on behind a write by mistake:
    // the primary has written that number too.
    private static bool IsBelow(MariaDbGtid own, MariaDbGtidSet set) =>
        set.Entries.Any(e => e.Domain == own.Domain && e.Sequence > own.Sequence);
}
