using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

public sealed class ClusterPictureTests
{
    private static readonly InstanceKey Db1 = WrittenTopology.Key("db1"), Db2 = WrittenTopology.Key("db2");
    private static readonly Topology Shop = WrittenTopology.Read("db1 rw\ndb2 ro <db1\ndb3 ro <db1");

    private readonly ClusterPicture picture = new(Shop.Cluster, "", null, Ledger.Empty, Shop.Members);

    [Fact]
    public void The_topology_is_put_together_once_for_each_change()
    {
        var first = picture.TopologyAt(PlayedWatch.Noon);
        Assert.Same(first, picture.TopologyAt(PlayedWatch.Noon.AddSeconds(1)));
        var later = Observe(picture, Db2, Shop[Db2]!.Outcome, 5).TopologyAt(PlayedWatch.Noon.AddSeconds(5));
        Assert.Equal((5, 5), ((later.TakenAt - PlayedWatch.Noon).TotalSeconds, (later[Db2]!.LastSeenAt!.Value - PlayedWatch.Noon).TotalSeconds));
        Assert.Equal(PlayedWatch.Noon, first.TakenAt);
    }

    [Fact]
    public void Who_replicates_from_whom_follows_what_is_seen()
    {
        Assert.Equal(["db2", "db3"], picture.ReplicasOf(Db1).Select(k => k.Host));
        var moved = WrittenTopology.Read("db1 rw\ndb2 ro <db1\ndb3 ro <db2").Members[2];
        var next = Observe(picture, moved.Key, moved.Outcome, 1);
        Assert.Equal(["db2"], next.ReplicasOf(Db1).Select(k => k.Host));
        Assert.Equal((true, true), (next.HasReplicas(Db2), picture.HasReplicas(Db1)));
        // One that is silent stands where it stood.
        Assert.True(Observe(next, moved.Key, PlayedWatch.Silence, 2).HasReplicas(Db2));
    }

    /// <summary>S16: the server refused to tell its replication state, and is no less a replica for that.</summary>
    [Fact]
    public void One_that_does_not_tell_whom_it_follows_follows_whom_it_followed()
    {
        var untold = Shop[Db2]!.Current! with { Links = [], Stale = InstanceParts.Replication };
        var next = Observe(picture, Db2, new ProbeOutcome.Partly(untold, ["replication state"]), 1);
        Assert.Equal(["db2", "db3"], next.ReplicasOf(Db1).Select(k => k.Host));
        Assert.Equal(["db2", "db3"], next.TopologyAt(PlayedWatch.Noon).ReplicasOf(Db1).Select(r => r.Key.Host));
    }

    [Fact]
    public void A_source_that_takes_another_name_keeps_its_replicas()
    {
        var other = new InstanceKey("10.0.0.1", 3306);
        var replica = Shop[Db2]!.Current!;
        var renamed = replica with { Links = [replica.Links[0] with { Source = other, SourceUuid = null }] };
        var next = Observe(picture, Db2, new ProbeOutcome.Seen(renamed), 1);
        Assert.Equal([other], next.MentionedBy(renamed));
        Assert.Equal(["db3"], next.ReplicasOf(Db1).Select(k => k.Host));
        var named = Shop[Db1]!.Current! with { Aliases = [other] };
        next = Observe(next, Db1, new ProbeOutcome.Seen(named), 2);
        Assert.Empty(next.MentionedBy(renamed));
        Assert.Equal(["db2", "db3"], next.ReplicasOf(Db1).Select(k => k.Host));
    }

    [Fact]
    public void A_server_fails_since_the_first_probe_that_gave_evidence_of_death_began()
    {
        var failing = Observe(picture, Db1, PlayedWatch.Silence, 5, begun: 4);
        failing = Observe(failing, Db1, PlayedWatch.Refused, 7, begun: 7);
        Assert.Equal(3, failing[Db1]!.FailingFor.TotalSeconds);
        var denied = new ProbeOutcome.Failed(ProbeFailureKind.AuthenticationDenied, "denied");
        var again = Observe(Observe(failing, Db1, denied, 8, begun: 8), Db1, PlayedWatch.Silence, 10, begun: 9);
        Assert.Equal(1, again[Db1]!.FailingFor.TotalSeconds);
    }

