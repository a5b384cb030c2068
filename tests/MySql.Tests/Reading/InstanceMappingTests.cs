using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Stepping;

namespace OrchestratorFunctions.MySql.Tests.Reading;

public sealed class InstanceMappingTests
{
    private const string Uuid = "0000000B-0000-0000-0000-00000000000B";
    private static readonly InstanceKey Key = new("db1", 3306);

    // Columns as recorded from 9.7.4 and 8.4.13 (and 8.0.28 on), 5.7.42 and 8.0.19, and MariaDB.
    private static readonly string[] NewColumns =
    [
        "Replica_IO_State", "Source_Host", "Source_User", "Source_Port", "Connect_Retry", "Source_Log_File", "Read_Source_Log_Pos", "Relay_Log_File", "Relay_Log_Pos",
        "Relay_Source_Log_File", "Replica_IO_Running", "Replica_SQL_Running", "Replicate_Do_DB", "Replicate_Ignore_DB", "Replicate_Wild_Do_Table", "Exec_Source_Log_Pos",
        "Seconds_Behind_Source", "Last_IO_Errno", "Last_IO_Error", "Last_SQL_Errno", "Last_SQL_Error", "Source_UUID", "SQL_Delay", "Retrieved_Gtid_Set",
        "Executed_Gtid_Set", "Auto_Position", "Channel_Name",
    ];

    private static readonly string[] OldColumns = [.. NewColumns.Select(OldSpellingOf)];

