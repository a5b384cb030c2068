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
    [InlineData("db2:3306", false)]
    [InlineData("", false)]
    [InlineData("stock,orders*", true)]
    public void Names_a_cluster_by_id_alias_or_primary(string patterns, bool names)
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting", alias: "orders-eu");
        Assert.Equal(names, WrittenGate.Decide(topology, ["filter=" + patterns]) == "Proceed");
    }

    [Fact]
    public void An_empty_pattern_names_no_cluster_without_an_alias() =>
        Assert.StartsWith("Hold", WrittenGate.Decide(WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting"), ["filter="]));
}