    [Fact]
    public void Who_was_not_looked_at_is_known()
    {
        var stored = new ClusterPicture(Shop.Cluster, "", null, Ledger.Empty, Shop.Members.Select(PlayedWatch.Stored));
        Assert.Equal((3, false, true), (stored.NotLookedAt.Count, stored.IsLookedAt, picture.IsLookedAt));
        foreach (var member in Shop.Members) stored = Observe(stored, member.Key, PlayedWatch.Silence, 1);
        Assert.True(stored.IsLookedAt);
        stored = stored.Declare("shop", null, Ledger.Empty, [ClusterPicture.Unseen(new("db9", 3306))], [Db2], TimeSpan.Zero);
        Assert.Equal("shop", stored.Alias);
        Assert.Equal(["db1", "db3", "db9"], stored.Keys.Select(k => k.Host));
        Assert.Equal(["db9"], stored.NotLookedAt.Select(k => k.Host));
    }

    /// <summary>L3: a switch was taken back, and the primary was lost before it was looked at again.</summary>
    [Theory]
    [InlineData("opened", false)]
    [InlineData("replaced", true)]
    [InlineData("still closed", true)]
    public void A_sighting_from_while_a_recovery_kept_the_primary_closed_ends_with_that(string then, bool staysClosed)
    {
        var closed = new LedgerEntry.Closed(Db1, "r1", PlayedWatch.Noon);
        var owed = Ledger.Empty.With(closed) with { Version = 1 };
        var after = then switch
        {
            "opened" => Ledger.Empty,
            "replaced" => Ledger.Empty.With(new LedgerEntry.FormerPrimary(Db1, "r2", PlayedWatch.Noon)),
            _ => owed,
        };
        var frozen = WrittenTopology.Read("db1 ro").Members[0].Outcome;
        var seen = Observe(Observe(picture.Keep(owed, TimeSpan.Zero), Db1, frozen, 1), Db1, PlayedWatch.Refused, 2);
        Assert.True(seen[Db1]!.LastKnown!.ReadOnly);
        var next = seen.Keep(after with { Version = 2 }, TimeSpan.FromSeconds(3));
        Assert.Equal(staysClosed, next[Db1]!.LastKnown!.ReadOnly);
        Assert.Equal(then == "replaced", next[Db1]!.IsFormerPrimary);
        // A newer look shows more than the ledger does.
        Assert.True(Observe(next, Db1, frozen, 4)[Db1]!.LastKnown!.ReadOnly);
    }

    /// <summary>L3: it was looked at when it followed nobody any more and was not open yet, and not again.</summary>
    [Fact]
    public void A_sighting_from_before_a_recovery_opened_the_server_ends_with_that()
    {
        var cut = Observe(picture, Db2, WrittenTopology.Read("db1 rw\ndb2 ro").Members[1].Outcome, 1);
        var opened = Ledger.Empty.With(new LedgerEntry.Writer(Db2, 1, "r1", PlayedWatch.Noon)) with { Version = 1 };
        var next = cut.Keep(opened, TimeSpan.FromSeconds(2));
        Assert.True(next[Db2]!.LastKnown!.ReadOnly); // seen so at this moment
        Assert.False(Observe(next, Db2, PlayedWatch.Silence, 3)[Db2]!.LastKnown!.ReadOnly);
        // A look from after it shows that somebody closed it since.
        var closed = Observe(next, Db2, cut[Db2]!.Outcome, 3).Keep(opened with { Version = 2 }, TimeSpan.FromSeconds(4));
        Assert.True(Observe(closed, Db2, PlayedWatch.Silence, 5)[Db2]!.LastKnown!.ReadOnly);
    }

