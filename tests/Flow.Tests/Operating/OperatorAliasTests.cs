using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorAliasTests
{
    private static readonly ClusterId Other = new("c-other");

    [Fact]
    public void An_alias_is_changed_and_taken_back() => Desk.Run(desk =>
    {
        Assert.Equal("the alias of cluster c-test is 'store', before 'shop'", Set(desk, "SHOP", "store").Says);
        desk.AssertAudited("alias", null, "'store', before 'shop'");
        Assert.Equal("the alias of cluster c-test is none, before 'store'", Set(desk, "db3", "").Says);
        Assert.Equal(("", 2), (desk.Stored.Alias, desk.Declared));
        Assert.Equal("cluster c-test has no alias", Set(desk, "c-test", "").Refusal!.Because);
    });

    [Theory]
    [InlineData("nobody", "store", OperationEnd.BadInput, "cluster 'nobody': no cluster has this id")]
    [InlineData("shop", "--json", OperationEnd.BadInput, "alias '--json': expected up to 60 characters")]
    [InlineData("shop", "shop", OperationEnd.Refused, "cluster c-test has the alias 'shop' already")]
    [InlineData("shop", "WIKI", OperationEnd.Refused, "alias 'WIKI': cluster c-other has this name")]
    [InlineData("shop", "db3", OperationEnd.Refused, "alias 'db3': is a name of server db3:3306")]
    public void One_that_is_wrong_or_taken_is_refused(string name, string alias, OperationEnd end, string because) => Desk.Run(desk =>
    {
        desk.Memory.SaveClusterAsync(Other, "wiki", default);
        desk.AssertRefused(end, because, Set(desk, name, alias));
        Assert.Equal("shop", desk.Stored.Alias);
    });

    [Fact]
    public void Writing_it_differently_is_a_change() => Desk.Run(desk => Assert.Equal(OperationEnd.Done, Set(desk, "shop", "Shop").End));

    [Fact]
    public void While_servers_are_discovered_nobody_gives_names() => Desk.Run(desk =>
    {
        desk.Memory.TryAcquireAsync(DiscoverInstances.LeaseName, "another", TimeSpan.FromMinutes(5), default);
        desk.AssertRefused(OperationEnd.Refused, "another process discovers servers at this moment", Set(desk, "shop", "store"));
    });

    private static OperationAnswer Set(Desk desk, string name, string alias) => desk.Ask(v => v.Alias.SetAsync(name, alias, "dana", default));
}
