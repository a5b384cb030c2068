using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Transactions that were seen somewhere and that the next primary will not have: exact ranges, whatever was promised
/// or acknowledged (S4).
/// </summary>
/// <param name="Executed">Seen executed on the old primary.</param>
/// <param name="Received">Seen received by a replica that gave them up since, and may have acknowledged them.</param>
/// <param name="From">The replicas that gave them up.</param>
/// <param name="WasClosed">
/// The old primary refused writes when it was last seen: no commit waited there any more.
/// </param>
internal sealed record KnownLoss(
    InstanceKey Old, GtidPosition Executed, GtidPosition Received, string From, bool IsComparable, bool WasClosed)
{
    public bool IsEmpty => Executed.IsEmpty && Received.IsEmpty;

    /// <summary>
    /// It may be no more than commits that waited for their acknowledgements: MariaDB lists them in gtid_binlog_state
    /// before anybody can read them. MySQL puts them into gtid_executed after the wait (AFTER_SYNC). On a server that
    /// is read-only the wait is over: read_only=ON is answered after it, and a restart ends it.
    /// </summary>
    public bool MayHaveWaited =>
        !WasClosed && Executed is MariaDbGtidSet { IsEmpty: false } && Received.IsEmpty;

    /// <summary>The loss in words; empty when there is none.</summary>
    public string Says => string.Join("; ", new[]
    {
        Executed.IsEmpty ? "" : $"known to be lost: {Executed}, seen on {Old}",
        Received.IsEmpty ? "" : $"known to be lost: {Received}, received by {From} and given up since",
    }.Where(s => s.Length > 0));

    /// <summary>What was compared to find no loss.</summary>
    public string Compared => IsComparable
        ? $"all that was seen on {Old} is within reach"
        : $"what was seen on {Old} has GTIDs of another flavour and was not compared";

    /// <param name="old">The failed primary, seen at least once.</param>
    /// <param name="position">All that the next primary will have.</param>
    public static KnownLoss Of(Topology topology, Member old, GtidPosition position)
    {
        var executed = old.LastSeen!.Gtid.Executed;
        var isComparable = executed.IsEmpty || executed.GetType() == position.GetType();
        var none = position.Beyond(position);
        var missing = isComparable && !executed.IsEmpty ? executed.Beyond(position) : none;
        Member[] gaveUp = [.. topology.ReplicasOf(old.Key).Where(r => Counts(r, old, position))];
        var received = gaveUp.Select(r => r.LastKnown!.Forgotten!.What.Beyond(position.Union(missing)))
            .Aggregate(none, (all, part) => all.Union(part));
        var wasClosed = old.LastSeen is { ReadOnly: true, IsReadOnlyPending: false };
        return new(old.Key, missing, received, string.Join(", ", gaveUp.Select(r => r.Key)), isComparable, wasClosed);
    }

    /// <summary>What a server wrote itself of some transactions, not received.</summary>
    public static GtidPosition WrittenBy(Instance server, GtidPosition among) => among switch
    {
        GtidSet set when server.ServerUuid is { } uuid => set.Except(set.WithoutSources([Guid.Parse(uuid)])),
        MariaDbGtidSet set => MariaDbGtidSet.Of(set.Entries.Where(e => e.Server == server.ServerId)),
        _ => among.Except(among),
    };

    /// <summary>
    /// What of some transactions a server wrote, or was seen to have. MariaDB's positions do not tell the second.
    /// </summary>
    public static GtidPosition SharedWith(Instance server, GtidPosition among)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(among);
        return among is GtidSet all && server.Gtid.Executed is GtidSet had
            ? WrittenBy(server, among).Union(all.Except(all.Except(had)))
            : WrittenBy(server, among);
    }

    // What was given up while the primary was still seen is in what was seen there, or was no part of its history.
    private static bool Counts(Member replica, Member old, GtidPosition position) =>
        replica.LastKnown?.Forgotten is { } forgotten && forgotten.At >= old.LastSeenAt
        && forgotten.What.GetType() == position.GetType() && !forgotten.What.Beyond(position).IsEmpty;
}
