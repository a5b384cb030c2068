using System.Globalization;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Whether two sightings show one server. Its names and addresses do not tell: a server has several, gets others, and
/// leaves them to other servers.
/// </summary>
public static class ServerIdentity
{
    /// <summary>
    /// MySQL: the same server_uuid and server_id; a copied data directory brings the uuid alone. MariaDB, which has no
    /// uuid: the same server_id, host name, port and data directory. False where that was not told.
    /// </summary>
    public static bool IsSame(Instance one, Instance other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.ServerId != other.ServerId) return false;
        return one.ServerUuid is null && other.ServerUuid is null
            ? one.Installation is { } place && place == other.Installation
            : HasSameUuid(one, other);
    }

    /// <summary>
    /// What tells a server from all others, as one text: two sightings show one server exactly when both have the same.
    /// Null where it was not told.
    /// </summary>
    public static string? Of(Instance server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return LastingOf(server) is { } place
            ? string.Create(CultureInfo.InvariantCulture, $"{server.ServerId} {place}")
            : null;
    }

    /// <summary>
    /// The part of it that no statement changes while the server runs, so that a session can be asked once:
    /// server_uuid, on MariaDB host name, port and data directory. Null where it was not told.
    /// </summary>
    public static string? LastingOf(Instance server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return server.ServerUuid?.ToLowerInvariant() ?? server.Installation;
    }

    /// <summary>
    /// Whether a server may be the one that was seen at another address, which answers no more: the same server, or on
    /// MariaDB one of the same server_id, since its address is all that else tells what it is.
    /// </summary>
    public static bool MayHaveMoved(Instance from, Instance to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return from.ServerUuid is null && to.ServerUuid is null ? from.ServerId == to.ServerId : IsSame(from, to);
    }

    /// <summary>
    /// Whether they are two servers for certain: both told what they are, and it is not the same. Not being told is no
    /// difference.
    /// </summary>
    public static bool IsAnother(Instance one, Instance other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var (first, second) = (one.ServerUuid ?? one.Installation, other.ServerUuid ?? other.Installation);
        return first is not null && second is not null && !IsSame(one, other);
    }

    /// <summary>
    /// Whether another server answers by now at the address where one was seen. Not a server that has another server_id
    /// by now, nor one of MariaDB whose host has another name: what is at the address is the same as long as it has the
    /// server_uuid, or on MariaDB the server_id.
    /// </summary>
    public static bool IsAnotherAtItsAddress(Instance before, Instance now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        return IsAnother(before, now) && !HasSameUuid(before, now) && !MayHaveMoved(before, now);
    }

    /// <summary>Whether both have one server_uuid, as two servers do after a copy of a data directory.</summary>
    public static bool HasSameUuid(Instance one, Instance other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.ServerUuid is { } uuid && uuid.Equals(other.ServerUuid, StringComparison.OrdinalIgnoreCase);
    }
}
