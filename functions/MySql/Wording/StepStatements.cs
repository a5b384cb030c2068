using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Settings;

namespace OrchestratorFunctions.MySql.Wording;

/// <summary>
/// Step × server features × what is known of the server → SQL. Pure; the same for the preview and the run. Run whole on
/// 9.7.4 and MariaDB 10.11.18; for other versions the words are held against recorded answers, one statement at a time.
/// </summary>
internal static class StepStatements
{
    /// <summary>Blocks new writes at once, and answers when the commits that wait have ended.</summary>
    public const string BlockingFence = "SET GLOBAL super_read_only=ON";

    /// <summary>
    /// The fence where offline_mode can be had, in one packet so that nothing has to come after it. It closes the
    /// sockets of ordinary clients (no commit that still waits can be acknowledged any more), then blocks all writes,
    /// then lets readers in again. A server already fenced keeps its clients; offline_mode ends as it was. The
    /// expressions are evaluated before the first assignment takes effect (seen on 9.7.4). read_only stays 0 while <see
    /// cref="BlockingFence"/> on another session waits for commits, super_read_only does not. Semi-sync stays on:
    /// switching it off would acknowledge what waits.
    /// </summary>
    public const string DisconnectingFence =
        "SET GLOBAL offline_mode=@@GLOBAL.offline_mode OR NOT (@@GLOBAL.read_only AND @@GLOBAL.super_read_only), " +
        "GLOBAL super_read_only=ON, GLOBAL offline_mode=@@GLOBAL.offline_mode";

    /// <summary>The fence without the privilege for offline_mode, and on MariaDB.</summary>
    public static string PlainFence(bool superReadOnly) =>
        superReadOnly ? "SET GLOBAL super_read_only=ON" : "SET GLOBAL read_only=ON";

    /// <summary>
    /// Opens a server, unless the statement reaches it after an instant of its own clock: what is heard late must not
    /// make a second writer. The answer is one row, in_time.
    /// </summary>
    public static string Writable(Instance instance, DateTime notAfterUtc)
    {
        var until = notAfterUtc.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        string[] names = ServerFeatures.Of(instance.Version).HasSuperReadOnly
            ? ["super_read_only", "read_only"]
            : ["read_only"];
        var settings = names.Select(n => $"GLOBAL {n}=IF(@in_time, 0, @@GLOBAL.{n})");
        return $"SET @in_time=UTC_TIMESTAMP(6)<'{until}'; SET {string.Join(", ", settings)}; SELECT @in_time AS in_time";
    }

    /// <param name="topology">Where a new link looks for its siblings' heartbeat.</param>
    /// <param name="words">Words of the loaded semi-sync plugins; null to go by version.</param>
    public static IReadOnlyList<Sql> Of(
        PlanStep step, Instance instance, Topology topology, MySqlOptions options, SemiSyncWords? words = null)
    {
        var features = ServerFeatures.Of(instance.Version);
        var replication = new ReplicationStatements(features, instance, options);
        var channel = step.Target.ChannelName;
        return step switch
        {
            StopReceiving => replication.StopReceiving(channel),
            StartReplication start => replication.Start(start.Threads, channel),
            PointTo to => replication.PointTo(to, topology, channel),
            ForgetSource => replication.Forget(channel),
            WaitUntilReceiving => [],
            WaitUntilApplied => replication.StartApplier(channel),
            SetReadOnly => [Sql.Of(PlainFence(features.HasSuperReadOnly))],
            Fence => features.HasOfflineMode
                ? [Sql.Of(BlockingFence), Sql.Of(DisconnectingFence)]
                : [Sql.Of(PlainFence(features.HasSuperReadOnly))],
            SetWritable => [Sql.Of(features.HasSuperReadOnly
                ? "SET GLOBAL super_read_only=OFF, GLOBAL read_only=OFF"
                : "SET GLOBAL read_only=OFF")],
            SetSemiSync set => SemiSync(
                set, features, instance, replication,
                words ?? new SemiSyncWords(features.NamesSemiSyncSource, features.NamesSemiSyncSource)),
            StopReplication stop => replication.Stop(stop.Threads, channel),
            SetDelay delay => [replication.ChangeLink(
                string.Create(CultureInfo.InvariantCulture, $"DELAY={delay.Seconds}"), channel)],
            Detach detach => [replication.Detach(detach, channel)],
            UseGtid => [replication.UseGtid(channel)],
            SetReplicationAccount => [replication.SetAccount(channel)],
            UseFilePosition => [replication.UseFilePosition(channel)],
            SkipTransactions or ResetGtids or FlushBinaryLogs or PurgeBinaryLogs or KillQuery =>
                UpkeepStatements.Of(step, features),
            SetEvents set => [.. EventStatements.Preview(set).Select(Sql.Of)],
            _ => throw new NotSupportedException($"no statements for {step.GetType().Name}"),
        };
    }

    /// <summary>
    /// One wait of at most so long: 0 when the position was reached, else 1 or -1. A wait of zero would never end.
    /// </summary>
    public static string Wait(GtidPosition position, TimeSpan turn)
    {
        var seconds = Math.Max(0.01, turn.TotalSeconds).ToString("0.###", CultureInfo.InvariantCulture);
        return position is MariaDbGtidSet set
            ? $"SELECT MASTER_GTID_WAIT({Sql.Quote(set.LatestPerDomain().ToString())}, {seconds})"
            : $"SELECT WAIT_FOR_EXECUTED_GTID_SET({Sql.Quote(position.ToString())}, {seconds})";
    }

    // Only what differs is named: the plugin of the other role need not be loaded.
    private static List<Sql> SemiSync(
        SetSemiSync set, ServerFeatures features, Instance instance, ReplicationStatements replication,
        SemiSyncWords words)
    {
        var now = instance.SemiSync;
        List<string> changes = [];
        if (set.AsSource)
        {
            changes.Add(
                $"GLOBAL {words.SourceTimeout}={set.TimeoutMilliseconds.ToString(CultureInfo.InvariantCulture)}");
            if (features.CountsSemiSyncAcknowledgements)
                changes.Add(
                    $"GLOBAL {words.SourceWaitFor}={set.WaitForReplicas.ToString(CultureInfo.InvariantCulture)}");
        }
        if (now.SourceEnabled != set.AsSource) changes.Add($"GLOBAL {words.SourceEnabled}={OnOff(set.AsSource)}");
        if (now.ReplicaEnabled != set.AsReplica) changes.Add($"GLOBAL {words.ReplicaEnabled}={OnOff(set.AsReplica)}");
        List<Sql> statements = [Sql.Of("SET " + string.Join(", ", changes))];
        // A receiver announces itself as acknowledging when it connects, and not later.
        if (now.ReplicaEnabled != set.AsReplica) statements.AddRange(replication.RestartReceivers());
        return statements;
    }

    private static string OnOff(bool on) => on ? "ON" : "OFF";
}
