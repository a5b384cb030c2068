using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class TopologyPartsTests
{
    [Theory]
    [InlineData("db1 rw\ndb2 ro <db1\ndb3 ro <db2", "db1 db2 db3")]
    [InlineData("db1 rw\ndb2 ro <db1\ndb3 rw\ndb4 ro <db3", "db1 db2; db3 db4")]
    [InlineData("db1 rw <db2\ndb2 ro <db1\ndb3 ro <db2", "db1 db2 db3")]
    // It collects from two clusters and makes no one cluster of them, whatever follows it.
    [InlineData("a1 rw\nb1 rw\nb2 ro <b1\nx ro <b1 <a1\ny ro <x", "a1; b1 b2 x y")]
    [InlineData("a1 rw\na2 ro <a1\nx ro <a1 <a2", "a1 a2 x")]
    // A name that nobody answers under holds its replicas together, and without any it is nothing.
    [InlineData("gone | never seen refused\ndb2 ro <gone\ndb3 ro <gone", "db2 db3 gone")]
    [InlineData("gone | never seen refused\ndb1 rw <gone\ndb3 ro <db1", "db1 db3")]
    public void Servers_below_one_writer_belong_together(string written, string parts) =>
        Assert.Equal(parts, Says(WrittenTopology.Read(written)));

    /// <summary>The account may not read the replication state of db2: its primary names it all the same.</summary>
    [Fact]
    public void A_server_that_does_not_tell_whom_it_follows_goes_with_the_one_that_names_it()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro | partly: replication\ndb3 ro <db1");
        topology = topology.With(Member.SeenAs(
            topology.Members[0].Current! with { ReportedReplicas = [WrittenTopology.Key("db2"), WrittenTopology.Key("nobody")] }, WrittenTopology.Noon));
        Assert.Equal("db1 db2 db3", Says(topology));
    }

    /// <summary>Two clusters name it: it may follow both.</summary>
    [Fact]
    public void One_that_does_not_tell_and_is_named_twice_makes_no_one_part_of_two()
    {
        var topology = WrittenTopology.Read("a1 rw\nb1 rw\nx ro | partly: replication");
        foreach (var primary in topology.Members.Take(2).ToArray())
            topology = topology.With(Member.SeenAs(primary.Current! with { ReportedReplicas = [WrittenTopology.Key("x")] }, WrittenTopology.Noon));
        Assert.Equal("a1 x; b1", Says(topology));
    }

    private static string Says(Topology topology) =>
        string.Join("; ", TopologyParts.Of(topology).Select(p => string.Join(' ', p.Select(m => m.Key.Host))));
}
