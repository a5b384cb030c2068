using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Settings;

namespace OrchestratorFunctions.MySql.Wording;

/// <summary>
/// Statements that start, stop and point replication of one server, in its own words and for each of its channels.
/// Pure.
/// </summary>
internal sealed class ReplicationStatements(ServerFeatures features, Instance instance, MySqlOptions options)
{
    private const int ConnectRetrySeconds = 1;
    private const int RetryCount = 86400; // 8.4 and later give up after 10 attempts by default.

    private string Word => features.SaysReplica ? "REPLICA" : "SLAVE";

    public IReadOnlyList<Sql> StopReceiving(string? channel = null) =>
        EachLink(channel, l => l.Receiver != ReplicationThread.Stopped, "STOP", ReplicationThreads.Receiver);

    public Sql StartReceiver(string channel) => Sql.Of(Verb("START", channel, " IO_THREAD"));

    public IReadOnlyList<Sql> Start(ReplicationThreads threads = ReplicationThreads.Both, string? channel = null) =>
        EachLink(channel, l => Stands(l, threads), "START", threads);

    /// <summary>Stops the threads that run; of an applier and a receiver that connects, the receiver first.</summary>
    public IReadOnlyList<Sql> Stop(ReplicationThreads threads, string? channel = null) =>
    [
        .. instance.Links.Where(l => (channel is null || l.Channel == channel) && Runs(l, threads))
            .SelectMany(l => threads == ReplicationThreads.Both
                ? StopBoth(l)
                : [Sql.Of(Verb("STOP", l.Channel, Threads(threads)))]),
    ];

    private static bool Runs(ReplicationLink link, ReplicationThreads threads) =>
        (StartReplication.OfReceivers(threads) && link.Receiver != ReplicationThread.Stopped)
        || (StartReplication.OfAppliers(threads) && link.Applier != ReplicationThread.Stopped);

    /// <summary>
    /// Changes one thing of a link and nothing else; the threads it needs have to stand still. Manual: "CHANGE
    /// REPLICATION SOURCE TO Statement"; MariaDB: "CHANGE MASTER TO".
    /// </summary>
    /// <param name="option">Without its prefix, with its value: <c>DELAY=60</c>.</param>
    public Sql ChangeLink(string option, string? channel)
    {
        if (instance.LinkOf(channel) is not { } link)
            throw new InvalidOperationException($"{instance.Key} has no link to change");
        return Sql.Of($"{ChangeVerb(link.Channel)} {Prefix}_{option}{(features.IsMariaDb ? "" : Named(link.Channel))}");
    }

    /// <summary>Finds its place by GTID from now on.</summary>
    public Sql UseGtid(string? channel) =>
        ChangeLink(features.IsMariaDb ? "USE_GTID=slave_pos" : "AUTO_POSITION=1", channel);

    /// <summary>
    /// Finds its place by file and position from now on. Coordinates that are not named are those its applier ended at.
    /// </summary>
    public Sql UseFilePosition(string? channel) =>
        ChangeLink(features.IsMariaDb ? "USE_GTID=no" : "AUTO_POSITION=0", channel);

    /// <summary>
    /// The account of new links. Without TLS a password that is checked by its hash is sent with the source's key.
    /// </summary>
    public Sql SetAccount(string? channel)
    {
        if (!options.HasReplicationAccount)
            throw new InvalidOperationException("no replication account is configured (MySql:ReplicationUser)");
        var key = features.GetsSourcePublicKey && instance.LinkOf(channel)?.Tls is null
            ? $", GET_{Prefix}_PUBLIC_KEY=1"
            : "";
        var user = Sql.Quote(options.ReplicationUser);
        var change = ChangeLink($"USER={user}, {Prefix}_PASSWORD={{0}}{key}", channel);
        return Sql.WithSecret(change.Text, options.ReplicationPassword);
    }

    /// <summary>
    /// A name that cannot exist in place of the source's. The heartbeat is named, because servers reset it with the
    /// address.
    /// </summary>
    public Sql Detach(Detach detach, string? channel)
    {
        var heartbeat = instance.LinkOf(channel)?.HeartbeatInterval is { } beat
            ? $", {Prefix}_HEARTBEAT_PERIOD={Beat(beat)}"
            : "";
        var host = InstanceKey.NoHost + detach.Source.Host;
        return ChangeLink($"HOST={Sql.Quote(host)}{heartbeat}", channel);
    }

