using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

/// <summary>
/// A switch by a process that does not watch the cluster: the watcher has seen the old primary open, and nobody sees it
/// again.
/// </summary>
public sealed class ReplacedByRecoveryTests
{
    private static readonly InstanceKey Db1 = WrittenTopology.Key("db1"), Db2 = WrittenTopology.Key("db2");
    private static readonly Topology Shop = WrittenTopology.Read("db1 rw\ndb2 ro <db1\ndb3 ro <db1");

    private static readonly LedgerEntry.Writer Promoted =
        new(Db2, 1, "r1", PlayedWatch.Noon.AddSeconds(5)) { Replaced = Db1 };

    private static readonly Ledger Switched = Ledger.Empty.With(Promoted) with { Version = 1 };

    private readonly ClusterPicture picture = new(Shop.Cluster, "", null, Ledger.Empty, Shop.Members);

    /// <summary>L3: the new primary restarts read-only and would be kept closed for the old one's sake.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)] // it was lost before the ledger was read
    public void An_old_primary_that_was_put_below_its_successor_is_no_second_writer_out_of_sight(bool isLostLater)
    {
        var before = isLostLater ? picture : Observe(picture, Db1, PlayedWatch.Refused, 6);
        var next = before.Keep(Switched, TimeSpan.FromSeconds(7));
        Assert.Equal(isLostLater, next.NotLookedAt.Contains(Db1)); // what was seen is over
        next = Observe(next, Db1, PlayedWatch.Refused, 8);
        next = Observe(Observe(next, Db2, Words("db2 rw up=9 uuid=B"), 8), new("db3", 3306), Words("db3 ro <db2 uuid=C"), 8);
        next = Observe(next, Db2, Words("db2 ro up=3 closed=since-start uuid=B"), 20);
        var topology = next.TopologyAt(PlayedWatch.Noon);
        Assert.Equal((Db2, Db2), (topology.Primary?.Key, topology.SourcesOf(topology[Db1]!).Single().Key));
        Assert.True(Owed.IsClosedByRestart(topology, Db2));
        Assert.Null(Owed.WhyNotOpenAgain(topology, topology[Db2]!));
    }

    /// <summary>S1: what the ledger says is older than what was seen since.</summary>
    [Fact]
    public void One_that_was_seen_without_a_source_since_then_may_be_a_second_writer()
    {
        var open = Observe(picture.Keep(Switched, TimeSpan.FromSeconds(7)), Db1, Words("db1 rw"), 8);
        var same = Switched with { Version = 2 };
        var lost = Observe(open, Db1, PlayedWatch.Silence, 9).Keep(same, TimeSpan.FromSeconds(10));
        Assert.Empty(lost[Db1]!.LastKnown!.Links);
        var later = Observe(Observe(lost, Db2, Words("db2 rw up=9 uuid=B"), 8), Db2, Words("db2 ro up=3 uuid=B"), 20);
        var topology = later.TopologyAt(PlayedWatch.Noon);
        Assert.Contains("db1", Owed.WhyNotOpenAgain(topology, topology[Db2]!)!.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_look_from_before_it_shows_nothing_of_it()
    {
        var kept = picture.Keep(Switched, TimeSpan.FromSeconds(7));
        Assert.Contains(Db1, Observe(kept, Db1, Words("db1 rw"), 8, begun: 6.9).NotLookedAt);
        Assert.DoesNotContain(Db1, Observe(kept, Db1, Words("db1 ro <db2"), 8, begun: 6.9).NotLookedAt);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(-5, false)] // it was seen so since
    public void A_stored_sighting_from_before_it_ends_with_that(int switchedAfter, bool isReplica)
    {
        var stored = Shop.Members.Select(PlayedWatch.Stored).ToArray();
        var at = stored[0].LastSeenAt!.Value.AddSeconds(switchedAfter);
        var begun = new ClusterPicture(Shop.Cluster, "", null, Ledger.Empty.With(Promoted with { At = at }), stored);
        Assert.Equal(isReplica, begun[Db1]!.LastKnown!.IsReplica);
    }

    private static ProbeOutcome Words(string line) => WrittenTopology.Read(line).Members[0].Outcome;

    private static ClusterPicture Observe(
        ClusterPicture from, InstanceKey key, ProbeOutcome outcome, double at, double? begun = null)
    {
        var now = TimeSpan.FromSeconds(at);
        var moment = new WatchMoment(PlayedWatch.Noon + now, now, now, true);
        return from.Observe(key, outcome, TimeSpan.FromSeconds(begun ?? at), moment);
    }
}
