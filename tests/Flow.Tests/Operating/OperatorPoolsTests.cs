using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorPoolsTests
{
    [Fact]
    public void A_pool_is_what_was_submitted_last() => Desk.Run(desk =>
    {
        Assert.Equal("pool readers is db2:3306, db3:3306 now", Submit(desk, "readers", "DB3, db2,db2:3306,").Says);
        var entry = desk.Memory.Entries[^1];
        Assert.Equal(("dana", "pool", "readers: 2 servers: disks"), (entry.Actor, entry.Act, entry.Says));
        Assert.Equal(OperationEnd.Done, Submit(desk, "Readers", "db4").End);
        Assert.Equal("pool readers is db1:3306 now", Submit(desk, "readers", "db1").Says);
        Assert.Equal(["Readers: db4:3306", "readers: db1:3306"], List(desk));
        Assert.Equal(("dana", World.Noon), (desk.Verbs.Pools.ListAsync(default).Result[0].By, desk.Verbs.Pools.ListAsync(default).Result[0].At));
    });

    [Fact]
    public void A_pool_is_given_up() => Desk.Run(desk =>
    {
        desk.AssertRefused(OperationEnd.Refused, "there is no pool readers", Remove(desk, "readers"));
        Submit(desk, "readers", "db2");
        Assert.Equal("there is no pool readers any more", Remove(desk, "readers").Says);
        Assert.Empty(List(desk));
    });

    [Fact]
    public void Servers_that_are_not_known_are_left_out_and_named() => Desk.Run(desk =>
    {
        var answer = Submit(desk, "readers", "db2,db9,nobody:1");
        Assert.Equal(OperationEnd.PartlyDone, answer.End);
        Assert.Equal("pool readers is db2:3306 now; left out, because no known server has this name: db9, nobody:1", answer.Says);
        Assert.Equal(["readers: db2:3306"], List(desk));
    });

    [Fact]
    public void A_server_that_is_forgotten_is_in_no_pool() => Desk.Run(desk =>
    {
        Submit(desk, "readers", "db2,db3");
        desk.Memory.ForgetAsync(World.Cluster, [Desk.Db2], default);
        Assert.Equal(["readers: db3:3306"], List(desk));
    });

    [Theory]
    [InlineData("", "db2", "pool '': expected")]
    [InlineData("readers", "", "pool readers: 0 servers; expected 1 to 5000")]
    [InlineData("readers", "db9", "server 'db9:3306': no known server has this name")]
    public void What_cannot_be_meant_changes_nothing(string pool, string servers, string because) => Desk.Run(desk =>
        desk.AssertRefused(OperationEnd.BadInput, because, Submit(desk, pool, servers)));

    private static IEnumerable<string> List(Desk desk) =>
        desk.Verbs.Pools.ListAsync(default).Result.Select(p => $"{p.Pool}: {string.Join(", ", p.Servers)}");

    private static OperationAnswer Submit(Desk desk, string pool, string servers) =>
        desk.Ask(v => v.Pools.SubmitAsync(pool, servers, "dana", "disks", default));

    private static OperationAnswer Remove(Desk desk, string pool) =>
        desk.Ask(v => v.Pools.RemoveAsync(pool, "dana", "disks", default));
}
