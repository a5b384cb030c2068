using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Whether one server can replicate from another by auto-position: the one answer for choosing, switching, moving and
/// settling. Reasons speak of the replica without its name ("needs transactions that db2 has purged").
/// </summary>
public static class CanFollow
{
    /// <summary>
    /// What the servers themselves would refuse; empty when nothing stands in the way, or one of them was never seen.
    /// </summary>
    /// <param name="lostWriter">
    /// A writer whose newest transactions nobody passes on any more: what a replica has of them beyond the source, the
    /// source never gets. Without one only a server that follows nobody is held to what it has: another is at most a
    /// moment ahead of its new source.
    /// </param>
    public static IEnumerable<Refusal> WhyNot(Topology topology, Member replica,
        Member source, InstanceKey? lostWriter = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(source);
        if (replica.LastKnown is not { } follower || source.LastKnown is not { } leader) return [];
        var writer = lostWriter is null ? null : topology[lostWriter];
        // A former primary wrote in all of its domains as the primary.
        var primary = writer ?? (topology.IsCutLoose(replica) ? source : null);
        var mine = primary is null ? follower.AllReceived : ClusterDomains.Of(topology, primary).ReachableBy(follower);
        return [.. OfBinaryLog(leader), .. OfIdentity(follower, leader),
            .. OfRights(follower), .. OfLogin(replica, source),
            .. OfPositions(follower, leader, mine, lostWriter is not null, writer?.LastKnown?.ServerUuid)];
    }

    /// <summary>
    /// What the manual does not support though it often works ("Replication Compatibility Between MySQL Versions"): who
    /// is free to choose does not do it.
    /// </summary>
    public static IEnumerable<Refusal> WhyNotAdvised(Instance replica, Instance source)
    {
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(source);
        if (IsOlder(replica, source))
            yield return new($"runs {replica.Version}, older than {source.Key} with {source.Version}",
                $"an upgrade of {replica.Key}");
        if (LogsSmaller(replica, source))
            yield return new(
                $"would have to log in {replica.BinaryLog.Format} "
                + $"what {source.Key} logs in {source.BinaryLog.Format} format",
                $"binlog_format on {replica.Key} or {source.Key}");
    }

    internal static bool IsOlder(Instance replica, Instance source) =>
        Release(replica.Version) < Release(source.Version);

    /// <summary>Only what it logs itself has a format.</summary>
    internal static bool LogsSmaller(Instance replica, Instance source) =>
        replica.LogsReplicaUpdates && replica.BinaryLog.FormatRank < source.BinaryLog.FormatRank;

    internal static bool DifferInFlavor(Instance a, Instance b) => IsMariaDb(a) != IsMariaDb(b);

    private static IEnumerable<Refusal> OfBinaryLog(Instance source)
    {
        if (!source.BinaryLog.Enabled)
            yield return new($"would follow {source.Key}, which has no binary log", $"log_bin on {source.Key}");
        else if (source.IsReplica && !source.BinaryLog.LogsReplicaUpdates)
            yield return new($"would follow {source.Key}, which does not log replica updates",
                $"log_replica_updates on {source.Key}");
    }

    private static IEnumerable<Refusal> OfRights(Instance replica)
    {
        if (replica.Missing is { ForReplication: { Length: > 0 } missing })
            yield return new($"cannot be pointed there by our account, which lacks {missing} on it",
                $"GRANT {missing} ON *.* to the account of MySql:User on {replica.Key}");
    }

    /// <summary>
    /// Why a source would turn a server away when it logs in to replicate. Of a link that receives from there nothing
    /// is asked, nor of a source that is not seen. A server without a link is given the configured account.
    /// </summary>
    public static IEnumerable<Refusal> OfLogin(Member replica, Member source)
    {
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(source);
        if (replica.LastKnown is not { } follower || source.Current is not { } leader) yield break;
        var link = follower.Link;
        if (link is { Receiver: ReplicationThread.Running } && link.Source == leader.Key) yield break;
        var account = leader.ReplicationAccount;
        if (account is { IsUseless: true } && (follower.Links.IsEmpty || link?.User == account.User))
            yield return new($"would log in as '{account.User}', and {leader.Key} {account.Says}",
                $"the account '{account.User}' on {leader.Key}");
        // A MySQL receiver takes TLS also when its link does not ask for it.
        if (leader.RequiresTls && IsMariaDb(follower) && link is { Tls: null })
            yield return new($"connects without TLS, and {leader.Key} turns that away (require_secure_transport)",
                $"TLS on the link of {follower.Key}");
    }

    private static IEnumerable<Refusal> OfIdentity(Instance replica, Instance source)
    {
        if (replica.ServerId == source.ServerId && replica.ServerId != 0)
            yield return new(
                $"has the same server_id {replica.ServerId} as {source.Key}", $"another server_id on {replica.Key}");
        if (DifferInFlavor(replica, source))
            yield return new($"is of another flavour (MySQL, MariaDB) than {source.Key}");
    }

    private static IEnumerable<Refusal> OfPositions(Instance replica,
        Instance source, GtidPosition mine, bool isWriterLost, string? writer)
    {
        // Pointing it elsewhere discards its relay log: only what is executed counts.
        if (source.Gtid.Purged is { IsEmpty: false } purged && !replica.Gtid.Executed.Contains(purged))
            yield return new($"needs transactions that {source.Key} has purged", $"a copy of the data of {source.Key}");
        if (!isWriterLost && !replica.Links.IsEmpty) yield break;
        var excess = Excess(mine, source.Gtid.Executed, isWriterLost, writer);
        if (!excess.IsEmpty) yield return new(
            $"has {excess}, which {source.Key} lacks", "those transactions on both sides or on neither");
    }

    // Of a lost writer its own transactions only: errant ones were there before, and did not keep the replica from
    // following. MariaDB compares the replica's last transaction of each domain, whoever wrote it.
    private static GtidPosition Excess(GtidPosition mine, GtidPosition theirs, bool isWriterLost, string? writer) =>
        (mine, theirs) switch
    {
        (MariaDbGtidSet my, MariaDbGtidSet their) => Beyond(isWriterLost ? my.LatestPerDomain() : my, their),
        (GtidSet, GtidSet) when !isWriterLost => mine.Except(theirs),
        (GtidSet, GtidSet) when Guid.TryParse(writer, out var uuid) => Of((GtidSet)mine.Except(theirs), uuid),
        _ => GtidSet.Empty,
    };

    // A server that the source knows must not be ahead there of what the source has from it, however far others have
    // written since: two histories. One that it does not know at all is of the past, unless it is ahead of everything
    // there: the state of a server that was rebuilt begins with its backup.
    private static MariaDbGtidSet Beyond(MariaDbGtidSet mine, MariaDbGtidSet theirs)
    {
        var domains = theirs.Entries.ToLookup(e => e.Domain);
        return MariaDbGtidSet.Of(mine.Entries.Where(e =>
        {
            var same = domains[e.Domain].Where(t => t.Server == e.Server).ToArray();
            return (same.Length > 0 ? same : domains[e.Domain]).All(t => t.Sequence < e.Sequence);
        }));
    }

    private static GtidSet Of(GtidSet all, Guid writer) => (GtidSet)all.Except(all.WithoutSources([writer]));

    private static bool IsMariaDb(Instance instance) => instance.Version.Flavor == ServerFlavor.MariaDb;

    private static int Release(ServerVersion v) => v.Major * 1000 + v.Minor;
}
