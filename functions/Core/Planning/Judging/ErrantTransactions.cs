using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>Transactions a replica executed that never came from its source: promoting it would spread them.</summary>
public static class ErrantTransactions
{
    /// <summary>
    /// What <paramref name="replica"/> executed beyond its source. The source's own newest transactions are never
    /// errant: our sighting of the source may simply be older. When the source was never seen, what a replica wrote
    /// itself and no peer has.
    /// </summary>
    public static GtidPosition In(Instance replica, Instance? source, IReadOnlyList<Instance> peers) =>
        replica.Gtid.Executed switch
    {
        GtidSet executed => InMySql(executed, replica, source, peers),
        MariaDbGtidSet executed => InMariaDb(executed, replica, source),
        var other => other,
    };

    private static GtidSet InMySql(GtidSet executed, Instance replica, Instance? source, IReadOnlyList<Instance> peers)
    {
        if (source?.Gtid.Executed is GtidSet there && source.ServerUuid is { } uuid)
            return executed.Except(there).WithoutSources([Guid.Parse(uuid)]).Except(OnEvery(peers));
        if (replica.ServerUuid is null) return GtidSet.Empty;
        var elsewhere = peers.Select(p => p.Gtid.Executed)
            .OfType<GtidSet>().Aggregate(GtidSet.Empty, (all, set) => (GtidSet)all.Union(set));
        var alone = (GtidSet)executed.Except(elsewhere);
        return (GtidSet)alone.Except(alone.WithoutSources([Guid.Parse(replica.ServerUuid)]));
    }

    // What every other replica has too came with replication, after our last look at the source (a primary that died
    // right after its own promotion).
    private static GtidSet OnEvery(IReadOnlyList<Instance> peers) => peers.Count == 0
        ? GtidSet.Empty
        : peers.Select(p => p.Reachable as GtidSet ?? GtidSet.Empty).Aggregate((all, set) => all.Intersect(set));

    // MariaDB has no server_uuid: a transaction carries the server_id it was first written on ("Global Transaction
    // ID").
    private static MariaDbGtidSet InMariaDb(MariaDbGtidSet executed, Instance replica, Instance? source)
    {
        if (source?.Gtid.Executed is not MariaDbGtidSet there) return MariaDbGtidSet.Empty;
        var own = MariaDbGtidSet.Of(executed.Entries.Where(e => e.Server == replica.ServerId));
        return (MariaDbGtidSet)own.Except(there);
    }
}
