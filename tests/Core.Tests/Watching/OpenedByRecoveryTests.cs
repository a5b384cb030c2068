using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

/// <summary>
/// What a ledger says against older sightings; of those without a link <see cref="ClusterPictureTests"/> tells.
/// </summary>
public sealed class OpenedByRecoveryTests
{
    private static readonly InstanceKey Db2 = WrittenTopology.Key("db2");
    private static readonly Topology Shop = WrittenTopology.Read("db1 rw\ndb2 ro <db1\ndb3 ro <db1");

    private readonly ClusterPicture picture = new(Shop.Cluster, "", null, Ledger.Empty, Shop.Members);

    /// <summary>
    /// S10, L1: another process promoted it a moment ago. Seen as the replica it was, it would be pointed below a primary
    /// that is none.
    /// </summary>
    [Fact]
    public void One_that_is_seen_as_a_replica_and_was_promoted_since_is_looked_at_before_anything_is_judged()
    {
        var replica = WrittenTopology.Read("db1 rw\ndb2 ro <db1").Members[1].Outcome;
        var promoted = Ledger.Empty.With(new LedgerEntry.Writer(Db2, 1, "r1", PlayedWatch.Noon)) with { Version = 1 };
        var next = Observe(picture, Db2, replica, 1).Keep(promoted, TimeSpan.FromSeconds(2));
        Assert.Equal([Db2], next.NotLookedAt);
        Assert.Equal([Db2], Observe(next, Db2, replica, 3, begun: 1.9).NotLookedAt);
        // It is drawn as the promotion left it, and a newer look says what it is.
        Assert.True(next.TopologyAt(PlayedWatch.Noon)[Db2]!.LastKnown!.AcceptsWrites);
        Assert.True(Observe(next, Db2, replica, 3).IsLookedAt);
        // Whoever promoted it has seen it open; and a ledger that says nothing new takes nothing away.
        var open = WrittenTopology.Read("db1 ro\ndb2 rw").Members[1].Outcome;
        Assert.True(Observe(picture, Db2, open, 1).Keep(promoted, TimeSpan.FromSeconds(2)).IsLookedAt);
        var same = promoted with { Version = 2 };
        Assert.True(Observe(next, Db2, replica, 3).Keep(same, TimeSpan.FromSeconds(4)).IsLookedAt);
    }

    private static ClusterPicture Observe(
        ClusterPicture from, InstanceKey key, ProbeOutcome outcome, double at, double? begun = null)
    {
        var now = TimeSpan.FromSeconds(at);
        var moment = new WatchMoment(PlayedWatch.Noon + now, now, now, true);
        return from.Observe(key, outcome, TimeSpan.FromSeconds(begun ?? at), moment);
    }
}