    public IReadOnlyList<Sql> StartApplier(string? channel = null) => Start(ReplicationThreads.Applier, channel);

    public IEnumerable<Sql> RestartReceivers()
    {
        foreach (var link in instance.Links.Where(l => l.Receiver != ReplicationThread.Stopped))
        {
            yield return Sql.Of(Verb("STOP", link.Channel, " IO_THREAD"));
            yield return Sql.Of(Verb("START", link.Channel, " IO_THREAD"));
        }
    }

    /// <param name="channel">The channel to forget; null for all of them.</param>
    public IReadOnlyList<Sql> Forget(string? channel = null)
    {
        var links = instance.Links.Where(l => channel is null || l.Channel == channel).ToArray();
        if (channel is null && !features.IsMariaDb)
            return [.. GivesUp(links, ""), Sql.Of($"STOP {Word}"), Sql.Of($"RESET {Word} ALL")];
        return [.. links.SelectMany(l => StopBoth(l).Append(Reset(l.Channel)))];
    }

    private IEnumerable<Sql> StopBoth(ReplicationLink link) =>
        GivesUp([link], Named(link.Channel)).Append(Sql.Of(Verb("STOP", link.Channel, "")));

    // MySQL stops an applier before its receiver, so that a transaction gets to its end. From a source that cannot be
    // reached no end comes: the receiver is stopped first, so that it is certain (ApplierRelease).
    private IEnumerable<Sql> GivesUp(IEnumerable<ReplicationLink> links, string named) =>
        !features.IsMariaDb && links.Any(l => l.Receiver == ReplicationThread.Connecting)
            ? [Sql.Of($"STOP {Word} IO_THREAD{named}")]
            : [];

    private Sql Reset(string channel) =>
        Sql.Of(features.IsMariaDb ? $"RESET SLAVE{Named(channel)} ALL" : $"RESET {Word} ALL{Named(channel)}");

    /// <summary>
    /// An existing link is told its address and nothing else, so that account, TLS, delay, filters, retries and
    /// compression stay (S12); except the heartbeat, which servers reset to half the net timeout whenever the address
    /// changes. The applier goes on where that costs nothing (<see cref="KeepsApplier"/>).
    /// </summary>
    /// <param name="channel">The link to change, or the one to make; null for the default channel or the only
    /// one.</param>
    public IReadOnlyList<Sql> PointTo(PointTo to, Topology topology, string? channel = null)
    {
        var link = instance.LinkOf(channel);
        if (link is null && channel is null && !instance.Links.IsEmpty)
            throw new InvalidOperationException(
                $"{instance.Key} replicates by channels {Channels}, and which one is meant was not said");
        List<Sql> statements = [];
        // After a demotion a MariaDB server's own transactions stand in its binary log only.
        if (instance.Links.IsEmpty && features.IsMariaDb && instance.LogsReplicaUpdates)
            statements.Add(Sql.Of("SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_binlog_pos"));
        var name = link?.Channel ?? channel ?? "";
        var (goesOn, starts) = (KeepsApplier(to, link, topology), to.Threads);
        if (goesOn)
            starts = starts == ReplicationThreads.Both ? ReplicationThreads.Receiver : ReplicationThreads.Neither;
        if (goesOn) statements.AddRange(StopReceiving(name));
        else if (link is not null) statements.AddRange(StopBoth(link));
        statements.Add(Change(link, name, to, topology, goesOn));
        if (starts != ReplicationThreads.Neither) statements.Add(Sql.Of(Verb("START", name, Threads(starts))));
        return statements;
    }

    /// <summary>
    /// MySQL changes the address of a link while its applier runs, and keeps the relay log then (manual, "CHANGE
    /// REPLICATION SOURCE TO"); what the old source sent of a last transaction is rolled back when the new one sends
    /// (seen on 9.7.4), where a stop would wait a minute for its rest. So the applier goes on where the new source has
    /// all that is kept. Auto-position stays as it is: naming it needs both threads stopped.
    /// </summary>
    private bool KeepsApplier(PointTo to, ReplicationLink? link, Topology topology) =>
        features.KeepsRelayLogs && StartReplication.OfAppliers(to.Threads)
        && UnappliedTransactions.MayBeKept(instance, link, topology[to.Source]?.Current);

    private string Channels => string.Join(", ", instance.Links.Select(l => $"'{l.Channel}'"));

