using System.Collections.Immutable;
using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>Whether each server can be told from the others, here and by its replicas.</summary>
internal static class IdentityRules
{
    public static ImmutableArray<ExaminationRule<ExaminedServer>> Rows { get; } =
    [
        new(ServerIdShared, Severe, "two servers have one server_id, so neither can replicate from the other",
            s => Earlier(s).Where(o => o.Now.ServerId == s.Now.ServerId && o.Now.ServerId != 0).Take(1).Select(o =>
                s.Seen($"it has the server_id {s.Now.ServerId}, as {o.Key} has",
                    [.. Words(s).Set("server_id", Free(s)), .. Again(s)]))),
        new(ServerUuidShared, Severe, "two servers have one server_uuid: one is a copy of the other's data directory",
            s => Earlier(s).Where(o => ServerIdentity.HasSameUuid(o.Now, s.Now)).Take(1).Select(o =>
                s.Seen($"it has the server_uuid of {o.Key}",
                    Fix.Advice($"stop {s.Key}, delete auto.cnf in its data directory, and start it")))),
        new(VersionOlder, Warning, "a replica runs an older release than its source, which the manual does not support",
            s => s.Topology.SourcesOf(s.Member).Where(o => IsOlder(s, o)).Select(o => s.Seen(
                $"it runs {s.Now.Version.Text}, and its source {o.Key} runs {o.Current!.Version.Text}",
                Fix.Advice($"an upgrade of {s.Key} to the release of {o.Key}")))),
        new(NameLeadsElsewhere, Severe, "the name that a replica has of its source leads to another server from here",
            s => s.Links.Where(l => Elsewhere(s, l) is not null).Select(l => s.Seen(
                $"it follows {s.Topology.SourceOf(l)!.Key} by the name {l.Source}, which leads to "
                + $"{Elsewhere(s, l)!.Key} from here", Fix.Advice("one name that leads to one server from everywhere"),
                Fix.Command($"repoint {s.Key}")))),
        new(NameShared, Hint, "two servers call themselves by one name",
            s => Earlier(s).SelectMany(o => o.Now.Aliases.Intersect(s.Now.Aliases).Select(name => s.Seen(
                $"it calls itself {name}, as {o.Key} does",
                Fix.Advice("report_host and the host name of each machine, its own"))))),
        new(NameDiffers, Hint, "a replica knows its source by another name than this process does",
            s => s.Links.Where(l => !l.IsDetached && Elsewhere(s, l) is null
                && s.Topology.SourceOf(l)!.Key != l.Source).Select(l => s.Seen(
                $"it follows {l.Source}, which is {s.Topology.SourceOf(l)!.Key} here; a failover gives replicas the "
                + "names of here", Fix.Advice("names of here that lead to the same servers from every server")))),
        new(ReplicaUnknown, Warning, "a server names a replica that is not known here", Unknown),
    ];

    private static ServerStatements Words(ExaminedServer s) => new(s.Now);

    private static IEnumerable<ExaminedServer> Earlier(ExaminedServer s) =>
        s.Cluster.Servers.Where(o => o.Key.CompareTo(s.Key) < 0);

    // Above all that there are, another one for each of those that share one; below where there is no room above.
    private static string Free(ExaminedServer s)
    {
        var taken = s.Topology.Members.Select(m => (long)(m.LastKnown?.ServerId ?? 0)).ToHashSet();
        var rank = Earlier(s).Count(o => o.Now.ServerId == s.Now.ServerId) - 1;
        var above = taken.Max() + 1 + rank;
        var free = above <= uint.MaxValue
            ? above
            : Enumerable.Range(1, taken.Count + rank + 1).Select(n => (long)n).Except(taken).ElementAt(rank);
        return free.ToString(CultureInfo.InvariantCulture);
    }

    // The number is told to the source when a receiver connects.
    private static IEnumerable<Fix> Again(ExaminedServer s) => s.Links.Any()
        ? [Words(s).Run(s.Links.SelectMany(l => Words(s).Restart(l, ServerStatements.Receiver)))]
        : [];

    private static bool IsOlder(ExaminedServer s, Member source) =>
        source.Current is { } leader && CanFollow.IsOlder(s.Now, leader);

    // Another member that answers under the name, though the link is connected to the source.
    private static Member? Elsewhere(ExaminedServer s, ReplicationLink link) =>
        s.Topology[link.Source] is { IsSeen: true } other && s.Topology.SourceOf(link) is { } source
            && other.Key != source.Key ? other : null;

    private static IEnumerable<Observation> Unknown(ExaminedServer s) => s.Knows(InstanceParts.ReportedReplicas)
        ? s.Now.ReportedReplicas.Where(r => s.Topology[r] is null).Select(r => s.Seen(
            $"it has a replica {r}, which is no known server of the cluster", Fix.Command($"discover {r}"),
            Fix.Advice("or, where that name leads nowhere: report_host and report_port in the file of the replica")))
        : [];
}
