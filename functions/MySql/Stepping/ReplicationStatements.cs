using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>Statements that start, stop and point replication of one server, in its own words and for each of its channels. Pure.</summary>
internal sealed class ReplicationStatements(ServerFeatures features, Instance instance, MySqlOptions options)
{
    private const int ConnectRetrySeconds = 1;
    private const int RetryCount = 86400; // 8.4 and later give up after 10 attempts by default.

    private string Word => features.SaysReplica ? "REPLICA" : "SLAVE";

    public IReadOnlyList<Sql> StopReceiving() => EachLink(l => l.Receiver != ReplicationThread.Stopped, "STOP", " IO_THREAD");

    public IReadOnlyList<Sql> Start(ReplicationThreads threads) => threads switch
    {
        ReplicationThreads.Receiver => EachLink(l => l.Receiver == ReplicationThread.Stopped, "START", " IO_THREAD"),
        ReplicationThreads.Applier => StartApplier(),
        _ => EachLink(l => l.Receiver == ReplicationThread.Stopped || l.Applier == ReplicationThread.Stopped, "START", ""),
    };

    public IReadOnlyList<Sql> StartApplier() => EachLink(l => l.Applier == ReplicationThread.Stopped, "START", " SQL_THREAD");

    public IEnumerable<Sql> RestartReceivers()
    {
        foreach (var link in instance.Links.Where(l => l.Receiver != ReplicationThread.Stopped))
        {
            yield return Sql.Of(Verb("STOP", link.Channel, " IO_THREAD"));
            yield return Sql.Of(Verb("START", link.Channel, " IO_THREAD"));
        }
    }

    public IReadOnlyList<Sql> Forget()
    {
        if (!features.IsMariaDb) return [Sql.Of($"STOP {Word}"), Sql.Of($"RESET {Word} ALL")];
        return [.. instance.Links.SelectMany(l => new[] { Sql.Of(Verb("STOP", l.Channel, "")), Sql.Of($"RESET SLAVE{Named(l.Channel)} ALL") })];
    }

    /// <summary>
    /// An existing link is told its address and nothing else, so that account, TLS, delay, filters, retries and compression stay (S12);
    /// except the heartbeat, which servers reset to half the net timeout whenever the address changes.
    /// </summary>
    public IReadOnlyList<Sql> PointTo(InstanceKey source, Topology topology, string? channel = null)
    {
        var link = instance.LinkOf(channel);
        List<Sql> statements = [];
        // After a demotion a MariaDB server's own transactions stand in its binary log only.
        if (link is null && features.IsMariaDb && instance.LogsReplicaUpdates) statements.Add(Sql.Of("SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_binlog_pos"));
        if (link is not null) statements.Add(Sql.Of(Verb("STOP", link.Channel, "")));
        statements.Add(Change(link, source, topology));
        statements.Add(Sql.Of(Verb("START", link?.Channel ?? "", "")));
        return statements;
    }

    private Sql Change(ReplicationLink? link, InstanceKey source, Topology topology)
    {
        var prefix = features.ChangesReplicationSource ? "SOURCE" : "MASTER";
        List<string> parts = [$"{prefix}_HOST={Sql.Quote(source.Host)}", $"{prefix}_PORT={source.Port.ToString(CultureInfo.InvariantCulture)}"];
        if (link is null) parts.AddRange(NewLink(prefix));
        if ((link is null ? SiblingHeartbeat(topology) ?? options.HeartbeatInterval : link.HeartbeatInterval) is { } heartbeat)
            parts.Add($"{prefix}_HEARTBEAT_PERIOD={heartbeat.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)}");
        parts.Add(features.IsMariaDb ? "MASTER_USE_GTID=slave_pos" : $"{prefix}_AUTO_POSITION=1");
        var verb = features.ChangesReplicationSource ? "CHANGE REPLICATION SOURCE TO" : $"CHANGE MASTER{(features.IsMariaDb ? Named(link?.Channel ?? "") : "")} TO";
        var channel = features.IsMariaDb ? "" : Named(link?.Channel ?? "");
        var text = $"{verb} {string.Join(", ", parts)}{channel}";
        return link is null ? Sql.WithSecret(text, options.ReplicationPassword) : Sql.Of(text);
    }

    private IEnumerable<string> NewLink(string prefix)
    {
        if (!options.HasReplicationAccount)
            throw new InvalidOperationException($"{instance.Key} has no link and no replication account is configured (MySql:ReplicationUser)");
        yield return $"{prefix}_USER={Sql.Quote(options.ReplicationUser)}";
        yield return $"{prefix}_PASSWORD={{0}}";
        yield return $"{prefix}_CONNECT_RETRY={ConnectRetrySeconds}";
        if (features.SetsRetryCount) yield return $"{prefix}_RETRY_COUNT={RetryCount}";
        if (features.GetsSourcePublicKey) yield return $"GET_{prefix}_PUBLIC_KEY=1";
    }

    private static TimeSpan? SiblingHeartbeat(Topology topology) =>
        topology.Members.SelectMany(m => m.Known?.Links ?? []).Select(l => l.HeartbeatInterval).Where(h => h > TimeSpan.Zero).Min();

    private IReadOnlyList<Sql> EachLink(Func<ReplicationLink, bool> wanted, string verb, string threads) =>
        [.. instance.Links.Where(wanted).Select(l => Sql.Of(Verb(verb, l.Channel, threads)))];

    // MySQL: STOP REPLICA IO_THREAD FOR CHANNEL 'c'; MariaDB: STOP SLAVE 'c' IO_THREAD.
    private string Verb(string verb, string channel, string threads) =>
        features.IsMariaDb ? $"{verb} SLAVE{Named(channel)}{threads}" : $"{verb} {Word}{threads}{Named(channel)}";

    private string Named(string channel) =>
        channel.Length == 0 ? "" : features.IsMariaDb ? $" {Sql.Quote(channel)}" : $" FOR CHANNEL {Sql.Quote(channel)}";
}
