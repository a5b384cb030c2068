using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>
/// A watched cluster as this process knows it: members as they were last probed, and what was declared.
/// </summary>
public sealed record ClusterPicture
{
    private static readonly ProbeOutcome NotProbed =
        new ProbeOutcome.Failed(ProbeFailureKind.Other, "not probed yet");

    private Topology? topology;
    private TimeSpan ledgerKnownAt = TimeSpan.MinValue, membersReadAt = TimeSpan.MinValue;

    // Who replicates from whom; kept as long as no sighting says otherwise, so its members may be old ones.
    private Topology? edges;

    /// <param name="members">As they are stored (<see cref="Unseen"/>), or as they were seen.</param>
    public ClusterPicture(ClusterId id, string alias, Downtime? downtime, Ledger ledger, IEnumerable<Member> members)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        (Id, Alias, Downtime, Ledger) = (id, alias, downtime, ledger);
        Members = members.Select(Updated).Select(Marked).ToImmutableDictionary(m => m.Key);
        Keys = [.. Members.Keys.Order()];
        NotLookedAt = [.. Members.Values.Where(IsUnknown).Select(m => m.Key)];
    }

    // The topology of the picture it is made of does not show what is changed in it.
    private ClusterPicture(ClusterPicture earlier)
    {
        (Id, Alias, Downtime, Ledger) = (earlier.Id, earlier.Alias, earlier.Downtime, earlier.Ledger);
        (Members, Keys, NotLookedAt) = (earlier.Members, earlier.Keys, earlier.NotLookedAt);
        (FailingSince, edges) = (earlier.FailingSince, earlier.edges);
        (LookedFrom, ledgerKnownAt) = (earlier.LookedFrom, earlier.ledgerKnownAt);
        membersReadAt = earlier.membersReadAt;
    }

    public ClusterId Id { get; }
    public string Alias { get; private init; }
    public Downtime? Downtime { get; private init; }
    public Ledger Ledger { get; private init; }
    public ImmutableDictionary<InstanceKey, Member> Members { get; private init; }

    /// <summary>Of all members, in order; the same array as long as nobody joins or leaves.</summary>
    public ImmutableArray<InstanceKey> Keys { get; private init; }

    /// <summary>Members that this process has not probed yet. A probe that failed is a look too.</summary>
    public ImmutableHashSet<InstanceKey> NotLookedAt { get; private init; }

    /// <summary>When the first of the probes began that all gave evidence of death, by the awake clock.</summary>
    private ImmutableDictionary<InstanceKey, TimeSpan> FailingSince { get; init; } =
        ImmutableDictionary<InstanceKey, TimeSpan>.Empty;

    /// <summary>When the newest look at a member began, by the awake clock; not in it when that is not known.</summary>
    private ImmutableDictionary<InstanceKey, TimeSpan> LookedFrom { get; init; } =
        ImmutableDictionary<InstanceKey, TimeSpan>.Empty;

    /// <summary>
    /// Members whose newest look was begun after this ledger was known here: all that it says was done by then. Only
    /// such a look pays an entry. Servers of the ledger that were no members when these were read since then are
    /// forgotten, and belong here too.
    /// </summary>
    public ImmutableHashSet<InstanceKey> LookedSinceLedger =>
        [.. LookedFrom.Where(l => l.Value > ledgerKnownAt).Select(l => l.Key), .. OfLedger.Where(IsForgotten)];

    private IEnumerable<InstanceKey> OfLedger => Ledger.Entries.Select(e => e.Key);
    private bool IsForgotten(InstanceKey key) => membersReadAt > ledgerKnownAt && !Members.ContainsKey(key);

    public Member? this[InstanceKey key] => Members.GetValueOrDefault(key);

    /// <summary>For how long every look at a member gave evidence of death; zero when the last one did not.</summary>
    public TimeSpan FailingFor(InstanceKey key, TimeSpan awake) =>
        FailingSince.TryGetValue(key, out var since) ? awake - since : TimeSpan.Zero;

    /// <summary>Whether every member was probed by this process.</summary>
    public bool IsLookedAt => NotLookedAt.IsEmpty;

    /// <summary>A member before its first probe by this process: not seen, and nothing said against it.</summary>
    public static Member Unseen(InstanceKey key) => new() { Key = key, Outcome = NotProbed };

    /// <summary>Whether this process has not probed a member yet.</summary>
    public static bool IsUnknown(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.Outcome == NotProbed;
    }

    /// <summary>The cluster as it is known, put together once for each change of the picture.</summary>
    /// <param name="wall">The instant it bears when it is put together now.</param>
    public Topology TopologyAt(DateTimeOffset wall) =>
        topology ??= edges = new Topology(Id, wall, Members.Values, Alias, Ledger);

    /// <summary>Direct replicas of a member, ordered by key.</summary>
    public IEnumerable<InstanceKey> ReplicasOf(InstanceKey key) => Edges.ReplicasOf(key).Select(r => r.Key);

    public bool HasReplicas(InstanceKey key) => Edges.HasReplicas(key);

    /// <inheritdoc cref="Mentions.Of"/>
    public IEnumerable<InstanceKey> MentionedBy(Instance seen) => Mentions.Of(this, Edges, seen);

    /// <summary>Takes in a probe's outcome; one of a server that is no member changes nothing.</summary>
    /// <param name="begun">The awake clock when the probe began; null when that is not known.</param>
    public ClusterPicture Observe(InstanceKey key, ProbeOutcome outcome, TimeSpan? begun, WatchMoment now)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (!Members.TryGetValue(key, out var member)) return this;
        if (begun <= ledgerKnownAt && IsUnknown(member) && IsOldSight(outcome.Sighted, key)) return this;
        var looks = begun is { } from ? LookedFrom.SetItem(key, from) : LookedFrom.Remove(key);
        return Observe(member, outcome, begun ?? now.Awake, now) with { LookedFrom = looks };
    }

    private ClusterPicture Observe(Member member, ProbeOutcome outcome, TimeSpan begunAwake, WatchMoment now)
    {
        var key = member.Key;
        if (!outcome.IsEvidenceOfDeath)
            return With(member, member.With(outcome, now.Wall), FailingSince.Remove(key));
        var since = FailingSince.GetValueOrDefault(key, begunAwake);
        return With(member, member.With(outcome, now.Wall, now.Awake - since), FailingSince.SetItem(key, since));
    }

    /// <summary>Adds a member, unless it is one already.</summary>
    public ClusterPicture Add(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return Members.ContainsKey(member.Key) ? this : With(null, member, FailingSince);
    }

    /// <summary>Takes over a ledger, unless it knows a later one.</summary>
    /// <param name="awake">The awake clock now.</param>
    public ClusterPicture Keep(Ledger kept, TimeSpan awake)
    {
        ArgumentNullException.ThrowIfNull(kept);
        if (kept.Version < Ledger.Version) return this;
        var picture = this with { Ledger = kept };
        if (kept.Version > Ledger.Version) picture.ledgerKnownAt = awake;
        foreach (var member in Members.Values.Where(m => IsOpenedSince(m, kept)))
            picture = picture with
            {
                Members = picture.Members.SetItem(member.Key, OpenedByRecovery.WhenLastSeen(member, kept)),
            };
        foreach (var member in Members.Values.Where(m => m.IsFormerPrimary != kept.IsFormerPrimary(m.Key)))
            picture = picture with
            {
                Members = picture.Members.SetItem(member.Key, picture.Marked(picture.Members[member.Key])),
            };
        foreach (var member in picture.Members.Values.Where(m => IsPromotedSince(m, kept)))
            picture = picture.With(member, member with { Outcome = NotProbed }, FailingSince);
        foreach (var member in picture.Members.Values.Where(m => ReplacedByRecovery.IsSince(m, Ledger, kept)))
            picture = picture.With(member, ReplacedByRecovery.WhenLastSeen(member, kept), FailingSince);
        return picture;
    }

    // A recovery closed it, and it was seen to accept writes since; or one has opened it. A sighting from before that
    // shows what is over. Without this a failover would take it for closed by a person.
    private bool IsOpenedSince(Member member, Ledger kept) =>
        !kept.Has<LedgerEntry.Closed>(member.Key) && !kept.IsFormerPrimary(member.Key)
        && (Ledger.Has<LedgerEntry.Closed>(member.Key) || IsSaidToOpen(member, kept)
            || OpenedByRecovery.HasSucceeded(member.Key, Ledger, kept));

    private bool IsSaidToOpen(Member member, Ledger kept) =>
        kept.Of(member.Key).Except(Ledger.Entries).Any(OpenedByRecovery.Says);

    // A recovery of another process has just opened it, and it is seen as the replica that it was: it would pass for
    // left behind and be pointed elsewhere. Nothing is judged before it is looked at again.
    private bool IsPromotedSince(Member member, Ledger kept) =>
        IsSaidToOpen(member, kept) && OpenedByRecovery.IsOldSight(member.Current, member.Key, kept);

    private bool IsOldSight(Instance? seen, InstanceKey key) =>
        OpenedByRecovery.IsOldSight(seen, key, Ledger) || ReplacedByRecovery.IsOldSight(seen, key, Ledger);

    // Whoever recovered was lost before it stored a look at it.
    private Member Updated(Member stored) => IsUnknown(stored)
        ? ReplacedByRecovery.Stored(OpenedByRecovery.Stored(stored, Ledger), Ledger)
        : stored;

    /// <summary>
    /// Takes over what operators and other processes declared, and members this process did not know. What probes saw
    /// stays.
    /// </summary>
    /// <param name="gone">Members that were stored and are not stored any more.</param>
    public ClusterPicture Declare(
        string alias, Downtime? downtime, Ledger kept, ImmutableArray<Member> declared, IEnumerable<InstanceKey> gone,
        TimeSpan awake)
    {
        var picture = Keep(kept, awake) with { Alias = alias, Downtime = downtime };
        picture.membersReadAt = awake;
        foreach (var member in declared)
            picture = picture.With(picture[member.Key], picture.Declared(member), FailingSince);
        return gone.Aggregate(picture, (left, key) => left.Without(key));
    }

    private Topology Edges => edges ??= new Topology(Id, default, Members.Values, Alias, Ledger);

    private Member Declared(Member stored) => this[stored.Key] is { } known && !IsReplaced(known, stored)
        ? known with
        {
            Downtime = stored.Downtime, PromotionRule = stored.PromotionRule,
            PromotionRuleUntil = stored.PromotionRuleUntil, OtherNames = stored.OtherNames,
            AlsoIn = stored.AlsoIn, Tags = stored.Tags,
        }
        : Marked(stored);

    private static bool IsReplaced(Member known, Member stored) =>
        known.LastSeen is { } before && stored.LastSeen is { } by && ServerIdentity.IsAnotherAtItsAddress(before, by);

    private ClusterPicture With(Member? before, Member after, ImmutableDictionary<InstanceKey, TimeSpan> failing)
    {
        var isSameShape = before is not null && IsSameShape(before.LastKnown, after.LastKnown)
            && before.OtherNames.AsSpan().SequenceEqual(after.OtherNames.AsSpan());
        var unknown = IsUnknown(after) ? NotLookedAt.Add(after.Key)
            : NotLookedAt.IsEmpty ? NotLookedAt : NotLookedAt.Remove(after.Key);
        return this with
        {
            Members = Members.SetItem(after.Key, after), NotLookedAt = unknown, FailingSince = failing,
            Keys = before is null ? [.. Keys.Append(after.Key).Order()] : Keys, edges = isSameShape ? edges : null,
        };
    }

    private ClusterPicture Without(InstanceKey key) => this with
    {
        Members = Members.Remove(key), NotLookedAt = NotLookedAt.Remove(key), Keys = Keys.Remove(key), edges = null,
        LookedFrom = LookedFrom.Remove(key),
    };

    private Member Marked(Member member) => member with { IsFormerPrimary = Ledger.IsFormerPrimary(member.Key) };

    // What decides who replicates from whom.
    private static bool IsSameShape(Instance? before, Instance? after)
    {
        if (ReferenceEquals(before, after)) return true;
        if (before is null || after is null) return false;
        return before.ServerUuid == after.ServerUuid
            && before.Aliases.AsSpan().SequenceEqual(after.Aliases.AsSpan())
            && IsSame(before.Links, after.Links);
    }

    private static bool IsSame(ImmutableArray<ReplicationLink> before, ImmutableArray<ReplicationLink> after)
    {
        if (before.Length != after.Length) return false;
        for (var i = 0; i < before.Length; i++)
            if (!IsSame(before[i], after[i])) return false;
        return true;
    }

    private static bool IsSame(ReplicationLink before, ReplicationLink after) =>
        before.Source == after.Source && before.SourceUuid == after.SourceUuid
        && before.IsDetached == after.IsDetached && before.Channel == after.Channel;
}