    private static readonly string[] MariaDbColumns =
        ["Connection_name", .. OldColumns[..^6], "Using_Gtid", "Gtid_IO_Pos", "SQL_Delay", "Slave_received_heartbeats", "Slave_heartbeat_period", "Gtid_Slave_Pos"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_link_is_read_in_new_and_old_words(bool isOld)
    {
        object?[] row =
        [
            "Waiting", "Primary.Example", "repl", 3307u, 60u, "binlog.000007", 1234ul, "relay.000002", 4ul, "binlog.000007", "Yes", "No", "", "x", "", 1000ul,
            null, 0, "", 1062, "Duplicate entry", Uuid, 30, "0000000b-0000-0000-0000-00000000000b:1-5,\n0000000c-0000-0000-0000-00000000000c:1", "", 1, "",
        ];
        var silence = QueryResult.Of(["CHANNEL_NAME", "HEARTBEAT_INTERVAL", "COUNT_RECEIVED_HEARTBEATS"], ["", 0.5f, 7L]);
        var link = Assert.Single(Map(Variables(), (ProbePart.Replication, QueryResult.Of(isOld ? OldColumns : NewColumns, row)), (ProbePart.Silence, silence)).Links);

        Assert.Equal(new InstanceKey("primary.example", 3307), link.Source);
        Assert.Equal(Uuid.ToLowerInvariant(), link.SourceUuid);
        Assert.Equal((ReplicationThread.Running, ReplicationThread.Stopped), (link.Receiver, link.Applier));
        Assert.Equal((1062, "Duplicate entry"), (link.ApplierErrorNumber, link.ApplierError));
        Assert.Equal((BinlogPosition.Parse("binlog.000007:1234"), BinlogPosition.Parse("binlog.000007:1000")), (link.ReadPosition, link.ExecutedPosition));
        Assert.Equal(GtidSet.Parse("0000000b-0000-0000-0000-00000000000b:1-5,0000000c-0000-0000-0000-00000000000c:1"), link.Received);
        Assert.Equal((null, 30, true, true), (link.LagSeconds, link.DelaySeconds, link.AutoPosition, link.HasFilters));
        Assert.Equal(TimeSpan.FromSeconds(0.5), link.HeartbeatInterval);
    }

    [Fact]
    public void A_MariaDB_link_has_positions_instead_of_sets()
    {
        object?[] row =
        [
            "", "Waiting", "db9", "repl", 3306, 60, "binlog.000001", 5ul, "relay.000002", 4ul, "binlog.000001", "Connecting", "Yes", "", "", "", 5ul,
            3L, 2003, "cannot connect", 0, "", "Slave_Pos", "0-1-9", 0, 7L, 2.5, "0-1-9",
        ];
        var instance = Map(MariaDbVariables(), (ProbePart.Replication, QueryResult.Of(MariaDbColumns, row)));
        var link = Assert.Single(instance.Links);
        Assert.Null(instance.ServerUuid);
        Assert.Equal(ReplicationThread.Connecting, link.Receiver);
        Assert.True(link.CannotReachSource && link.AutoPosition);
        Assert.Equal(MariaDbGtidSet.Parse("0-1-9"), link.Received);
        Assert.Equal((3L, TimeSpan.FromSeconds(2.5), (TimeSpan?)null), (link.LagSeconds, link.HeartbeatInterval, link.SilentFor));
        Assert.Equal(MariaDbGtidSet.Parse("0-1-9,0-2-11"), instance.Gtid.Executed);
    }

    [Theory]
    [InlineData("Waiting for source to send event", "")]
    [InlineData("Waiting for master to send event", "")]
    [InlineData("Queueing source event to the relay log", "")]
    [InlineData("Reconnecting after a failed source event read", "")]
    [InlineData("Waiting for the replica SQL thread to free relay log space", "Waiting for the replica SQL thread to free relay log space")]
    [InlineData("Waiting for the slave SQL thread to free enough relay log space", "Waiting for the slave SQL thread to free enough relay log space")]
    [InlineData("Waiting for disk space", "Waiting for disk space")]
    public void A_receiver_is_held_up_when_it_waits_for_room(string state, string by)
    {
        var row = NewColumns.Select(object? (c) => c switch { "Source_Host" => "db9", "Source_Port" => 3306, "Replica_IO_State" => state, "Replica_IO_Running" => "Yes", _ => "" });
        Assert.Equal(by, Assert.Single(Map(Variables(), (ProbePart.Replication, QueryResult.Of(NewColumns, [.. row]))).Links).HeldUpBy);
    }

    [Fact]
    public void The_settings_of_the_relay_log_are_read_and_unknown_when_they_were_not_asked()
    {
        string[] columns = ["relay_log_recovery", "sync_relay_log"];
        Assert.Equal(new RelayLog(true, 10_000), Map(Variables(), (ProbePart.RelayLog, QueryResult.Of(columns, [1, 10_000L]))).RelayLog);
        Assert.Equal(new RelayLog(false, 1), Map(Variables(), (ProbePart.RelayLog, QueryResult.Of(columns, [0, 1L]))).RelayLog);
        Assert.Null(Map(Variables()).RelayLog);
    }

    [Fact]
    public void What_a_server_leaves_out_of_its_binary_log_is_told_with_the_position()
    {
        var status = QueryResult.Of(
            ["File", "Position", "Binlog_Do_DB", "Binlog_Ignore_DB"], ["binlog.000001", 4L, "app,shop", "test"]);
        var log = Map(Variables(), (ProbePart.BinaryLog, status)).BinaryLog;
        Assert.Equal("binlog_do_db=app,shop binlog_ignore_db=test", log.Filters);
        var whole = QueryResult.Of(["File", "Position", "Binlog_Do_DB", "Binlog_Ignore_DB"], ["binlog.000001", 4L, "", ""]);
        Assert.Equal("", Map(Variables(), (ProbePart.BinaryLog, whole)).BinaryLog.Filters);
        Assert.Null(Map(Variables()).BinaryLog.Filters);
    }

    /// <summary>S4: a server that was started this moment is not one that does not tell since when it runs.</summary>
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("42", 42L)]
    [InlineData("", null)]
    public void A_server_in_its_first_second_tells_so(string told, long? seconds)
    {
        var status = told.Length == 0
            ? QueryResult.Of(["Variable_name", "Value"], ["Questions", "1"])
            : QueryResult.Of(["Variable_name", "Value"], ["Uptime", told]);
        Assert.Equal(seconds, Map(Variables(), (ProbePart.Status, status)).UptimeSeconds);
    }

    [Theory]
    [InlineData("source", "replica")]
    [InlineData("master", "slave")]
    public void What_a_source_was_asked_last_counts_before_what_it_was_asked_rarely(string source, string replica)
    {
        string[] columns = ["Variable_name", "Value"];
        var instance = Map(
            Variables(),
            (ProbePart.SemiSyncVariables, QueryResult.Of(columns, [$"rpl_semi_sync_{source}_enabled", "OFF"], [$"rpl_semi_sync_{source}_wait_for_{replica}_count", "1"])),
            (ProbePart.Status, QueryResult.Of(columns, [$"Rpl_semi_sync_{source}_status", "OFF"], [$"Rpl_semi_sync_{source}_clients", "0"])),
            (ProbePart.SemiSyncSettings, QueryResult.Of(
                [$"rpl_semi_sync_{source}_enabled", $"rpl_semi_sync_{source}_timeout", $"rpl_semi_sync_{source}_wait_for_{replica}_count"], [1, 123L, 2])),
            (ProbePart.SourceSemiSyncStatus, QueryResult.Of(columns, [$"Rpl_semi_sync_{source}_status", "ON"], [$"Rpl_semi_sync_{source}_clients", "3"])));
        Assert.Equal(new SemiSync(true, true, true, 2, 3, 123), instance.SemiSync);
    }

