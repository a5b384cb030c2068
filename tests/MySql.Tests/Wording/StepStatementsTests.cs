using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Wording;

namespace OrchestratorFunctions.MySql.Tests.Wording;

/// <summary>What is sent to which version is written in Plays; here is what the text does not show.</summary>
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
