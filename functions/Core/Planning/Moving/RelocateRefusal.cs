using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>Everything that keeps a server from being moved below another one, each with what would allow it.</summary>
public static class RelocateRefusal
{
    /// <param name="below">The server it is to follow.</param>
    public static IEnumerable<Refusal> Of(Topology now, Member replica, InstanceKey? below, RecoveryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(policy);
        if (below is null) return [new("it was not said below which server", "the name of the new source")];
        if (now[below] is not { } source) return [new($"{below} is not a member of cluster {now.Cluster}", "the name of the new source")];
        if (source.Key == replica.Key) return [new($"{replica.Key} cannot follow itself", "the name of the new source")];
        if (now.Primary?.Key == replica.Key) return [new($"{replica.Key} is the primary", "a takeover, which makes another one the primary")];
        if (now.DescendantsOf(replica.Key).Contains(source.Key)) return [new($"{source.Key} is below {replica.Key}: they would follow each other", $"{source.Key} moved first")];
        string[] unseen = [.. new[] { replica, source }.Where(m => m.Outcome is not ProbeOutcome.Seen).Select(NotSeen)];
        if (unseen.Length > 0) return unseen.Select(u => new Refusal(u));
        return [.. OfLinks(replica, policy), .. OfPlace(now, source), .. OfSource(replica.Now!, source.Now!), .. OfPositions(replica.Now!, source.Now!), .. OfAcknowledgements(now, replica, source)];
    }

    private static string NotSeen(Member member) => member.Outcome switch
    {
        ProbeOutcome.Partly partly => $"{member.Key} was seen only in part; not known: {string.Join(", ", partly.Missing)}",
        ProbeOutcome.Failed failed => $"{member.Key} was not seen ({failed.Says})",
        _ => $"{member.Key} was not seen",
    };

    private static IEnumerable<Refusal> OfLinks(Member replica, RecoveryPolicy policy)
    {
        var instance = replica.Now!;
        if (instance.Links.Length > 1) yield return new($"{instance.Key} replicates from {instance.Links.Length} sources; which link is meant is not known");
        if (instance.Links is [{ AutoPosition: false }]) yield return new($"{instance.Key} does not use GTID auto-position", "SOURCE_AUTO_POSITION of that replica");
        if (instance.Links is [{ ApplierErrorNumber: not 0 } link]) yield return new($"the applier of {instance.Key} stopped with error {link.ApplierErrorNumber}", "the cause of that error");
        if (instance.Links.Length > 0) yield break;
        // A server that followed nobody, most often a primary that was replaced.
        if (!instance.ReadOnly) yield return new($"{instance.Key} follows nobody and is writable", $"read_only of {instance.Key}");
        if (!policy.HasReplicationAccount) yield return new($"{instance.Key} has no link yet, and no replication account is configured", "MySql:ReplicationUser");
    }

    // Below a server that nothing reaches it would be lost to every failover (L2).
    private static IEnumerable<Refusal> OfPlace(Topology now, Member source)
    {
        if (now.Primary is not { } primary) yield return new($"cluster {now.Cluster} has no single primary", "a primary");
        else if (source.Key != primary.Key && !now.DescendantsOf(primary.Key).Contains(source.Key)) yield return new($"{source.Key} does not follow the primary {primary.Key}", $"a move of {source.Key} below it");
        foreach (var link in source.Now!.Links.Where(l => !l.IsReplicating)) yield return new($"{source.Key} does not replicate from {link.Source} itself", $"replication of {source.Key}");
    }

    // "Replication Compatibility Between MySQL Versions": a source may be older than its replicas, not newer.
    private static IEnumerable<Refusal> OfSource(Instance replica, Instance source)
    {
        if (!source.BinaryLog.Enabled) yield return new($"{source.Key} has no binary log", "log_bin");
        else if (source.IsReplica && !source.BinaryLog.LogsReplicaUpdates) yield return new($"{source.Key} does not log replica updates", "log_replica_updates");
        if (replica.ServerId == source.ServerId && replica.ServerId != 0) yield return new($"{replica.Key} and {source.Key} have the same server_id {replica.ServerId}", "server_id");
        if ((replica.Version.Flavor == ServerFlavor.MariaDb) != (source.Version.Flavor == ServerFlavor.MariaDb)) yield return new($"{replica.Key} and {source.Key} are of different flavours (MySQL, MariaDB)");
        else if (Release(source.Version) > Release(replica.Version)) yield return new($"{source.Key} runs {source.Version}, newer than {replica.Key} with {replica.Version}", $"an upgrade of {replica.Key}");
        if (replica.LogsReplicaUpdates && replica.BinaryLog.FormatRank < source.BinaryLog.FormatRank)
            yield return new($"{source.Key} logs in {source.BinaryLog.Format} format, which {replica.Key} would have to log in {replica.BinaryLog.Format}", "binlog_format");
    }

    private static IEnumerable<Refusal> OfPositions(Instance replica, Instance source)
    {
        // Pointing it elsewhere discards its relay log: only what is executed counts.
        if (source.Gtid.Purged is { IsEmpty: false } purged && !replica.Gtid.Executed.Contains(purged)) yield return new($"{replica.Key} needs transactions that {source.Key} has purged", "a copy of the data");
        if (Excess(replica, source) is { IsEmpty: false } excess) yield return new($"{replica.Key} has {excess}, which {source.Key} lacks", "those transactions, on either side");
    }

    // A replica may be ahead of its new source, which gets the same transactions in time, or was looked at a moment earlier; where that is no
    // excuse the source says so when it is asked (error 1236), and the move is undone. A server that followed nobody wrote what nobody gets.
    private static GtidPosition Excess(Instance replica, Instance source) => (replica.Gtid.Executed, source.Gtid.Executed) switch
    {
        (GtidSet mine, GtidSet theirs) when replica.Links.IsEmpty => mine.Except(theirs),
        (MariaDbGtidSet mine, MariaDbGtidSet theirs) when replica.Links.IsEmpty && !theirs.Contains(mine) => mine.Except(theirs),
        _ => GtidSet.Empty,
    };

    // A primary that waits for acknowledgements nobody gives any more accepts no commit.
    private static IEnumerable<Refusal> OfAcknowledgements(Topology now, Member replica, Member source)
    {
        if (replica.Now is not { SemiSync.ReplicaEnabled: true, Link: not null }) yield break;
        foreach (var old in now.SourcesOf(replica).Where(s => s.Key != source.Key && s.Now is { SemiSync.SourceEnabled: true }))
        {
            var left = now.ReplicasOf(old.Key).Count(r => r.Key != replica.Key && r.Now is { SemiSync.ReplicaEnabled: true } && now.LinkBetween(r, old.Key) is { Receiver: ReplicationThread.Running });
            if (left < old.Now!.SemiSync.WaitForReplicas)
                yield return new(
                    $"{old.Key} waits for {old.Now.SemiSync.WaitForReplicas} acknowledgements of each commit; without {replica.Key} there would be {left} replicas to give them",
                    "rpl_semi_sync_source_wait_for_replica_count, or another semi-sync replica");
        }
    }

    private static int Release(ServerVersion v) => v.Major * 1000 + v.Minor;
}