    /// <summary>
    /// L3: a switch was taken back, and the primary restarted read-only a moment later. The looks at it are from before
    /// it was opened and from after its restart.
    /// </summary>
    [Theory]
    [InlineData("ro up=0 closed=since-start", "ro up=1 closed=since-start", "Writer")]
    [InlineData("ro up=9 closed=by-hand", "ro up=1 closed=since-start", "Writer")]
    [InlineData("ro up=9 closed=by-hand", "ro up=10 closed=by-hand", null)]
    [InlineData("ro up=9 closed=since-start", "ro up=10 closed=by-hand", null)]
    public void One_that_a_recovery_opened_again_and_nobody_closed_was_closed_by_its_restart(
        string then, string now, string? role)
    {
        var owed = Ledger.Empty.With(new LedgerEntry.Closed(Db1, "r1", PlayedWatch.Noon)) with { Version = 1 };
        var (before, after) = (Outcome($"db1 {then}"), Outcome($"db1 {now}"));
        var closed = Observe(picture.Keep(owed, TimeSpan.Zero), Db1, before, 1);
        var next = closed.Keep(Ledger.Empty with { Version = 2 }, TimeSpan.FromSeconds(2));
        Assert.False(next[Db1]!.LastSeen!.ReadOnly);
        Assert.Equal(role, Observe(next, Db1, after, 2.5)[Db1]!.Current!.ClosedByRestart?.ToString());
    }

    /// <summary>
    /// L3: it was lost before the recovery that opened it looked at it again; another process saw it, this one did not.
    /// A failover would take it for closed by a person, and nobody would owe it the opening.
    /// </summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)] // what was to open it was taken back: nothing was sent
    public void A_sighting_from_before_a_server_took_the_primarys_place_ends_when_somebody_has_seen_it(
        bool isReplaced, bool staysClosed)
    {
        var replaced = Ledger.Empty.With(new LedgerEntry.FormerPrimary(Db1, "r1", PlayedWatch.Noon));
        var told = replaced.With(new LedgerEntry.MaybeOpen(Db2, "r1", PlayedWatch.Noon)) with { Version = 1 };
        var cut = Observe(picture, Db2, WrittenTopology.Read("db1 rw\ndb2 ro").Members[1].Outcome, 1);
        var lost = Observe(cut.Keep(told, TimeSpan.FromSeconds(2)), Db2, PlayedWatch.Silence, 3);
        var paid = (isReplaced ? replaced : Ledger.Empty) with { Version = 2 };
        Assert.Equal(staysClosed, lost.Keep(paid, TimeSpan.FromSeconds(4))[Db2]!.LastKnown!.ReadOnly);
    }

    /// <summary>L3: the process that watches slept while another one took the switch back and the server restarted.</summary>
    [Theory]
    [InlineData(3, "Writer")]
    [InlineData(3600, null)] // it has run since before: somebody closed it
    public void One_that_restarted_closed_after_a_recovery_had_opened_it_was_closed_by_its_restart(int up, string? role)
    {
        var frozen = Observe(picture, Db1, WrittenTopology.Read("db1 ro up=3600").Members[0].Outcome, 1);
        var back = Observe(frozen, Db1, WrittenTopology.Read($"db1 ro up={up}").Members[0].Outcome, 20);
        Assert.Null(back[Db1]!.Current!.ClosedByRestart);
        var opened = new LedgerEntry.Writer(Db1, 2, "r1", PlayedWatch.Noon.AddSeconds(5));
        var next = back.Keep(Ledger.Empty.With(opened) with { Version = 1 }, TimeSpan.FromSeconds(21));
        Assert.Equal(role, next[Db1]!.Current!.ClosedByRestart?.ToString());
    }

    /// <summary>L3: whoever opened it was lost before it stored a look at it, and another process watches now.</summary>
    [Theory]
    [InlineData(5, "Writer")]
    [InlineData(-5, null)] // it was seen closed since: somebody closed it
    public void A_stored_sighting_from_before_a_recovery_opened_the_server_ends_with_that(int openedAfter, string? role)
    {
        var frozen = WrittenTopology.Read("db1 ro up=3600\ndb2 ro <db1").Members.Select(PlayedWatch.Stored).ToArray();
        var writer = new LedgerEntry.Writer(Db1, 1, "r1", frozen[0].LastSeenAt!.Value.AddSeconds(openedAfter));
        var begun = new ClusterPicture(Shop.Cluster, "", null, Ledger.Empty.With(writer), frozen);
        var back = Observe(begun, Db1, WrittenTopology.Read("db1 ro up=3").Members[0].Outcome, 20);
        Assert.Equal(role, back[Db1]!.Current!.ClosedByRestart?.ToString());
    }

