namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Where a server that was found is to be stored, and which stored member it is. A server stays what it is under
/// another name and at another address; a known address may be another server's by now.
/// </summary>
/// <param name="Key">The address by which it is to be stored.</param>
public sealed record MemberPlace(InstanceKey Key)
{
    /// <summary>
    /// The stored member whose place it takes, as the same server or as another one; null for a new one.
    /// </summary>
    public InstanceKey? Stored { get; init; }

    /// <summary>
    /// What tells it from all others (<see cref="ServerIdentity.Of"/>); empty where that was not told.
    /// </summary>
    public string Server { get; init; } = "";

    /// <summary>The address by which it is stored and that leads to it no more; null where there is none.</summary>
    public InstanceKey? MovedFrom { get; init; }

    /// <summary>
    /// Another server is stored by that address. Where <see cref="Receives"/> is false too, nobody knows whether it is
    /// to be in that one's place.
    /// </summary>
    public bool Replaces { get; init; }

    /// <summary>It receives from another server.</summary>
    public bool Receives { get; init; }

    /// <summary>
    /// The stored member whose server_uuid it has with another server_id: it is not stored. Null for none.
    /// </summary>
    public InstanceKey? CopyOf { get; init; }

    /// <param name="found">A server as it was found, or a name under which nobody answered.</param>
    /// <param name="part">All servers that were found with it.</param>
    /// <param name="stored">The members of the cluster, as they are stored.</param>
    /// <param name="answersAt">Who answers at an address now; null when nobody does.</param>
    public static MemberPlace Of(
        Member found, IReadOnlyCollection<Member> part, IReadOnlyCollection<Member> stored,
        Func<InstanceKey, Instance?> answersAt)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(answersAt);
        var atKey = stored.FirstOrDefault(s => s.Key == found.Key);
        if (found.Current is not { } now) return new(found.Key) { Stored = atKey?.Key };
        var server = ServerIdentity.Of(now) ?? "";
        var receives = now.Links.Any(l => l.Receiver == ReplicationThread.Running);
        var same = atKey is not null && IsSame(atKey, found) ? atKey : stored.FirstOrDefault(s => IsSame(s, found));
        same ??= stored.FirstOrDefault(s => HasMoved(s, now, part, answersAt));
        if (same is not null)
            return OfSame(found, same, stored, answersAt) with
            {
                Replaces = same.Key != found.Key && atKey?.LastSeen is not null, Receives = receives, Server = server,
            };
        var copied = stored.FirstOrDefault(s =>
            s.Key != found.Key && s.LastSeen is { } seen && ServerIdentity.HasSameUuid(seen, now));
        return copied is not null
            ? new(found.Key) { CopyOf = copied.Key }
            : new(found.Key)
            {
                Stored = atKey?.Key, Replaces = atKey?.LastSeen is not null, Receives = receives, Server = server,
            };
    }

    /// <summary>Whether a stored member is a server that was found, as far as both tell what they are.</summary>
    public static bool IsSame(Member stored, Member found)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(found);
        if (stored.LastSeen is not { } before || found.Current is not { } now) return stored.Key == found.Key;
        // An older version has not stored what tells MariaDB servers apart.
        var isTold = before.ServerUuid is not null || before.Installation is not null;
        return ServerIdentity.IsSame(before, now) || (!isTold && stored.Key == found.Key);
    }

    /// <summary>
    /// The server as it was found, with what a stored sighting of it remembers: what it had received and has not any
    /// more, and what it was before a restart closed it. As it was found where the stored one is another server.
    /// </summary>
    public static Member Remembering(Member? stored, Member found)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (stored?.LastSeen is null || found is not { Current: not null, LastSeenAt: { } at }) return found;
        var both = stored.With(found.Outcome, at);
        return both.IsSeen ? both with { Key = found.Key } : found;
    }

    private static MemberPlace OfSame(
        Member found, Member same, IReadOnlyCollection<Member> stored, Func<InstanceKey, Instance?> answersAt)
    {
        if (same.Key != found.Key)
            return LeadsTo(same.Key, found, answersAt)
                ? new(same.Key) { Stored = same.Key }
                : new(found.Key) { Stored = same.Key, MovedFrom = same.Key };
        // Where a discovery died after it had stored a server at its new address, the old one is there still.
        var left = stored.FirstOrDefault(s => s.Key != same.Key && s.LastSeen is not null && IsSame(s, found)
            && !LeadsTo(s.Key, found, answersAt));
        return new(same.Key) { Stored = same.Key, MovedFrom = left?.Key };
    }

    private static bool LeadsTo(InstanceKey key, Member found, Func<InstanceKey, Instance?> answersAt) =>
        answersAt(key) is { } there && ServerIdentity.IsSame(there, found.Current!);

    // MariaDB: what tells a server apart is where it stands. The same number, in the same cluster, where nobody answers
    // at the old address any more, is the same server.
    private static bool HasMoved(
        Member stored, Instance now, IReadOnlyCollection<Member> part, Func<InstanceKey, Instance?> answersAt) =>
        stored.LastSeen is { } seen && part.All(m => m.Key != stored.Key)
        && ServerIdentity.MayHaveMoved(seen, now) && answersAt(stored.Key) is null;
}
