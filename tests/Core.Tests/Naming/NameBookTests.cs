using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Core.Tests.Naming;

public sealed class NameBookTests
{
    private static readonly ClusterId Shop = new("c-shop"), Wiki = new("c-wiki");

    private static readonly NameBook Book = new(
    [
        new(Shop, "Shop", [Server("10.0.0.1:3306", "db1:3306", "primary.example.com:3306"), Server("10.0.0.2:3306", "db2:3306", "twin:3306")]),
        new(Wiki, "", [Server("10.0.1.1:3307", "twin:3306"), Server("db1:3307")]),
    ]);

    [Theory]
    [InlineData("c-shop")]
    [InlineData("C-SHOP")]
    [InlineData("shop")]
    [InlineData(" SHOP ")]
    [InlineData("10.0.0.2:3306")]
    [InlineData("10.0.0.2")]
    [InlineData("DB1")]
    [InlineData("Primary.Example.Com:3306")]
    public void A_cluster_is_found_by_its_id_its_alias_or_any_name_of_a_server(string name) =>
        Assert.Equal(Shop, Book.Cluster(name).Cluster?.Id);

    [Theory]
    [InlineData("db1", "10.0.0.1:3306")]
    [InlineData("DB2:3306", "10.0.0.2:3306")]
    [InlineData("10.0.0.1", "10.0.0.1:3306")]
    [InlineData("db1:3307", "db1:3307")]
    public void A_server_is_found_by_any_of_its_names(string name, string key) =>
        Assert.Equal(key, Book.Server(name).Server?.Server?.ToString());

    [Theory]
    [InlineData("shpo", "cluster 'shpo': no cluster has this id, alias or member; did you mean 'Shop'?")]
    [InlineData("another", "cluster 'another': no cluster has this id, alias or member")]
    [InlineData("db9:3306", "cluster 'db9:3306': no cluster has this id, alias or member; did you mean 'db1:3307'?")]
    [InlineData("twin", "cluster 'twin': names 2 clusters (c-shop, c-wiki)")]
    public void A_name_that_is_no_clusters_is_refused_with_the_nearest_one(string name, string because)
    {
        var (cluster, refusal) = Book.Cluster(name);
        Assert.Null(cluster);
        Assert.Equal(because, refusal!.Because);
        Assert.NotEqual("", refusal.Remedy);
    }

    [Theory]
    [InlineData("10.0.0.3:3306", "server '10.0.0.3:3306': no known server has this name; did you mean '10.0.0.1:3306'?")]
    [InlineData("far.example.com", "server 'far.example.com:3306': no known server has this name")]
    [InlineData("twin:3306", "server 'twin:3306': is a name of 2 servers (10.0.0.2:3306, 10.0.1.1:3307)")]
    [InlineData("db1:what", "server 'db1:what': port 'what' must be a number from 1 to 65535")]
    public void A_name_that_is_no_servers_is_refused(string name, string because)
    {
        var (server, refusal) = Book.Server(name);
        Assert.Null(server);
        Assert.Equal(because, refusal!.Because);
    }

    [Fact]
    public void Within_a_cluster_only_its_servers_are_meant()
    {
        Assert.Equal("10.0.1.1:3307", Book.Server("twin", Wiki).Server?.Name);
        Assert.Equal("server 'db2:3306' belongs to cluster Shop", Book.Server("db2", Wiki).Refusal?.Because);
        Assert.Equal("server 'db7:1': no server of cluster c-wiki has this name", Book.Server("db7:1", Wiki).Refusal?.Because);
    }

    [Fact]
    public void An_alias_means_the_cluster_and_a_servers_name_the_server()
    {
        Assert.Null(Book.Either("shop").Named!.Server);
        Assert.Equal("10.0.0.1:3306", Book.Either("db1").Named!.Name);
        Assert.StartsWith("cluster 'wikki':", Book.Either("wikki").Refusal!.Because, StringComparison.Ordinal);
        Assert.StartsWith("server 'db9:3306':", Book.Either("db9:3306").Refusal!.Because, StringComparison.Ordinal);
    }

    // It may have to be forgotten.
    [Theory]
    [InlineData("old,older:3306")]
    [InlineData("25001:3306")]
    public void A_server_of_a_name_that_nobody_would_give_is_found(string name)
    {
        var book = new NameBook([new(Shop, "", [Server(name)])]);
        Assert.Equal(name, book.Either(name).Named?.Name);
        Assert.Equal(name, book.Server(name).Server?.Name);
        Assert.Equal(Shop, book.Cluster(name).Cluster?.Id);
    }

    [Theory]
    [InlineData("dana@db1:3306", "server 'dana@db1:3306': expected host:port without an account")]
    [InlineData("db1:3306:1", "server 'db1:3306:1': expected host:port with one colon")]
    public void What_no_server_can_be_called_is_refused_with_what_would_be_right(string name, string because)
    {
        Assert.StartsWith(because, Book.Server(name).Refusal!.Because, StringComparison.Ordinal);
        Assert.StartsWith(because, Book.Either(name).Refusal!.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_known_it_is_said_how_to_begin() =>
        Assert.Equal("no cluster is known yet. To allow it: discover HOST:PORT", new NameBook([]).Either("db1:3306").Refusal!.Says);

    [Fact]
    public void Of_many_names_some_are_listed()
    {
        var many = new NameBook([.. Enumerable.Range(1, 12).Select(i => new NamedCluster(new($"c-{i:00}"), $"room{i:00}", []))]);
        Assert.EndsWith("room10 and 2 more", many.Cluster("x").Refusal!.Remedy, StringComparison.Ordinal);
    }

    private static NamedServer Server(string key, params string[] others) =>
        new(InstanceKey.Parse(key), [.. others.Select(InstanceKey.Parse)]);
}
