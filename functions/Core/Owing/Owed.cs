using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Owing;

/// <summary>What may be done about an entry of the ledger, for the rules that find it and plans that pay it.</summary>
public static class Owed
{
    /// <summary>
    /// Whether a recovery left the cluster's primary closed: it closed it and nobody took its place, or it put the
    /// replicas below it and did not open it. One that it told to close and whose commits wait still is closed too:
    /// they may wait for a replica that the same recovery cut loose, and that follows only an open primary.
    /// </summary>
    public static bool IsOpening(Topology topology, InstanceKey key)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.Primary is { Current: { AcceptsWrites: false } now } primary && primary.Key == key
            && (topology.Ledger.Has<LedgerEntry.Closed>(key)
                || (!now.IsReadOnlyPending && IsUnfinished(topology.Ledger)));
    }

    /// <summary>
    /// Whether the primary of the cluster refuses writes because it restarted so, and nobody closed it: it was seen
    /// open before, or the ledger says that a recovery opened it.
    /// </summary>
    public static bool IsClosedByRestart(Topology topology, InstanceKey key)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.Primary is { IsSeen: true } primary && primary.Key == key
            && topology.WasClosedByRestart(primary);
    }

    /// <summary>
    /// Why a primary that restarted read-only cannot be opened: what keeps any server closed, another one that may have
    /// taken its place unseen, or transactions of its own that only its replicas have since. Null when nothing does.
    /// </summary>
    public static Refusal? WhyNotOpenAgain(Topology topology, Member member)
    {
        if (WhyNotOpen(topology, member) is { } refusal) return refusal;
        var unseen = topology.Members.FirstOrDefault(m =>
            m is { IsSeen: false, IsFormerPrimary: false, LastKnown: null or { Links.IsEmpty: true } });
        if (unseen is not null)
            return new($"it is not known whether {unseen.Key} accepts writes", $"access to {unseen.Key} from here");
        if (topology.ReplicasOf(member.Key) is { IsEmpty: false } replicas && !replicas.Any(r => r.IsSeen))
            return new(
                $"none of the replicas of {member.Key} can be seen, and one of them may have taken its place",
                "access to one of them from here, or read_only=OFF by hand");
        return WhyBehind(topology, member);
    }

    /// <summary>
    /// Why a server that restarted is behind its own replicas: it would give new transactions the numbers of those that
    /// it lost and they have. Null when none of them is seen to have any.
    /// </summary>
    public static Refusal? WhyBehind(Topology topology, Member member)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        return topology.ReplicasOf(member.Key).FirstOrDefault(r => HasMore(topology, r, member)) is { } ahead
            ? new($"{ahead.Key} has transactions of {member.Key} that it lacks itself since its restart",
                "the server stopped, then the command failover, and a new copy of its data; or read_only=OFF by hand")
            : null;
    }

    private static bool HasMore(Topology topology, Member replica, Member member)
    {
        if (replica.Current is not { } now) return false;
        if (member.Current is not { Gtid.Executed: var executed } primary) return false;
        if (now.AllReceived.GetType() != executed.GetType()) return false;
        var more = ClusterDomains.Of(topology, member).ReachableBy(now).Beyond(executed);
        if (more is MariaDbGtidSet above) return above.Entries.Any(e => e.Server == primary.ServerId);
        return more is GtidSet set && primary.ServerUuid is { } uuid
            ? set.WithoutSources([Guid.Parse(uuid)]) != set : !more.IsEmpty;
    }

    /// <summary>A recovery told somebody to take the primary's place, and there has been no writer since.</summary>
    public static bool IsUnfinished(Ledger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return OwedTargets.Since(ledger, e => e is LedgerEntry.Writer).Any(t => ledger.Entries
            .Any(e => e is LedgerEntry.FormerPrimary or LedgerEntry.MaybeOpen && e.Recovery == t.Recovery));
    }

    /// <summary>Why the server cannot be opened now; null when it can (S1, S4, S5, S6).</summary>
    public static Refusal? WhyNotOpen(Topology topology, Member member)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        if (member.Current is not { } now)
            return new($"{member.Key} cannot be seen", $"access to {member.Key} from here");
        if (!now.KnowsLinks)
            return new($"it is not known whether {member.Key} follows another server", $"an answer of {member.Key} to it");
        if (WriterBeside(topology, member.Key) is { } writer)
            return new($"{writer.Key} accepts writes, and two writers would diverge", $"read_only=ON on {writer.Key}");
        if (Unknown(topology, member.Key) is { } unknown)
            return new($"it is not known whether {unknown} accepts writes", $"access to {unknown} from here");
        if (now.Links.Any(l => !l.IsDetached && topology.SourceOf(l) is { IsFormerPrimary: false } s && s.Key != member.Key))
            return new($"{member.Key} follows another server", $"a primary that follows nobody");
        var asked = OwedTargets.AskedOf(member.Key, topology.Ledger);
        if (asked.FirstOrDefault(t => !OwedTargets.Contains(now, t)) is { } missing) return new(
            $"{member.Key} has not executed {missing.Position}, which recovery {missing.Recovery} knew to be within reach",
            "a server that has it, or Recovery:AllowPossibleLoss");
        // What still waits for acknowledgements its replicas have before it has executed it.
        var mayHaveLost = topology.Ledger.Has<LedgerEntry.Closed>(member.Key) && !now.IsReadOnlyPending;
        return mayHaveLost ? WhyBehind(topology, member) : null;
    }

    /// <summary>
    /// Servers that receive from the primary, or from a replica of it, and accept writes, as after a restart without
    /// read_only in the configuration. They are no second writer that keeps it closed: they are closed before it is
    /// opened. One whose receiver was stopped may be somebody's new writer, and is left. One whose receiver a recovery
    /// stopped, or that it cut from the primary, is like them as long as it has nothing that the primary lacks. So is
    /// one that was away when the primary changed and receives from a former one.
    /// </summary>
    public static ImmutableArray<Member> OpenReplicas(Topology topology, InstanceKey primary)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var former = topology.Members.Where(m => m.IsFormerPrimary).SelectMany(m => topology.DescendantsOf(m.Key));
        HashSet<InstanceKey> below = [.. topology.DescendantsOf(primary), .. former];
        return
        [
            .. topology.Members.Where(m =>
                below.Contains(m.Key) ? IsOpenReplica(topology, m, primary) : IsOpenWithoutLink(topology, m, primary)),
        ];
    }

    private static bool IsOpenWithoutLink(Topology topology, Member member, InstanceKey primary) =>
        member.Current is { AcceptsWrites: true, KnowsLinks: true } && topology.IsCutLoose(member)
        && HasAll(topology[primary]?.Current, member);

    private static bool IsOpenReplica(Topology topology, Member member, InstanceKey primary) =>
        member.Current is { AcceptsWrites: true, KnowsLinks: true } now
        && now.Links.Any(l => topology.SourceOf(l) is not null && (l.Receiver != ReplicationThread.Stopped
            || (IsStopped(topology, member, l) && HasAll(topology[primary]?.Current, member))));

    private static bool HasAll(Instance? primary, Member member) =>
        primary?.Gtid.Executed is { } all && all.GetType() == member.Current!.Gtid.Executed.GetType()
        && all.Contains(member.Current.Gtid.Executed);

    private static Member? WriterBeside(Topology topology, InstanceKey primary) => topology.Members
        .ExceptBy(OpenReplicas(topology, primary).Select(r => r.Key), m => m.Key)
        .FirstOrDefault(m => m.Key != primary && m.Current is { AcceptsWrites: true });

    /// <summary>Replicas of the server that a recovery stopped and nobody started again.</summary>
    public static ImmutableArray<Member> Stopped(Topology topology, InstanceKey source)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return [.. topology.ReplicasOf(source).Where(r => IsStopped(topology, r))];
    }

    /// <summary>
    /// Whether a recovery stopped the receiver of a replica, and it stands still for no reason of its own. One that
    /// could not connect when it was stopped keeps that error. Somebody may have given it another source meanwhile;
    /// below a former primary it is left behind (<see cref="IsLeftBehind"/>).
    /// </summary>
    public static bool IsStopped(Topology topology, Member replica) => StoppedLink(topology, replica) is not null;

    /// <summary>The link that <see cref="IsStopped(Topology, Member)"/> is about; null when there is none.</summary>
    public static ReplicationLink? StoppedLink(Topology topology, Member replica)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(replica);
        return replica.Current is { KnowsLinks: true } now
            ? now.Links.FirstOrDefault(l =>
                topology.SourceOf(l) is { IsFormerPrimary: false } && IsStopped(topology, replica, l))
            : null;
    }

    private static bool IsStopped(Topology topology, Member replica, ReplicationLink link) =>
        topology.Ledger.Of(replica.Key).OfType<LedgerEntry.Stopped>().FirstOrDefault() is { } stopped
        && !UnappliedTransactions.WouldBeLost(topology, replica, link)
        && link is { Receiver: ReplicationThread.Stopped, ApplierErrorNumber: 0 }
        && (link.ReceiverErrorNumber == 0 || link.FailedToConnect)
        && (!stopped.FoundStopped || (stopped.StopsApplier && link.Applier == ReplicationThread.Stopped));

    /// <summary>
    /// Whether a server was left behind by a recovery while the primary accepts writes: it was cut from its source and
    /// follows nobody, it follows a server that was replaced, or one that it was put below on the way. The first two
    /// are left behind while the primary is dead as well: only as its replica a server can say that it cannot reach it,
    /// and take its place.
    /// </summary>
    public static bool IsLeftBehind(Topology topology, Member member)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        if (topology.Primary is not { } primary || primary.Key == member.Key) return false;
        if (member is not { IsFormerPrimary: false, Current: { KnowsLinks: true } now }) return false;
        var isDead = primary.Outcome.IsEvidenceOfDeath;
        if (isDead ? MayBeWriter(now) : primary is not { Current.AcceptsWrites: true }) return false;
        if (IsAside(topology, member)) return !isDead;
        return topology.FollowsNobody(now)
            ? !now.AcceptsWrites && topology.Ledger.Has<LedgerEntry.Stopped>(member.Key)
            : topology.LinkBetween(member, primary.Key) is null
                && now.Links.All(l => topology.SourceOf(l) is null || FollowsFormerPrimary(topology, member, l));
    }

    /// <summary>
    /// Whether a recovery cut a server from its source and it has followed nobody since, be its source replaced by now.
    /// Where another one is the primary, that is all it is.
    /// </summary>
    public static bool IsCutLoose(Topology topology, Member member)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        return member is { IsFormerPrimary: false, Current: { KnowsLinks: true } now } && topology.FollowsNobody(now)
            && topology.Ledger.Has<LedgerEntry.Stopped>(member.Key);
    }

    /// <summary>
    /// Whether a replica still follows another one that a recovery about the primary pointed it to, though the primary
    /// is the one that it followed before.
    /// </summary>
    public static bool IsAside(Topology topology, Member member)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        return member.Current is { KnowsLinks: true } now
            && topology.Ledger.Of(member.Key).OfType<LedgerEntry.Stopped>().Any(e => IsAside(topology, e, now));
    }

    internal static bool IsAside(Topology topology, LedgerEntry.Stopped stopped, Instance now) =>
        stopped.PointedTo is { } aside && topology.Primary?.Key == stopped.Source
        && now.Links.Any(l => topology.SourceOf(l)?.Key == aside);

    // Who receives is a replica, and most often restarted open.
    private static bool MayBeWriter(Instance now) =>
        now.AcceptsWrites && now.Links.All(l => l.Receiver == ReplicationThread.Stopped);

    /// <summary>
    /// The source of a link was replaced as the primary, and does not accept writes. A receiver that a recovery stopped
    /// and did not point elsewhere is left behind too; one that somebody else stopped stays so.
    /// </summary>
    private static bool FollowsFormerPrimary(Topology topology, Member replica, ReplicationLink link) =>
        topology.SourceOf(link) is { IsFormerPrimary: true, Current: not { AcceptsWrites: true } }
        && (link.Receiver != ReplicationThread.Stopped || IsStopped(topology, replica, link));

    /// <summary>What a new writer must have, as earlier recoveries knew it.</summary>
    public static IEnumerable<LedgerEntry.Target> Targets(Ledger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return ledger.Entries.OfType<LedgerEntry.Target>();
    }

    // Told to accept writes by a recovery, and not seen since.
    private static InstanceKey? Unknown(Topology topology, InstanceKey but) => topology.Ledger.Entries
        .OfType<LedgerEntry.MaybeOpen>().FirstOrDefault(e => e.Key != but && topology[e.Key] is { IsSeen: false })?.Key;
}
