using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorAdoptTests
{
    private static readonly InstanceKey Db9 = new("db9", 3306);

    [Fact]
    public void A_server_that_follows_one_of_the_cluster_joins_it() => Desk.Run(desk =>
    {
        Appear(desk, Desk.Db2);
        var answer = Adopt(desk, "db9:3306", "SHOP");
        Assert.True(answer.End == OperationEnd.Done, answer.Refusal?.Says);
        Assert.Equal("db9:3306 is a member of cluster shop now", answer.Says);
        Assert.Contains(desk.Stored.Members, m => m.Key == Db9);
    });

    /// <summary>It was split off, and follows the old primary again.</summary>
    [Fact]
    public void A_member_of_another_cluster_leaves_that() => Desk.Run(desk =>
    {
        Appear(desk, Desk.Db2);
        desk.Memory.Store(new Topology(new ClusterId("c-other"), World.Noon, [desk.World.Now[Db9]!]));
        Assert.Equal(OperationEnd.Done, Adopt(desk, "db9", "shop").End);
        Assert.Contains(Assert.Single(desk.Memory.ReadAllAsync(default).Result).Members, m => m.Key == Db9);
    });

    [Theory]
    [InlineData("db2", "shop", OperationEnd.Refused, "db2:3306 is a member of cluster shop already")]
    [InlineData("db9", "shop", OperationEnd.Refused, "db9:3306 follows elsewhere:3306, and no server of cluster shop")]
    [InlineData("db8", "shop", OperationEnd.Refused, "db8:3306 cannot be seen (the name does not resolve)")]
    [InlineData("db9", "shopp", OperationEnd.BadInput, "cluster 'shopp': no cluster has this id, alias or member")]
    [InlineData("", "shop", OperationEnd.BadInput, "")]
    public void What_does_not_belong_there_is_refused(string name, string cluster, OperationEnd end, string because) => Desk.Run(desk =>
    {
        Appear(desk, new InstanceKey("elsewhere", 3306));
        desk.AssertRefused(end, because, Adopt(desk, name, cluster));
        Assert.DoesNotContain(desk.Memory.ReadAllAsync(default).Result.SelectMany(c => c.Members), m => m.Key == Db9);
    });

    private static void Appear(Desk desk, InstanceKey source) => desk.World.Put(t =>
    {
        var replica = t[Desk.Db3]!.Current!;
        var links = replica.Links.Select(l => l with { Source = source, SourceUuid = t[source]?.Current?.ServerUuid });
        return t.With(Member.SeenAs(
            replica with { Key = Db9, ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99, Links = [.. links] }, World.Noon));
    });

    private static OperationAnswer Adopt(Desk desk, string name, string cluster) => desk.Ask(v => v.Adopt.RunAsync(name, cluster, "dana", default));
}