    private Sql Change(ReplicationLink? link, string channel, PointTo to, Topology topology, bool applierRuns)
    {
        var source = to.Source;
        var prefix = Prefix;
        var port = source.Port.ToString(CultureInfo.InvariantCulture);
        List<string> parts = [$"{prefix}_HOST={Sql.Quote(source.Host)}", $"{prefix}_PORT={port}"];
        if (link is null) parts.AddRange(NewLink(prefix));
        if (link is null) parts.AddRange(TlsOfLinks.NewLink(prefix, topology, to.Tls, options.ReplicationTls));
        if ((link is null ? SiblingHeartbeat(topology) ?? options.HeartbeatInterval : link.HeartbeatInterval) is { } heartbeat)
            parts.Add($"{prefix}_HEARTBEAT_PERIOD={Beat(heartbeat)}");
        if (features.IsMariaDb) parts.Add($"MASTER_USE_GTID={MariaDbPosition(link)}");
        else if (!applierRuns) parts.Add($"{prefix}_AUTO_POSITION=1");
        var text = $"{ChangeVerb(channel)} {string.Join(", ", parts)}{(features.IsMariaDb ? "" : Named(channel))}";
        return link is null ? Sql.WithSecret(text, options.ReplicationPassword) : Sql.Of(text);
    }

    private string Prefix => features.ChangesReplicationSource ? "SOURCE" : "MASTER";

    private string ChangeVerb(string channel) => features.ChangesReplicationSource
        ? "CHANGE REPLICATION SOURCE TO"
        : $"CHANGE MASTER{(features.IsMariaDb ? Named(channel) : "")} TO";

    private static string Beat(TimeSpan interval) =>
        interval.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    // While another connection runs, gtid_slave_pos cannot be set (error 1198), and what the server wrote itself is not
    // in it.
    private string MariaDbPosition(ReplicationLink? link) =>
        link is null && !instance.Links.IsEmpty ? "current_pos" : "slave_pos";

    private IEnumerable<string> NewLink(string prefix)
    {
        if (!options.HasReplicationAccount)
            throw new InvalidOperationException(
                $"{instance.Key} has no link and no replication account is configured (MySql:ReplicationUser)");
        yield return $"{prefix}_USER={Sql.Quote(options.ReplicationUser)}";
        yield return $"{prefix}_PASSWORD={{0}}";
        yield return $"{prefix}_CONNECT_RETRY={ConnectRetrySeconds}";
        if (features.SetsRetryCount) yield return $"{prefix}_RETRY_COUNT={RetryCount}";
        if (features.GetsSourcePublicKey) yield return $"GET_{prefix}_PUBLIC_KEY=1";
    }

    private static TimeSpan? SiblingHeartbeat(Topology topology) =>
        topology.Members.SelectMany(m => m.LastKnown?.Links ?? []).Select(l => l.HeartbeatInterval)
            .Where(h => h > TimeSpan.Zero).Min();

    private IReadOnlyList<Sql> EachLink(
        string? channel, Func<ReplicationLink, bool> wanted, string verb, ReplicationThreads threads) =>
        [.. instance.Links.Where(l => (channel is null || l.Channel == channel) && wanted(l))
            .Select(l => Sql.Of(Verb(verb, l.Channel, Threads(threads))))];

    private static bool Stands(ReplicationLink link, ReplicationThreads threads) =>
        (StartReplication.OfReceivers(threads) && link.Receiver == ReplicationThread.Stopped)
        || (StartReplication.OfAppliers(threads) && link.Applier == ReplicationThread.Stopped);

    private static string Threads(ReplicationThreads threads) => threads switch
    {
        ReplicationThreads.Receiver => " IO_THREAD",
        ReplicationThreads.Applier => " SQL_THREAD",
        _ => "",
    };

    // MySQL: STOP REPLICA IO_THREAD FOR CHANNEL 'c'; MariaDB: STOP SLAVE 'c' IO_THREAD.
    private string Verb(string verb, string channel, string threads) =>
        features.IsMariaDb ? $"{verb} SLAVE{Named(channel)}{threads}" : $"{verb} {Word}{threads}{Named(channel)}";

    // Beside named channels MySQL takes a statement without a name for all of them, or refuses it (error 3079). MariaDB
    // takes it for the default connection.
    private string Named(string channel)
    {
        if (channel.Length == 0 && (features.IsMariaDb || instance.Links.All(l => l.Channel.Length == 0))) return "";
        return features.IsMariaDb ? $" {Sql.Quote(channel)}" : $" FOR CHANNEL {Sql.Quote(channel)}";
    }
}
