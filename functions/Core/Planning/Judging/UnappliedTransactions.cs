using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// What a replica has received and not applied. Pointing it elsewhere discards that, unless its applier goes on
/// (manual, "CHANGE REPLICATION SOURCE TO": relay logs are deleted), and it may be the only copy of an acknowledged
/// transaction: a replica is pointed elsewhere only when nothing is forgotten that its new source lacks (S4).
/// </summary>
public static class UnappliedTransactions
{
    /// <summary>
    /// Whether everything that arrived by this link is executed; null when neither GTIDs nor positions can tell.
    /// </summary>
    public static bool? IsApplied(Instance replica, ReplicationLink link)
    {
        ArgumentNullException.ThrowIfNull(replica);
        return (replica with { Links = [link] }).HasAppliedAll;
    }

    /// <summary>What the server has once it has applied what arrived by this link.</summary>
    public static GtidPosition Applied(Instance replica, ReplicationLink link)
    {
        ArgumentNullException.ThrowIfNull(replica);
        return (replica with { Links = [link] }).AllReceived;
    }

    /// <summary>
    /// Whether a replica has to stand still and to apply what it received before it is pointed elsewhere. Somebody
    /// counts on what it acknowledged, and between a look and the statement more arrives; without acknowledgements what
    /// was seen decides.
    /// </summary>
    /// <param name="source">The server it is to follow; null when that is not known.</param>
    public static bool MustBeEmpty(Instance replica, ReplicationLink link, Instance? source)
    {
        ArgumentNullException.ThrowIfNull(replica);
        return SemiSyncRule.Acknowledges(replica) || WhyNotDiscard(replica, link, source) is not null;
    }

    /// <summary>
    /// Why what has arrived by a link may not be discarded: the new source lacks some of it. Null when nothing is lost.
    /// The reason speaks of the replica without its name.
    /// </summary>
    /// <inheritdoc cref="MustBeEmpty" path="/param"/>
    public static Refusal? WhyNotDiscard(Instance replica, ReplicationLink link, Instance? source)
    {
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(link);
        if (Unapplied(replica, link) is not { IsEmpty: false } unapplied) return null;
        if (source is not null && Holds(source.Gtid.Executed, unapplied)) return null;
        return new(
            $"has received {unapplied} and not applied it, and {source?.Key.ToString() ?? "nobody known"} lacks it",
            $"an applier on {replica.Key} that catches up");
    }

    /// <summary>
    /// Whether a replica may keep its relay log, with an applier that goes on, when it is pointed elsewhere: the new
    /// source has all that stands in it, so nothing is applied that only this server would have. False where what it
    /// received is not told. MySQL keeps it while one of the threads runs (manual, "CHANGE REPLICATION SOURCE TO").
    /// </summary>
    /// <param name="link">The link that is changed; null when it is made.</param>
    /// <inheritdoc cref="MustBeEmpty" path="/param"/>
    public static bool MayBeKept(Instance replica, ReplicationLink? link, Instance? source) =>
        source is not null
        && link is { AutoPosition: true, Applier: ReplicationThread.Running, Received: not null }
        && WhyNotDiscard(replica, link, source) is null;

    /// <summary>
    /// Whether a start would cost what a replica has received and not applied: MariaDB would throw it away, and its
    /// source is not seen to have it (S6).
    /// </summary>
    public static bool WouldBeLost(Topology topology, Member replica, ReplicationLink link)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return replica?.Current is { } now && now.WouldForget(link)
            && WhyNotDiscard(now, link, topology.SourceOf(link)?.Current) is not null;
    }

    private static GtidPosition? Unapplied(Instance replica, ReplicationLink link)
    {
        if (link.Received is not { } received || received.GetType() != replica.Gtid.Executed.GetType()) return null;
        return replica.Gtid.Executed.Contains(received) ? null : received.Except(replica.Gtid.Executed);
    }

    private static bool Holds(GtidPosition all, GtidPosition part) =>
        all.GetType() == part.GetType() && all.Contains(part);
}
