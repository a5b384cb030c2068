using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Wording;

namespace OrchestratorFunctions.MySql.Tests.Wording;

public sealed class StepStatementsTests
{
    private static readonly InstanceKey On = new("db3306", 3306);
    private static readonly InstanceKey Source = new("new", 3307);

    public static TheoryData<string> Each => Versions.Each;

    [Theory]
    [MemberData(nameof(Each))]
    public void Every_statement_of_every_step_is_one_the_version_takes(string version)
    {
        var stopped = Versions.Link(receiver: ReplicationThread.Stopped, applier: ReplicationThread.Stopped);
        PlanStep[] steps =
        [
            new StopReceiving(On), new StartReplication(On), new PointTo(On, Source), new ForgetSource(On),
            new WaitUntilApplied(On, GtidPosition.EmptyFor(ServerVersion.Parse(version).Flavor)), new SetReadOnly(On), new Fence(On), new SetWritable(On),
            new SetSemiSync(On, true, false), new SetSemiSync(On, false, true),
        ];
        foreach (var step in steps)
            foreach (var links in new[] { [], new[] { Versions.Link() }, [stopped], [Versions.Link("c1"), Versions.Link("c2")] })
                // Which of two channels is meant has to be said.
                foreach (var statement in step is PointTo && links.Length > 1 ? [] : Statements(step, Versions.Server(version, 3306, links)))
                    Versions.AssertTakes(version, statement);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void Waits_are_in_the_words_of_the_flavour(string version)
    {
        GtidPosition position = Versions.IsMariaDb(version) ? MariaDbGtidSet.Parse("0-1-5,0-2-9") : GtidSet.Parse("00000001-0000-0000-0000-000000000001:1-5");
        var wait = StepStatements.Wait(position, TimeSpan.FromSeconds(1));
        Versions.AssertTakes(version, wait);
        Assert.Equal(Versions.IsMariaDb(version) ? "SELECT MASTER_GTID_WAIT('0-2-9', 1)" : "SELECT WAIT_FOR_EXECUTED_GTID_SET('00000001-0000-0000-0000-000000000001:1-5', 1)", wait);
    }

    /// <summary>S19: a thread that a person stopped stays so.</summary>
    [Theory]
    [InlineData("9.7.4", ReplicationThreads.Applier, "START REPLICA SQL_THREAD")]
    [InlineData("9.7.4", ReplicationThreads.Receiver, "START REPLICA IO_THREAD")]
    [InlineData("9.7.4", ReplicationThreads.Neither, "")]
    [InlineData("10.11.18-MariaDB", ReplicationThreads.Applier, "START SLAVE SQL_THREAD")]
    [InlineData("10.11.18-MariaDB", ReplicationThreads.Neither, "")]
    public void What_is_pointed_elsewhere_is_started_as_it_was(string version, ReplicationThreads threads, string start)
    {
        var statements = Statements(new PointTo(On, Source) { Threads = threads }, Versions.Server(version, 3306, Versions.Link()));
        Assert.Equal(start.Length > 0 ? [start] : [], statements.Where(s => s.StartsWith("START", StringComparison.Ordinal)));
        Assert.Contains(statements, s => s.StartsWith("CHANGE", StringComparison.Ordinal));
        Assert.Empty(Statements(new StartReplication(On) { Threads = ReplicationThreads.Neither }, Versions.Server(version, 3306, Versions.Link(receiver: ReplicationThread.Stopped))));
    }

    [Fact]
    public void An_existing_link_is_told_its_address_and_heartbeat_only() => Assert.Equal(
        [
            "STOP REPLICA FOR CHANNEL 'c1'",
            "CHANGE REPLICATION SOURCE TO SOURCE_HOST='new', SOURCE_PORT=3307, SOURCE_HEARTBEAT_PERIOD=2.5, SOURCE_AUTO_POSITION=1 FOR CHANNEL 'c1'",
            "START REPLICA FOR CHANNEL 'c1'",
        ],
        Statements(new PointTo(On, Source), Versions.Server("9.7.4", 3306, Versions.Link("c1"))));

    /// <summary>Its relay log is kept, so the new source must have what stands in it (S4); 5.7 does not wait for it.</summary>
    [Theory]
    [InlineData("9.7.4", "1-9", ReplicationThreads.Both, "STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD")]
    [InlineData("9.7.4", "1-9", ReplicationThreads.Applier, "STOP REPLICA IO_THREAD", null)]
    [InlineData("9.7.4", "1-9", ReplicationThreads.Receiver, "STOP REPLICA", "START REPLICA IO_THREAD")]
    [InlineData("9.7.4", "1-8", ReplicationThreads.Both, "STOP REPLICA", "START REPLICA")]
    [InlineData("9.7.4", null, ReplicationThreads.Both, "STOP REPLICA", "START REPLICA")]
    [InlineData("5.7.42", "1-9", ReplicationThreads.Both, "STOP SLAVE", "START SLAVE")]
    public void An_applier_goes_on_where_the_new_source_has_all_that_it_has_received(
        string version, string? has, ReplicationThreads threads, string stop, string? start)
    {
        const string uuid = "00000001-0000-0000-0000-000000000001";
        var link = Versions.Link() with { AutoPosition = true, Received = GtidSet.Parse($"{uuid}:1-9") };
        var server = Versions.Server(version, 3306, link) with { Gtid = GtidState.Off with { Executed = GtidSet.Parse($"{uuid}:1-7") } };
        var source = Versions.Server(version, Source.Port) with
        {
            Key = Source, Gtid = GtidState.Off with { Executed = GtidSet.Parse($"{uuid}:{has ?? "1"}") },
        };
        var seen = has is null ? Versions.Of(server) : Versions.Of(server, source);

        var statements = StepStatements.Of(new PointTo(On, Source) { Threads = threads }, server, seen, Fleets.Options);

        string?[] around = [statements[0].Text, statements.Count > 2 ? statements[2].Text : null];
        Assert.Equal([stop, start], around);
        Assert.Equal(!stop.Contains("IO_THREAD", StringComparison.Ordinal), statements[1].Text.Contains("_AUTO_POSITION=1", StringComparison.Ordinal));
        Assert.All(statements, s => Versions.AssertTakes(version, s.Text));
    }

    [Fact]
    public void A_link_whose_heartbeat_is_unknown_is_not_given_one() =>
        Assert.DoesNotContain("HEARTBEAT", string.Join(';', Statements(new PointTo(On, Source), Versions.Server("5.7.42", 3306, Versions.Link() with { HeartbeatInterval = null }))), StringComparison.Ordinal);

    [Fact]
    public void A_new_link_gets_account_retries_and_its_siblings_heartbeat_and_masks_the_password()
    {
        var options = Fleets.Options with { ReplicationPassword = @"a'b\c" };
        var sibling = Versions.Server("9.7.4", 3310, Versions.Link() with { HeartbeatInterval = TimeSpan.FromSeconds(0.5) });
        var server = Versions.Server("9.7.4");
        var statements = StepStatements.Of(new PointTo(On, Source), server, Versions.Of(server, sibling), options);
        Assert.Equal(
            @"CHANGE REPLICATION SOURCE TO SOURCE_HOST='new', SOURCE_PORT=3307, SOURCE_USER='repl', SOURCE_PASSWORD='a''b\\c', " +
            "SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=86400, GET_SOURCE_PUBLIC_KEY=1, SOURCE_HEARTBEAT_PERIOD=0.5, SOURCE_AUTO_POSITION=1",
            statements[0].Text);
        Assert.Equal(statements[0].Text.Replace(@"'a''b\\c'", "'***'", StringComparison.Ordinal), statements[0].Masked);
        Assert.All(statements, s => Assert.DoesNotContain(@"a''b", s.Masked, StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_link_without_an_account_is_refused_in_words()
    {
        var server = Versions.Server("9.7.4");
        var e = Assert.Throws<InvalidOperationException>(() => StepStatements.Of(new PointTo(On, Source), server, Versions.Of(server), Fleets.Options with { ReplicationUser = "", ReplicationPassword = "" }));
        Assert.Contains("MySql:ReplicationUser", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_demoted_MariaDB_server_begins_where_its_own_log_ends() => Assert.Equal(
        [
            "SET GLOBAL gtid_slave_pos=@@GLOBAL.gtid_binlog_pos",
            "CHANGE MASTER TO MASTER_HOST='new', MASTER_PORT=3307, MASTER_USER='repl', MASTER_PASSWORD='repl', MASTER_CONNECT_RETRY=1, MASTER_HEARTBEAT_PERIOD=1, MASTER_USE_GTID=slave_pos",
            "START SLAVE",
        ],
        Statements(new PointTo(On, Source), Versions.Server("10.11.18-MariaDB")));

    [Fact]
    public void MariaDB_connections_are_named_in_their_place() => Assert.Equal(
        ["STOP SLAVE 'c1' IO_THREAD"], Statements(new StopReceiving(On), Versions.Server("11.8.6-MariaDB", 3306, Versions.Link("c1"))));

    [Theory]
    [InlineData("8.0.36", "START REPLICA IO_THREAD FOR CHANNEL 'c'", "START REPLICA SQL_THREAD FOR CHANNEL 'c'", "START REPLICA FOR CHANNEL 'c'")]
    [InlineData("9.7.4", "START REPLICA IO_THREAD FOR CHANNEL 'c'", "START REPLICA SQL_THREAD FOR CHANNEL 'c'", "START REPLICA FOR CHANNEL 'c'")]
    [InlineData("10.11.18-MariaDB", "START SLAVE 'c' IO_THREAD", "START SLAVE 'c' SQL_THREAD", "START SLAVE 'c'")]
    public void A_start_names_the_threads_that_are_meant(string version, string receiver, string applier, string both)
    {
        var server = Versions.Server(version, 3306, Versions.Link("c", ReplicationThread.Stopped, ReplicationThread.Stopped));
        Assert.Equal([receiver], Statements(new StartReplication(On) { Threads = ReplicationThreads.Receiver }, server));
        Assert.Equal([applier], Statements(new StartReplication(On) { Threads = ReplicationThreads.Applier }, server));
        Assert.Equal([both], Statements(new StartReplication(On), server));
        var receives = Versions.Server(version, 3306, Versions.Link("c", ReplicationThread.Running, ReplicationThread.Stopped));
        Assert.Empty(Statements(new StartReplication(On) { Threads = ReplicationThreads.Receiver }, receives));
    }

    [Fact]
    public void Only_what_stands_still_is_started_and_only_what_runs_is_stopped()
    {
        var server = Versions.Server("9.7.4", 3306, Versions.Link("a"), Versions.Link("b", ReplicationThread.Stopped, ReplicationThread.Stopped));
        Assert.Equal(["STOP REPLICA IO_THREAD FOR CHANNEL 'a'"], Statements(new StopReceiving(On), server));
        Assert.Equal(["START REPLICA FOR CHANNEL 'b'"], Statements(new StartReplication(On), server));
        Assert.Equal(["START REPLICA SQL_THREAD FOR CHANNEL 'b'"], Statements(new WaitUntilApplied(On, GtidSet.Empty), server));
    }

    /// <summary>Beside named channels MySQL takes a statement without a name for all of them, or refuses it (error 3079).</summary>
    [Theory]
    [InlineData("9.7.4", "a", "STOP REPLICA IO_THREAD FOR CHANNEL 'a'", "STOP REPLICA FOR CHANNEL 'a' RESET REPLICA ALL FOR CHANNEL 'a'", "FOR CHANNEL 'a'", "START REPLICA FOR CHANNEL 'a'")]
    [InlineData("9.7.4", "", "STOP REPLICA IO_THREAD FOR CHANNEL ''", "STOP REPLICA FOR CHANNEL '' RESET REPLICA ALL FOR CHANNEL ''", "FOR CHANNEL ''", "START REPLICA FOR CHANNEL ''")]
    [InlineData("10.11.18-MariaDB", "a", "STOP SLAVE 'a' IO_THREAD", "STOP SLAVE 'a' RESET SLAVE 'a' ALL", "CHANGE MASTER 'a' TO", "START SLAVE 'a'")]
    [InlineData("10.11.18-MariaDB", "", "STOP SLAVE IO_THREAD", "STOP SLAVE RESET SLAVE ALL", "CHANGE MASTER TO", "START SLAVE")]
    public void One_channel_of_two_is_named_in_every_statement(string version, string channel, string stop, string forget, string change, string start)
    {
        var on = new StepTarget.Server(On, channel);
        var server = Versions.Server(version, 3306, Versions.Link("a"), Versions.Link());
        Assert.Equal([stop], Statements(new StopReceiving(on), server));
        Assert.Equal(forget, string.Join(' ', Statements(new ForgetSource(on), server)));
        var pointing = Statements(new PointTo(on, Source), server);
        Assert.Contains(change, pointing[1], StringComparison.Ordinal);
        Assert.Equal(start, pointing[2]);
        Assert.DoesNotContain("_USER", pointing[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_beside_others_is_made_on_its_own_channel()
    {
        var statements = Statements(new PointTo(new StepTarget.Server(On, ""), Source), Versions.Server("9.7.4", 3306, Versions.Link("a")));
        Assert.EndsWith(" FOR CHANNEL ''", statements[0], StringComparison.Ordinal);
        Assert.Contains("SOURCE_USER='repl'", statements[0], StringComparison.Ordinal);
        Assert.Equal("START REPLICA FOR CHANNEL ''", statements[1]);
    }

    [Fact]
    public void Which_of_several_channels_is_meant_is_not_guessed()
    {
        var e = Assert.Throws<InvalidOperationException>(() => Statements(new PointTo(On, Source), Versions.Server("9.7.4", 3306, Versions.Link("a"), Versions.Link("b"))));
        Assert.Contains("channels 'a', 'b'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_threads_that_are_meant_are_started()
    {
        var server = Versions.Server("9.7.4", 3306, Versions.Link(receiver: ReplicationThread.Stopped, applier: ReplicationThread.Stopped));
        Assert.Equal(["START REPLICA IO_THREAD"], Statements(new StartReplication(On) { Threads = ReplicationThreads.Receiver }, server));
        Assert.Equal("START REPLICA IO_THREAD", Statements(new PointTo(On, Source) { Threads = ReplicationThreads.Receiver }, server)[^1]);
    }

    [Fact]
    public void Semi_sync_names_follow_the_loaded_plugin_and_an_acknowledging_receiver_starts_anew()
    {
        var replica = Versions.Server("8.4.13", 3306, Versions.Link());
        Assert.Equal(
            ["SET GLOBAL rpl_semi_sync_slave_enabled=ON", "STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD"],
            Statements(new SetSemiSync(On, false, true), replica, new SemiSyncWords(true, false)));
        var source = Versions.Server("9.7.4") with { SemiSync = new SemiSync(Available: true, ReplicaEnabled: true) };
        Assert.Equal(
            ["SET GLOBAL rpl_semi_sync_source_timeout=10000, GLOBAL rpl_semi_sync_source_wait_for_replica_count=2, GLOBAL rpl_semi_sync_source_enabled=ON, GLOBAL rpl_semi_sync_replica_enabled=OFF"],
            Statements(new SetSemiSync(On, true, false, WaitForReplicas: 2), source));
        Assert.Equal(
            ["SET GLOBAL rpl_semi_sync_master_timeout=10000, GLOBAL rpl_semi_sync_master_enabled=ON"],
            Statements(new SetSemiSync(On, true, false), Versions.Server("10.11.18-MariaDB")));
    }

    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("it's", "'it''s'")]
    [InlineData(@"back\slash'", @"'back\\slash'''")]
    public void Literals_are_quoted(string text, string literal)
    {
        Assert.Equal(literal, Sql.Quote(text));
        Assert.Throws<ArgumentException>(() => Sql.Quote("zero\0"));
    }

    private static string[] Statements(PlanStep step, Instance instance, SemiSyncWords? words = null) =>
        [.. StepStatements.Of(step, instance, Versions.Of(instance), Fleets.Options, words).Select(s => s.Text)];
}
