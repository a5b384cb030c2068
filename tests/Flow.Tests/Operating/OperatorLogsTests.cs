using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorLogsTests
{
    [Fact]
    public void The_files_that_hold_them_are_named_oldest_first() => Desk.Run(desk =>
    {
        var own = Write(desk, 4);
        desk.World.Logs = [("log.000003", Before(desk, $"{own}:1-3")), ("log.000002", Before(desk, $"{own}:1")), ("log.000001", "")];
        var answer = Locate(desk, "db2");
        Assert.Equal((OperationEnd.Done, $"log.000001  {own}:1\nlog.000002  {own}:2-3\nlog.000003  {own}:4"), (answer.End, answer.Says));
        var location = Assert.IsType<LoneTransactions>(answer.Value);
        Assert.Equal((Desk.Db2, $"{own}:1-4", ""), (location.Server, location.Errant, location.Missing));
        Assert.Empty(answer.Remarks);
        Assert.Empty(desk.Memory.Entries);
    });

    [Fact]
    public void What_was_deleted_with_its_file_is_told() => Desk.Run(desk =>
    {
        var own = Write(desk, 2);
        desk.World.Logs = [("log.000003", Before(desk, $"{own}:1"))];
        var answer = Locate(desk, "db2");
        Assert.Equal($"log.000003  {own}:2", answer.Says);
        Assert.Equal([$"{own}:1 stands in none of the 1 files that were read", "its file was deleted, or it was never written to one"], answer.Remarks);

        desk.World.Logs = [("log.000003", Before(desk, $"{own}:1-2"))];
        Assert.Equal("none of the errant transactions of db2:3306 stands in its binary logs", Locate(desk, "db2").Says);
    });

    [Theory]
    [InlineData("db2")]
    [InlineData("db1")]
    public void A_server_without_any_is_no_error(string name) => Desk.Run(desk =>
        Assert.Equal((OperationEnd.Done, $"{name}:3306 has no errant transactions"), (Locate(desk, name).End, Locate(desk, name).Says)));

    [Fact]
    public void What_keeps_it_from_being_answered_is_told() => Desk.Run(desk =>
    {
        desk.AssertRefused(OperationEnd.BadInput, "server 'db9:3306': no known server has this name", Locate(desk, "db9"));
        Write(desk, 1);
        desk.AssertRefused(OperationEnd.Refused, "the files cannot be read", Locate(desk, "db2"));
        desk.World.Revive(Desk.Db2, i => i with { BinaryLog = new BinaryLog(false, false, "ROW") });
        desk.AssertRefused(OperationEnd.Refused, "db2:3306 has no binary log", Locate(desk, "db2"));
        desk.World.Revive(Desk.Db2, i => i with { Gtid = i.Gtid with { Executed = MariaDbGtidSet.Parse("0-1-100") } });
        desk.AssertRefused(OperationEnd.Refused, "db2:3306 runs MariaDB, whose binary log files", Locate(desk, "db2"));
        desk.World.Fail(World.Primary, ProbeFailureKind.TimedOut);
        desk.AssertRefused(OperationEnd.Refused, "what is errant shows against the primary", Locate(desk, "db3"));
        desk.World.Fail(Desk.Db2, ProbeFailureKind.TimedOut);
        desk.AssertRefused(OperationEnd.Refused, "db2:3306 was not seen", Locate(desk, "db2"));
    });

    // Transactions of its own.
    private static string Write(Desk desk, int count)
    {
        var own = desk.World.Now[Desk.Db2]!.Current!.ServerUuid!;
        desk.World.Revive(Desk.Db2, i => i with { Gtid = i.Gtid with { Executed = ((GtidSet)i.Gtid.Executed).Union(GtidSet.Parse($"{own}:1-{count}")) } });
        return own;
    }

    private static string Before(Desk desk, string own) => $"{desk.World.Now[World.Primary]!.Current!.Gtid.Executed},{own}";

    private static OperationAnswer Locate(Desk desk, string name) => desk.Ask(v => v.Logs.LocateAsync(name, default));
}