    /// <summary>What a ledger says was done when it was known, and not when a look that shows nothing of it began.</summary>
    [Fact]
    public void Only_looks_that_began_after_the_ledger_was_known_say_what_of_it_is_paid()
    {
        var (wall, seconds) = (PlayedWatch.Noon, (Func<double, TimeSpan>)TimeSpan.FromSeconds);
        WatchMoment At(double second) => new(wall + seconds(second), seconds(second), seconds(second), true);
        var key = new InstanceKey("db1", 3306);
        var silent = new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer");
        var picture = new ClusterPicture(new ClusterId("c-1"), "", null, Ledger.Empty, [ClusterPicture.Unseen(key)]);
        picture = picture.Observe(key, silent, seconds(1), At(2));
        Assert.Equal([key], picture.LookedSinceLedger);

        picture = picture.Keep(Ledger.Empty with { Version = 1 }, seconds(3));
        Assert.Empty(picture.LookedSinceLedger);
        Assert.Empty(picture.Observe(key, silent, seconds(2.9), At(3.1)).LookedSinceLedger);
        Assert.Empty(picture.Observe(key, silent, null, At(5)).LookedSinceLedger);
        picture = picture.Observe(key, silent, seconds(3.2), At(3.3));
        Assert.Equal([key], picture.LookedSinceLedger);
        Assert.Equal([key], picture.Keep(Ledger.Empty with { Version = 1 }, seconds(9)).LookedSinceLedger);
    }

    /// <summary>A ledger may name a server by the address where it is stored since, before the members are read again.</summary>
    [Fact]
    public void One_that_the_ledger_names_is_forgotten_when_the_members_were_read_after_the_ledger()
    {
        var pod = WrittenTopology.Key("pod9");
        var ledger = Ledger.Empty with { Version = 1, Entries = [new LedgerEntry.FormerPrimary(pod, "r1", PlayedWatch.Noon)] };
        var kept = picture.Keep(ledger, TimeSpan.FromSeconds(3));
        Assert.DoesNotContain(pod, kept.LookedSinceLedger);
        Assert.Contains(pod, kept.Declare("", null, ledger, [.. Shop.Members], [], TimeSpan.FromSeconds(4)).LookedSinceLedger);
    }

    /// <summary>S22: whoever answers there is another server, until somebody has stored that it has taken the place.</summary>
    [Fact]
    public void A_member_that_was_replaced_is_not_known_before_it_is_looked_at()
    {
        var other = Shop[Db2]!.Current! with { ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99 };
        var next = Observe(picture, Db2, new ProbeOutcome.Seen(other), 1);
        Assert.False(next[Db2]!.IsSeen);
        Assert.Equal(Shop[Db2]!.LastSeen, next[Db2]!.LastSeen);

        var stored = PlayedWatch.Stored(Shop[Db2]!) with { LastSeen = other };
        next = next.Declare("", null, Ledger.Empty, [stored], [], TimeSpan.FromSeconds(2));
        Assert.Contains(Db2, next.NotLookedAt);
        Assert.True(Observe(next, Db2, new ProbeOutcome.Seen(other), 3)[Db2]!.IsSeen);
    }

    private static ProbeOutcome Outcome(string words) => WrittenTopology.Read(words).Members[0].Outcome;

    private static ClusterPicture Observe(ClusterPicture from, InstanceKey key, ProbeOutcome outcome, double at, double? begun = null)
    {
        var now = TimeSpan.FromSeconds(at);
        return from.Observe(key, outcome, TimeSpan.FromSeconds(begun ?? at), new WatchMoment(PlayedWatch.Noon + now, now, now, true));
    }
}
