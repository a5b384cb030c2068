using System.Collections.Immutable;
using System.Text.Json;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>What is stored of a cluster's members, and so what of them is news.</summary>
public sealed record SavedSightings(ImmutableDictionary<InstanceKey, SavedSighting> Of)
{
    /// <summary>
    /// A sighting of a server that is not seen any more is stored while it is no older than this. A process that could
    /// not write for longer does not know what others have stored meanwhile: a newer sighting, or another server.
    /// </summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    /// <summary>Nothing is stored, or what is stored was written by another process: everything is news.</summary>
    public static SavedSightings None { get; } = new(ImmutableDictionary<InstanceKey, SavedSighting>.Empty);

    /// <summary>Whether it is stored, as far as this process knows.</summary>
    public bool Has(InstanceKey key) => Of.ContainsKey(key);

    public SavedSightings With(InstanceKey key, SavedSighting sighting) => new(Of.SetItem(key, sighting));

    public SavedSightings Without(IEnumerable<InstanceKey> keys) => new(Of.RemoveRange(keys));

    /// <summary>
    /// Members that should be stored now; they count as stored from here on. Positions of a busy server are stored once
    /// in a while, and what changes its shape at once.
    /// </summary>
    public (SavedSightings Saved, ImmutableArray<Member> News) Take(
        ClusterPicture picture, TimeSpan positionsEvery, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var (saved, news) = (Of, ImmutableArray<Member>.Empty);
        foreach (var member in picture.Members.Values)
        {
            var (isNews, compared) = Compare(member, positionsEvery);
            if (isNews) news = news.Add(Unstored(member, now));
            if (isNews) saved = saved.SetItem(member.Key, SavedSighting.OfMember(member));
            else if (compared is not null) saved = saved.SetItem(member.Key, compared);
        }
        return (ReferenceEquals(saved, Of) ? this : new(saved), news);
    }

    // What was stored of it is not stored again with a failure: somebody may have stored another server there since.
    private Member Unstored(Member member, DateTimeOffset now)
    {
        var isStored = ReferenceEquals(Of.GetValueOrDefault(member.Key)?.Stored, member.LastSeen);
        var isOld = isStored || member.LastSeenAt + Late < now;
        return isOld && !member.IsSeen ? member with { LastSeen = null, LastSeenAt = null } : member;
    }

    private (bool IsNews, SavedSighting? Compared) Compare(Member member, TimeSpan positionsEvery)
    {
        // What is stored was seen by somebody; that we have not looked yet says nothing against it.
        if (ClusterPicture.IsUnknown(member)) return (false, null);
        var isUnclear = member.Outcome is ProbeOutcome.Failed
        {
            Kind: ProbeFailureKind.Other or ProbeFailureKind.OwnError,
        };
        if (member.LastSeen is null && isUnclear) return (false, null);
        if (!Of.TryGetValue(member.Key, out var was)) return (true, null);
        if (was.Failure != SavedSighting.FailureOf(member)) return (true, null);
        return ReferenceEquals(was.Compared, member.LastSeen) ? (false, null) : was.Compare(member, positionsEvery);
    }
}

/// <summary>What is stored of a member, and the last sighting that was compared with it.</summary>
/// <param name="Failure">What the newest probe said when it failed; empty when it did not.</param>
public sealed record SavedSighting(Instance? Compared, string Failure, DateTimeOffset At)
{
    /// <summary>The sighting that is stored.</summary>
    internal Instance? Stored { get; init; } = Compared;

    private readonly string shape = TextOf(Compared?.Structure);
    private readonly string standing = TextOf(Compared?.WithoutCounters);

    public static SavedSighting OfMember(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return new(member.LastSeen, FailureOf(member), member.LastSeenAt ?? default);
    }

    public static string FailureOf(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.Outcome is ProbeOutcome.Failed failed ? failed.Says : "";
    }

    // Every sighting is compared once; most say what the last one said.
    internal (bool IsNews, SavedSighting Compared) Compare(Member member, TimeSpan positionsEvery)
    {
        var isTime = member.IsSeen && member.LastSeenAt - At >= positionsEvery;
        var compared = this with { Compared = member.LastSeen, At = isTime ? member.LastSeenAt!.Value : At };
        var hasMoved = isTime && standing != TextOf(member.LastSeen?.WithoutCounters);
        return (hasMoved || shape != TextOf(member.LastSeen?.Structure), compared);
    }

    // Records compare immutable arrays by reference; their text compares by value.
    private static string TextOf(Instance? instance) => JsonSerializer.Serialize(instance, CoreJson.Options);
}
