using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class TopologyTests
{
    private static InstanceKey Key(string text) => WrittenTopology.Key(text);

    private static string Names(IEnumerable<Member> members) => string.Join(' ', members.Select(m => m.Key.Host));

    /// <summary>
    /// S1: db1 moved, and its replicas were pointed to where nobody has found it yet: db2, which has a replica of its own,
    /// passed for the primary, and when it died db3 was opened beside db1.
    /// </summary>
    [Theory]
    [InlineData("db1 rw | refused\ndb2 ro <pod9\ndb3 ro <db2", "db1")]
    [InlineData("db1 rw | refused\ndb2 ro <pod9 io=connecting | refused\ndb3 ro <db2", "db1")]
    [InlineData("db1 ro\ndb2 ro <pod9\ndb3 ro <db2", "db2")] // a cluster that follows another one
    [InlineData("db1 rw | refused\ndb2 ro\ndb3 ro <db2", "db2")]
    public void A_server_that_is_told_to_follow_an_unknown_address_is_no_primary_beside_one_that_was_open(string servers, string primary) =>
        Assert.Equal(primary, WrittenTopology.Read(servers).Primary?.Key.Host);

    [Fact]
    public void A_replica_may_know_its_source_by_an_alias()
    {
        var topology = WrittenTopology.Read("db1 rw alias=10.0.0.1\ndb2 ro <10.0.0.1");
        Assert.Equal("db2", Names(topology.ReplicasOf(Key("db1"))));
        Assert.Equal("db1", topology[Key("10.0.0.1")]!.Key.Host);
    }

    /// <summary>While its source is meant for writes; a person who opened it instead is right.</summary>
    [Theory]
    [InlineData("db1 rw\ndb2 ro\ndb3 ro <db2", false, "db1")]
    [InlineData("db1 ro\ndb2 ro\ndb3 ro <db2", true, "db1")]
    [InlineData("db1 ro\ndb2 rw\ndb3 ro <db2", false, "db2")]
    [InlineData("db1 rw | refused\ndb2 rw\ndb3 ro <db2", false, "db2")]
    public void A_server_that_a_recovery_cut_loose_is_not_the_primary(string servers, bool wasClosed, string primary)
    {
        var ledger = Ledger.Empty.With(new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", WrittenTopology.Noon));
        if (wasClosed) ledger = ledger.With(new LedgerEntry.Closed(Key("db1"), "r1", WrittenTopology.Noon));
        Assert.Equal(primary, WrittenTopology.Read(servers).With(ledger).Primary!.Key.Host);
    }

    /// <summary>L2: its source was replaced by another one since, which nobody follows yet.</summary>
    [Theory]
    [InlineData("db1 ro former\ndb2 ro\ndb3 ro <db2\ndb4 rw", "db4")]
    [InlineData("db1 ro former\ndb2 ro\ndb3 ro <db2\ndb4 rw | refused", "db4")]
    [InlineData("db1 ro former\ndb2 rw\ndb3 ro <db2\ndb4 ro", "db2")] // a person closed that one and opened this one
    public void Nor_is_it_beside_the_one_that_was_promoted_instead(string servers, string primary)
    {
        var ledger = Ledger.Empty.With(new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", WrittenTopology.Noon))
            .With(new LedgerEntry.FormerPrimary(Key("db1"), "r2", WrittenTopology.Noon)).With(new LedgerEntry.Writer(Key("db4"), 2, "r2", WrittenTopology.Noon));
        Assert.Equal(primary, WrittenTopology.Read(servers).With(ledger).Primary!.Key.Host);
    }

    /// <summary>
    /// db1 was replaced by db3, after db2 had been cut from it and was lost. It is back, with replicas of its own.
    /// </summary>
    [Theory]
    [InlineData("db2 rw\ndb3 rw\ndb4 ro <db2", "db3")]
    [InlineData("db2 rw\ndb3 ro\ndb4 ro <db2", "db2")]
    [InlineData("db2 rw\ndb3 rw | refused\ndb4 ro <db2", "db2")]
    [InlineData("db2 ro\ndb3 rw | refused\ndb4 ro <db2", "db3")]
    public void A_server_that_was_cut_loose_from_one_that_was_replaced_is_not_the_primary(string servers, string primary)
    {
        var topology = WrittenTopology.Read($"db1 ro | refused\n{servers}").With(Ledger.Empty
            .With(new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", WrittenTopology.Noon))
            .With(new LedgerEntry.FormerPrimary(Key("db1"), "r1", WrittenTopology.Noon))
            .With(new LedgerEntry.Writer(Key("db3"), 1, "r1", WrittenTopology.Noon)));
        Assert.Equal(primary, topology.Primary!.Key.Host);
    }

    [Fact]
    public void A_name_that_two_servers_claim_names_neither()
    {
        var topology = WrittenTopology.Read("db1 rw alias=localhost\ndb2 rw alias=localhost\ndb3 ro <localhost");
        Assert.Null(topology[Key("localhost")]);
        Assert.Equal("db1 db2 db3", Names(topology.Roots));
    }

    [Fact]
    public void The_uuid_tells_more_than_the_name()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 rw\ndb3 ro <db1 via=B\ndb4 ro <vip via=A");
        Assert.Equal("db4", Names(topology.ReplicasOf(Key("db1"))));
        Assert.Equal("db3", Names(topology.ReplicasOf(Key("db2"))));
    }

    [Theory]
    [InlineData("db1 rw", "io=connecting err=2003", "db2")]
    [InlineData("db1 rw | refused", "", "db2")]
    [InlineData("db1 rw", "", "")]
    public void A_name_is_believed_unless_the_replica_is_connected_to_another_server(string db1, string link, string below) =>
        Assert.Equal(below, Names(WrittenTopology.Read($"{db1}\ndb2 ro <db1 via=Z {link}").ReplicasOf(Key("db1"))));

    /// <summary>Replication runs by another network: the name leads nowhere from here, the uuid is that of a server that is seen.</summary>
    [Theory]
    [InlineData("name not found")]
    [InlineData("refused")]
    public void A_uuid_that_is_seen_goes_before_a_name_that_nobody_answers_under(string probe)
    {
        var topology = WrittenTopology.Read($"db1 rw\nnat | never seen {probe}\ndb2 ro <nat via=A\ndb3 ro <nat via=A");
        Assert.Equal("db2 db3", Names(topology.ReplicasOf(Key("db1"))));
        Assert.Empty(topology.ReplicasOf(Key("nat")));
        Assert.Equal("db1", topology.Primary!.Key.Host);
    }

    [Theory]
    [InlineData("rw", "db1")]
    [InlineData("ro", "gone")]
    public void A_source_that_was_never_seen_is_nothing_above_a_server_that_accepts_writes(string role, string primary)
    {
        var topology = WrittenTopology.Read($"gone | never seen refused\ndb1 {role} <gone io=connecting err=2003\ndb2 ro <db1");
        Assert.Equal(primary, topology.Primary!.Key.Host);
    }

    [Fact]
    public void Copied_data_directories_share_a_uuid_and_go_by_name()
    {
        var topology = WrittenTopology.Read("db1 rw uuid=A\ndb2 ro <db1 uuid=A via=A\ndb3 ro <db2 via=A");
        Assert.Equal("db2", Names(topology.ReplicasOf(Key("db1"))));
        Assert.Equal("db3", Names(topology.ReplicasOf(Key("db2"))));
    }

    [Fact]
    public void A_server_that_names_itself_as_source_is_no_ring()
    {
        var topology = WrittenTopology.Read("db1 rw <db1");
        Assert.Empty(topology.CoPrimaries);
        Assert.Equal("db1", topology.Primary!.Key.Host);
    }

    [Fact]
    public void A_detached_replica_has_no_source()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro <db1 detached");
        Assert.Equal("db1 db2", Names(topology.Roots));
        Assert.Empty(topology.ReplicasOf(Key("db1")));
    }

    [Fact]
    public void Rings_have_depth_zero_and_descendants_do_not_contain_the_start()
    {
        var topology = WrittenTopology.Read("db1 rw <db3\ndb2 ro <db1\ndb3 ro <db2\ndb4 ro <db2\ndb5 ro <db4");
        Assert.Equal("db1 db2 db3", Names(topology.CoPrimaries));
        Assert.Empty(topology.Roots);
        Assert.Equal([0, 0, 0, 1, 2], topology.Members.Select(topology.DepthOf));
        Assert.Equal(["db2", "db3", "db4", "db5"], topology.DescendantsOf(Key("db1")).Select(k => k.Host).Order());
        Assert.Equal("db1", topology.Primary!.Key.Host);
    }

    [Fact]
    public void Several_channels_are_several_sources()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 rw\ndb3 ro <db1 <db2 channel=two\ndb4 ro <db3");
        Assert.Equal("db1 db2", Names(topology.SourcesOf(topology[Key("db3")]!)));
        Assert.Equal("two", topology.LinkBetween(topology[Key("db3")]!, Key("db2"))!.Channel);
        Assert.Null(topology.LinkBetween(topology[Key("db4")]!, Key("db1")));
    }

    [Theory]
    [InlineData("db1 rw\ndb2 ro <db1", "db1")]
    [InlineData("db1 rw | refused\ndb2 ro <db1", "db1")]
    [InlineData("db1 rw former\ndb2 rw\ndb3 ro <db2", "db2")]
    [InlineData("db1 rw former\ndb2 ro\ndb3 ro <db1", "db2")]
    [InlineData("db1 rw former\ndb2 ro <db1", "db1")]
    [InlineData("db1 rw\ndb2 ro\ndb3 ro <db2", "db2")]
    [InlineData("db1 rw\ndb2 ro", "db1")]
    [InlineData("db1 | never seen\ndb2 ro <db1", "db1")]
    [InlineData("db1 rw\ndb2 rw\ndb3 ro <db1\ndb4 ro <db2", null)]
    [InlineData("db1 rw <db2\ndb2 ro <db1", "db1")]
    [InlineData("db1 rw <db2\ndb2 rw <db1", null)]
    public void The_primary_is_the_most_entitled(string text, string? primary) =>
        Assert.Equal(primary, WrittenTopology.Read(text).Primary?.Key.Host);

    [Fact]
    public void With_replaces_by_key_and_adds()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro <db1");
        var other = WrittenTopology.Read("db2 rw\ndb3 ro <db2");
        var merged = topology.With(other.Members, WrittenTopology.Noon.AddMinutes(1));
        Assert.Equal("db1 db2 db3", Names(merged.Members));
        Assert.Equal("db1 db2", Names(merged.Roots));
        Assert.Equal(3, topology.With(other.Members[1]).Members.Length);
    }
}
