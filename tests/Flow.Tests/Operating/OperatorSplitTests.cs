using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Operating;

/// <summary>Somebody made db2 a writer of its own and put db3 below it; db4 follows db1 still.</summary>
public sealed class OperatorSplitTests
{
    private static readonly InstanceKey Db4 = new("db4", 3306);

    [Fact]
    public void A_writer_with_what_follows_it_becomes_a_cluster_of_its_own() => Desk.Run(desk =>
    {
        Cut(desk);
        var answer = Split(desk, "DB2", "store");
        Assert.True(answer.End == OperationEnd.Done, answer.Refusal?.Says);
        Assert.StartsWith("db2:3306 and what follows it are cluster c-", answer.Says, StringComparison.Ordinal);
        Assert.EndsWith("; the alias of cluster " + Own(desk).Id + " is 'store'", answer.Says, StringComparison.Ordinal);
        Assert.Equal(["db2", "db3"], Own(desk).Members.Select(m => m.Key.Host).Order());
        Assert.Equal(["db1", "db4"], desk.Stored.Members.Select(m => m.Key.Host).Order());
        Assert.Equal("shop", desk.Stored.Alias);
    });

    [Theory]
    [InlineData("nobody:1", "", OperationEnd.BadInput, "server 'nobody:1': no known server has this name")]
    [InlineData("db2", "--json", OperationEnd.BadInput, "alias '--json': expected up to 60 characters")]
    [InlineData("db2", "shop", OperationEnd.Refused, "alias 'shop': cluster c-test of db1:3306 has this name")]
    [InlineData("db3", "", OperationEnd.Refused, "db3:3306 follows db2:3306")]
    public void What_cannot_be_split_is_told(string name, string alias, OperationEnd end, string because) => Desk.Run(desk =>
    {
        Cut(desk);
        desk.AssertRefused(end, because, Split(desk, name, alias));
        Assert.Single(desk.Memory.ReadAllAsync(default).Result);
    });

    [Fact]
    public void What_has_no_writer_of_its_own_stays() => Desk.Run(desk =>
    {
        Cut(desk);
        Change(desk, Desk.Db2, i => i with { ReadOnly = true });
        desk.AssertRefused(OperationEnd.Refused, "db2:3306 refuses writes, and a cluster hangs below a writer", Split(desk, "db2", ""));
    });

    [Fact]
    public void The_larger_part_keeps_the_cluster() => Desk.Run(desk =>
    {
        Cut(desk);
        Change(desk, Db4, i => i with { Links = desk.World.Now[Desk.Db3]!.Current!.Links });
        var answer = Split(desk, "db2", "");
        Assert.Equal(OperationEnd.Refused, answer.End);
        Assert.StartsWith("db2:3306 has most servers of cluster shop", answer.Refusal!.Because, StringComparison.Ordinal);
    });

    [Fact]
    public void While_a_recovery_left_something_open_nothing_leaves() => Desk.Run(desk =>
    {
        Cut(desk);
        desk.Memory.Keep(World.Cluster, Ledger.Empty with { Version = 1, Entries = [new LedgerEntry.FormerPrimary(Desk.Db3, "r1", World.Noon)] });
        desk.AssertRefused(OperationEnd.Refused, "a recovery left something open in cluster c-test", Split(desk, "db2", ""));
    });

    private static StoredCluster Own(Desk desk) => desk.Memory.ReadAllAsync(default).Result.Single(c => c.Id != World.Cluster);

    private static void Cut(Desk desk)
    {
        Change(desk, Desk.Db2, i => i with { Links = [], ReadOnly = false, SuperReadOnly = false });
        var writer = desk.World.Now[Desk.Db2]!.Current!;
        Change(desk, Desk.Db3, i => i with { Links = [.. i.Links.Select(l => l with { Source = Desk.Db2, SourceUuid = writer.ServerUuid })] });
        Change(desk, World.Primary, i => i with { ReportedReplicas = [Db4] });
    }

    private static void Change(Desk desk, InstanceKey key, Func<Instance, Instance> change) =>
        desk.World.Put(t => t.With(Member.SeenAs(change(t[key]!.Current!), World.Noon)));

    private static OperationAnswer Split(Desk desk, string name, string alias) => desk.Ask(v => v.Split.RunAsync(name, alias, "dana", default));
}
