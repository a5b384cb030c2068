using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Gating;

public sealed class RecoveryFilterTests
{
    [Theory]
    [InlineData("*", true)]
    [InlineData("orders-eu", true)]
    [InlineData("ORDERS-EU", true)]
    [InlineData("orders", false)]
    [InlineData("orders*", true)]
    [InlineData("*-eu", true)]
    [InlineData("*ders*", true)]
    [InlineData("o*r*eu", true)]
    [InlineData("o*eu*eu", false)]
    [InlineData("orders-eu*eu", false)]
    [InlineData("c-1", true)]
    [InlineData("db1:3306", true)]
    [InlineData("db2:3306", true)]
    [InlineData("two:3306", true)]
    [InlineData("db3:3306", false)]
    [InlineData("", false)]
    [InlineData("stock,orders*", true)]
    public void Names_a_cluster_by_id_alias_or_any_member(string patterns, bool names)
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting alias=two:3306", alias: "orders-eu");
        Assert.Equal(names, WrittenGate.Decide(topology, ["filter=" + patterns]) == "Proceed");
    }

    [Fact]
    public void A_cluster_is_named_after_its_failover_by_what_named_it_before()
    {
        var before = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting");
        var after = WrittenTopology.Read("db1 rw former\ndb2 rw\ndb3 ro <db2");
        Assert.Equal("Proceed", WrittenGate.Decide(before, ["filter=db1:3306"]));
        Assert.Equal("Proceed", WrittenGate.Decide(after, ["filter=db1:3306"]));
    }

    [Fact]
    public void An_empty_pattern_names_no_cluster_without_an_alias() =>
        Assert.StartsWith("Hold", WrittenGate.Decide(WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting"), ["filter="]));
}