    [Theory]
    [InlineData(true, "source")]
    [InlineData(false, "master")]
    public void A_source_is_asked_in_the_words_of_its_plugin(bool saysSource, string word)
    {
        var asked = ProbeQuestions.SourceSemiSyncStatus(new SemiSyncWords(saysSource, saysSource)).Sql;
        Assert.Contains($"'Rpl_semi_sync_{word}_clients'", asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("source", "replica")]
    [InlineData("master", "slave")]
    public void Settings_are_asked_for_as_the_server_spells_them_and_only_those_it_has(string source, string replica)
    {
        string[] decisive = [$"rpl_semi_sync_{replica}_enabled", $"rpl_semi_sync_{source}_timeout"];
        string[] all = [.. decisive, $"rpl_semi_sync_{source}_trace_level", "rpl_semi_sync_unheard_of"];
        var listed = QueryResult.Of(["Variable_name", "Value"], [.. all.Select(name => new object?[] { name, "1" })]);
        var sql = ProbeQuestions.SemiSyncSettings(SemiSyncMapping.Settings(listed)).Sql;
        Assert.Equal($"SELECT @@GLOBAL.{decisive[0]} AS {decisive[0]}, @@GLOBAL.{decisive[1]} AS {decisive[1]}", sql);
    }

    [Fact]
    public void Channels_without_a_source_are_no_links_and_a_detached_one_is_marked()
    {
        static object?[] Row(string host, string channel) => [.. Enumerable.Range(0, NewColumns.Length).Select(i => NewColumns[i] switch
        {
            "Source_Host" => host, "Source_Port" => 3306, "Channel_Name" => channel, "Replica_IO_Running" or "Replica_SQL_Running" => "No", _ => (object?)"",
        })];
        var links = Map(Variables(), (ProbePart.Replication, QueryResult.Of(NewColumns, Row("", "a"), Row("<NULL>", "group_replication_applier"), Row("//db9", "d")))).Links;
        Assert.True(Assert.Single(links) is { IsDetached: true, Channel: "d" });
    }

    [Theory]
    [InlineData(0, 0, false, false, false)]
    [InlineData(1, 0, true, false, false)]
    [InlineData(1, 1, true, true, false)]
    [InlineData(0, 1, true, true, true)]
    public void A_server_that_only_waits_for_commits_blocks_writes_already(int readOnly, int superReadOnly, bool isReadOnly, bool isSuper, bool isPending)
    {
        var instance = Map(Variables(readOnly, superReadOnly));
        Assert.Equal((isReadOnly, isSuper, isPending), (instance.ReadOnly, instance.SuperReadOnly, instance.IsReadOnlyPending));
    }

    [Fact]
    public void A_server_without_a_binary_log_logs_nothing()
    {
        var variables = QueryResult.Of(
            ["version", "version_comment", "server_id", "log_bin", "log_replica_updates", "binlog_format", "gtid_mode", "gtid_executed", "gtid_purged", "port"],
            ["9.7.4", "", 7u, 0, 1, "ROW", "OFF", "", "", 3306]);
        var instance = Map(variables, (ProbePart.BinaryLog, QueryResult.Empty));
        Assert.False(instance.BinaryLog.Enabled || instance.LogsReplicaUpdates || instance.Gtid.Enabled);
        Assert.Null(instance.BinaryLog.Position);
    }

    [Fact]
    public void Identity_log_positions_names_and_replicas_are_read()
    {
        var instance = Map(
            Variables(),
            (ProbePart.BinaryLog, QueryResult.Of(["File", "Position"], ["binlog.000003", 793ul])),
            (ProbePart.NamedReplicas, QueryResult.Of(["Server_Id", "Host", "Port", "Source_Id", "Replica_UUID"], [2, "db2", 3306, 1, ""], [3, "", 3306, 1, ""], [4, "DB4", 0, 1, ""])),
            (ProbePart.Group, QueryResult.Of(["MEMBER_STATE", "MEMBER_ROLE", "GROUP_NAME"], ["ONLINE", "PRIMARY", "g"])),
            (ProbePart.DataCenter, QueryResult.Of(["dc"], ["dc1"])),
            (ProbePart.Status, QueryResult.Of(["Variable_name", "Value"], ["Uptime", "42"])));
        Assert.Equal(Uuid.ToLowerInvariant(), instance.ServerUuid);
        Assert.Equal(7u, instance.ServerId);
        Assert.Equal(BinlogPosition.Parse("binlog.000003:793"), instance.BinaryLog.Position);
        Assert.Equal([new InstanceKey("reported", 3310), new InstanceKey("host1", 3306)], instance.Aliases);
        Assert.Equal([new InstanceKey("db2", 3306)], instance.ReportedReplicas);
        Assert.True(instance.Group is { IsPrimary: true, Name: "g" });
        Assert.Equal(("dc1", (long?)42), (instance.Location.DataCenter, instance.UptimeSeconds));
    }

    [Theory]
    [InlineData("source", "replica")]
    [InlineData("master", "slave")]
    public void Semi_sync_is_read_in_either_spelling(string source, string replica)
    {
        string[] columns = ["Variable_name", "Value"];
        var variables = QueryResult.Of(columns,
            [$"rpl_semi_sync_{source}_enabled", "ON"], [$"rpl_semi_sync_{source}_timeout", "123"],
            [$"rpl_semi_sync_{source}_wait_for_{replica}_count", "2"], [$"rpl_semi_sync_{replica}_enabled", "OFF"]);
        var status = QueryResult.Of(columns, [$"Rpl_semi_sync_{source}_status", "ON"], [$"Rpl_semi_sync_{source}_clients", "3"], [$"Rpl_semi_sync_{replica}_status", "OFF"]);
        var instance = Map(Variables(), (ProbePart.SemiSyncVariables, variables), (ProbePart.Status, status));
        Assert.Equal(new SemiSync(true, true, true, 2, 3, 123, false, false), instance.SemiSync);
        Assert.Equal((source == "source", replica == "replica"), SemiSyncMapping.Words(variables) is { } w ? (w.SaysSource, w.SaysReplica) : default);
        Assert.Equal(SemiSync.Off, Map(Variables()).SemiSync);
    }

    [Theory]
    [MemberData(nameof(Versions.Each), MemberType = typeof(Versions))]
    public void Every_question_is_one_the_version_answers(string version)
    {
        var features = ServerFeatures.Of(ServerVersion.Parse(version));
        foreach (var question in ProbeQuestions.Of(features, Fleets.Options, ProbeDepth.Whole).Where(q => q.Part is ProbePart.Replication or ProbePart.BinaryLog or ProbePart.NamedReplicas))
            Versions.AssertTakes(version, question.Sql);
        var variables = ProbeQuestions.Of(features, Fleets.Options, ProbeDepth.Frequent)[0].Sql;
        Assert.Equal(!Versions.IsMariaDb(version), variables.Contains("server_uuid", StringComparison.Ordinal));
        Assert.Equal(version is not ("5.7.42" or "8.0.19") && !Versions.IsMariaDb(version), variables.Contains("@@GLOBAL.log_replica_updates", StringComparison.Ordinal));
    }

    private static string OldSpellingOf(string name) => name.StartsWith("Replicate", StringComparison.Ordinal) ? name : OldSpelling.Of(name);

    private static QueryResult Variables(int readOnly = 0, int superReadOnly = 0) => QueryResult.Of(
        ["version", "version_comment", "server_id", "read_only", "super_read_only", "log_bin", "log_replica_updates", "binlog_format", "report_host", "report_port", "hostname", "port",
            "server_uuid", "gtid_mode", "gtid_executed", "gtid_purged"],
        ["9.7.4", "(Debian)", 7u, readOnly, superReadOnly, 1, 1, "ROW", "reported", 3310, "host1", 3306, Uuid, "ON", "0000000b-0000-0000-0000-00000000000b:1-5", ""]);

    private static QueryResult MariaDbVariables() => QueryResult.Of(
        ["version", "version_comment", "server_id", "read_only", "log_bin", "log_replica_updates", "binlog_format", "report_host", "report_port", "hostname", "port", "gtid_binlog_state", "gtid_current_pos"],
        ["5.5.5-10.11.18-MariaDB", "", 7, 0, 1, 1, "ROW", null, 3306, "host1", 3306, "0-1-9,0-2-11", "0-2-11"]);

    private static Instance Map(QueryResult variables, params (ProbePart Part, QueryResult QueryResult)[] rest) =>
        InstanceMapping.Map(Key, rest.Append((ProbePart.Variables, variables)).ToDictionary(p => p.Item1, p => p.Item2));
}
