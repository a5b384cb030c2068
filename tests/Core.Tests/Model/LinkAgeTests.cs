using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class LinkAgeTests
{
    [Theory]
    // db1 was last seen 9 s ago.
    [InlineData("quiet=10s beat=1s", false)]
    [InlineData("quiet=20s beat=1s", false)]
    [InlineData("quiet=21s beat=1s", true)]
    [InlineData("quiet=40s beat=30s", false)]
    [InlineData("quiet=50s beat=30s", true)]
    [InlineData("quiet=600s beat=0s", false)]
    [InlineData("quiet=600s", false)]
    [InlineData("beat=1s", false)]
    public void A_link_was_lost_before_when_its_replica_heard_nothing_while_the_source_was_still_seen(string words, bool isLost)
    {
        var topology = WrittenTopology.Read($"db1 rw | timed out 9.0s\ndb2 ro <db1 io=connecting err=2003 {words}");
        var (source, replica) = (topology.Members[0], topology.Members[1]);
        Assert.Equal(isLost, LinkAge.WasLostBefore(replica, replica.Current!.Link!, source));
    }

    [Fact]
    public void Nothing_is_known_of_a_source_that_was_never_seen()
    {
        var topology = WrittenTopology.Read("db1 | never seen\ndb2 ro <db1 quiet=600s beat=1s");
        Assert.False(LinkAge.WasLostBefore(topology.Members[1], topology.Members[1].Current!.Link!, topology.Members[0]));
    }

    [Theory]
    [InlineData("| timed out 9.0s", false)]
    [InlineData("gone=4 | timed out 9.0s", false)]
    [InlineData("gone=6 | timed out 9.0s", true)]
    [InlineData("gone=600", false)]
    public void A_server_was_gone_before_when_it_was_not_seen_while_its_source_still_was(string words, bool isGone)
    {
        var topology = WrittenTopology.Read($"db1 rw | timed out 9.0s\ndb2 ro <db1 {words}");
        Assert.Equal(isGone, LinkAge.WasGoneBefore(topology.Members[1], topology.Members[0]));
    }
}
