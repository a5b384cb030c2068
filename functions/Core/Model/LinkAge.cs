using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// When a replica heard from its source last, compared with when we saw that source last. A replica that lost its
/// source long before we did knows nothing of what happened to it since, and has nothing of what it wrote since.
/// </summary>
public static class LinkAge
{
    /// <summary>
    /// A replica that lost its source together with us may have heard from it so much earlier: probes have intervals
    /// and timeouts, and an outage may take some seconds to reach everybody. One heartbeat interval comes on top.
    /// </summary>
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(10);

    /// <summary>A server last seen this much earlier than another one was gone before that.</summary>
    private static readonly TimeSpan Earlier = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether a replica is known to have heard nothing of its source for some time when we still saw that source.
    /// False when it cannot be told: without heartbeats, or when nobody has watched the replica for long enough.
    /// </summary>
    public static bool WasLostBefore(Member replica, ReplicationLink link, Member source)
    {
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(source);
        if (link is not { SilentFor: { } silent, HeartbeatInterval: { } beat } || beat <= TimeSpan.Zero) return false;
        return replica.LastSeenAt - silent + beat + Together < source.LastSeenAt;
    }

    /// <summary>
    /// Whether a replica is known to have had no connection to its source yet: it was told to follow one that was gone.
    /// False on MariaDB, which does not tell.
    /// </summary>
    public static bool HasNeverHeard(Member replica, ReplicationLink link)
    {
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(link);
        return replica.LastKnown is { Version.Flavor: not ServerFlavor.MariaDb }
            && link is { SourceUuid: null, Received.IsEmpty: true, Receiver: not ReplicationThread.Running };
    }

    /// <summary>Whether a server cannot be seen and was gone already when we still saw its source.</summary>
    public static bool WasGoneBefore(Member replica, Member source)
    {
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(source);
        return !replica.IsSeen && (replica.LastSeenAt is null || replica.LastSeenAt + Earlier < source.LastSeenAt);
    }
}
