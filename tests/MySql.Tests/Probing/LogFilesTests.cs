using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Reading;

namespace OrchestratorFunctions.MySql.Tests.Probing;

public sealed class LogFilesTests
{
    private const string One = "00000001-0000-0000-0000-000000000000", Two = "00000002-0000-0000-0000-000000000000";

    [Fact]
    public void A_file_begins_with_what_was_executed_before_it()
    {
        Assert.Equal(GtidSet.Parse($"{One}:1-9,{Two}:1"), LogFiles.Before(Beginning("Previous_gtids", $"{One}:1-9,\n{Two}:1")));
        Assert.Equal(GtidSet.Empty, LogFiles.Before(Beginning("Previous_gtids", "")));
        Assert.Null(LogFiles.Before(Beginning("Gtid_list", "[0-1-9]")));
    }

    [Theory]
    [InlineData(ProbeFailureKind.AuthenticationDenied, "REPLICATION CLIENT and REPLICATION SLAVE on db1:3306 for the account of MySql:User")]
    [InlineData(ProbeFailureKind.TimedOut, "")]
    public void A_privilege_that_lacks_is_named(ProbeFailureKind kind, string remedy)
    {
        var refusal = LogFiles.WhyNot(InstanceKey.Parse("db1:3306"), new ProbeOutcome.Failed(kind, "no"));
        Assert.Equal(("the binary log files of db1:3306 could not be read (no)", remedy), (refusal.Because, refusal.Remedy));
    }

    [Fact]
    public async Task The_files_of_a_server_tell_where_its_own_transactions_are()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var replica = fleet.Servers.Replicas[0];
        await replica.ExecuteAsync("SET GLOBAL super_read_only=0; CREATE DATABASE alone; FLUSH BINARY LOGS; CREATE DATABASE alone2; CREATE DATABASE alone3; FLUSH BINARY LOGS");
        var files = (await replica.QueryAsync("SHOW BINARY LOGS")).Select(f => (string)f["Log_name"]!).ToArray();
        var executed = (GtidSet)(await fleet.SeeAsync(replica)).Gtid.Executed;
        var own = GtidSet.Parse($"{replica.ServerUuid}:1-3");
        var read = await fleet.Room.Probe.SearchLogsAsync(Fleets.Key(replica), LogSearch.For(own, executed), TimeSpan.FromSeconds(10), default);
        Assert.Null(read.WhyNot);
        Assert.Equal([$"{files[^3]} {replica.ServerUuid}:1", $"{files[^2]} {replica.ServerUuid}:2-3"], read.Search.Found.Select(f => $"{f.File} {f.Transactions}"));
        Assert.True(read.Search.IsOver && read.Files == files.Length);

        await replica.ExecuteAsync($"PURGE BINARY LOGS TO '{files[^2]}'");
        var left = (await fleet.Room.Probe.SearchLogsAsync(Fleets.Key(replica), LogSearch.For(own, executed), TimeSpan.FromSeconds(10), default)).Search;
        Assert.Equal((files[^2], $"{replica.ServerUuid}:1"), (left.Found.Single().File, left.Left.ToString()));

        // What keeps the files from being read is a reason, and no exception.
        var nobody = await fleet.Room.Probe.SearchLogsAsync(new("127.0.0.1", 1), LogSearch.For(own, executed), TimeSpan.FromSeconds(5), default);
        Assert.StartsWith("the binary log files of 127.0.0.1:1 could not be read", nobody.WhyNot!.Because, StringComparison.Ordinal);
    }

    private static QueryResult Beginning(string type, string info) => QueryResult.Of(
        ["Log_name", "Pos", "Event_type", "Server_id", "End_log_pos", "Info"],
        ["binlog.000002", 4L, "Format_desc", 1L, 127L, "Server ver: 9.7.4, Binlog ver: 4"], ["binlog.000002", 127L, type, 1L, 198L, info]);
}
