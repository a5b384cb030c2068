using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Knowing;

public sealed class LiveClusterTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly ProbeOutcome Silent = new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer");

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly StallAwareClock awake;
    private readonly LiveCluster cluster;

    public LiveClusterTests()
    {
        awake = new StallAwareClock(time);
        cluster = new LiveCluster(Stored(), time, awake);
        foreach (var m in world.Now.Members) cluster.Observe(m.Key, m.Outcome, awake.Now);
        cluster.TakeNews(Minute);
    }

    [Fact]
    public void A_server_fails_since_the_first_probe_that_failed_began()
    {
        var began = awake.Now;
        Advance(5);
        Assert.Equal(5 * StallAwareClock.Beat, cluster.Observe(World.Primary, Silent, began).FailingFor);
        Advance(5);
        Assert.Equal(10 * StallAwareClock.Beat, cluster.Observe(World.Primary, Silent, awake.Now).FailingFor);
    }

    [Fact]
    public void Who_was_not_looked_at_yet_is_known_and_is_no_news()
    {
        var fresh = new LiveCluster(Stored(), time, awake);
        Assert.Equal(fresh.Keys, fresh.NotLookedAt);
        Assert.False(LiveCluster.ShowsLooks(fresh.Topology));
        // What the one before wrote down stands: nothing is said against a server before the first look at it.
        Assert.Empty(fresh.TakeNews(Minute));
        foreach (var key in fresh.Keys) fresh.Observe(key, Silent, awake.Now);
        Assert.True(fresh.IsLookedAt && LiveCluster.ShowsLooks(fresh.Topology));
        Assert.Equal(fresh.Keys, fresh.TakeNews(Minute).Select(n => n.Key).Order());
    }

    [Fact]
    public void Time_in_which_the_process_did_not_run_is_no_silence()
    {
        cluster.Observe(World.Primary, Silent, awake.Now);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(cluster.Observe(World.Primary, Silent, awake.Now).FailingFor <= 2 * StallAwareClock.Beat);
    }

    [Fact]
    public void A_sign_of_life_ends_the_silence()
    {
        cluster.Observe(World.Primary, Silent, awake.Now);
        Advance(10);
        cluster.Observe(World.Primary, new ProbeOutcome.Failed(ProbeFailureKind.AuthenticationDenied, "denied"), awake.Now);
        Assert.Equal(TimeSpan.Zero, cluster.Observe(World.Primary, Silent, awake.Now).FailingFor);
    }

    /// <summary>S14: an operator said something between the question and the answer, and it was taken over already.</summary>
    [Fact]
    public void What_was_read_before_a_later_declaration_does_not_undo_it()
    {
        var stored = new StoredCluster(World.Cluster, "", null, [.. world.Now.Members.Select(LiveCluster.AsStored)]);
        var askedAt = time.GetTimestamp();
        time.Advance(TimeSpan.FromMilliseconds(100));
        cluster.Refresh(stored with { Alias = "shop" });
        cluster.Refresh(stored, askedAt);
        Assert.Equal("shop", cluster.Alias);
        time.Advance(TimeSpan.FromMilliseconds(100));
        cluster.Refresh(stored with { Alias = "shop2" }, time.GetTimestamp());
        Assert.Equal("shop2", cluster.Alias);
    }

    [Fact]
    public void Positions_that_move_are_no_news_until_their_time_has_come()
    {
        Assert.Empty(cluster.TakeNews(Minute));
        Move();
        Assert.Empty(cluster.TakeNews(Minute));
        time.Advance(Minute);
        Move();
        Assert.Equal(World.Primary, Assert.Single(cluster.TakeNews(Minute)).Key);
        Assert.Empty(cluster.TakeNews(Minute));
    }

    [Fact]
    public void A_server_that_stands_still_is_never_news()
    {
        for (var minute = 0; minute < 60; minute++)
        {
            time.Advance(Minute);
            foreach (var m in world.Now.Members)
                cluster.Observe(m.Key, new ProbeOutcome.Seen(m.Current! with
                {
                    UptimeSeconds = minute * 60, Links = [.. m.Current.Links.Select(l => l with { SilentFor = TimeSpan.FromSeconds(minute), LagSeconds = minute % 3 })],
                }), awake.Now);
            Assert.Empty(cluster.TakeNews(Minute));
        }
        Move();
        Assert.Empty(cluster.TakeNews(Minute));
        time.Advance(Minute);
        Move();
        Assert.Single(cluster.TakeNews(Minute));
    }

    [Fact]
    public void A_change_of_shape_is_news_at_once()
    {
        Change(i => i with { ReadOnly = true });
        Assert.True(Assert.Single(cluster.TakeNews(Minute)).LastSeen!.ReadOnly);
    }

    [Fact]
    public void A_failure_is_news_once_and_its_end_too()
    {
        cluster.Observe(World.Primary, Silent, awake.Now);
        Assert.Equal("no answer", Assert.Single(cluster.TakeNews(Minute)).LastFailure);
        cluster.Observe(World.Primary, Silent, awake.Now);
        Assert.Empty(cluster.TakeNews(Minute));
        Change(i => i);
        Assert.Equal("", Assert.Single(cluster.TakeNews(Minute)).LastFailure);
    }

    [Fact]
    public void News_that_could_not_be_written_is_news_again()
    {
        Change(i => i with { ReadOnly = true });
        cluster.Untake(cluster.TakeNews(Minute));
        Assert.Single(cluster.TakeNews(Minute));
    }

    [Fact]
    public void What_operators_declare_is_taken_over_and_what_probes_saw_stays()
    {
        var downtime = new Downtime("somebody", "maintenance", World.Noon.AddHours(1));
        var stored = Stored();
        cluster.Refresh(stored with
        {
            Alias = "shop", Downtime = downtime,
            Members =
            [
                .. stored.Members.Where(m => m.Key != new InstanceKey("db4", 3306))
                    .Select(m => m with { PromotionRule = PromotionRule.MustNot, Tags = m.Tags.Add("role", "backup") }),
                new StoredMember(new InstanceKey("db9", 3306), null, null),
            ],
        });

        Assert.Equal("shop", cluster.Topology.Alias);
        Assert.Equal(downtime, cluster.Downtime);
        Assert.Equal(["db1:3306", "db2:3306", "db3:3306", "db9:3306"], cluster.Keys.Select(k => k.ToString()));
        Assert.Equal((PromotionRule.MustNot, "backup"), (cluster[World.Primary]!.PromotionRule, cluster[World.Primary]!.Tags["role"]));
        Assert.True(cluster[World.Primary]!.IsSeen);
        Assert.False(cluster[new InstanceKey("db9", 3306)]!.IsSeen);
    }

    [Fact]
    public void A_probe_of_a_server_that_is_no_member_any_more_adds_nothing()
    {
        cluster.Observe(new InstanceKey("db9", 3306), Silent, awake.Now);
        Assert.Equal(4, cluster.Keys.Length);
    }

    private StoredCluster Stored() => new(World.Cluster, "", null, [.. world.Now.Members.Select(LiveCluster.AsStored)]);

    private void Advance(int beats)
    {
        for (var beat = 0; beat < beats; beat++)
        {
            time.Advance(StallAwareClock.Beat);
            _ = awake.Now;
        }
    }

    private void Change(Func<Instance, Instance> change) =>
        cluster.Observe(World.Primary, new ProbeOutcome.Seen(change(world.Now[World.Primary]!.Current!)), awake.Now);

    private void Move() => Change(i => i with { Gtid = i.Gtid with { Executed = GtidSet.Parse($"{i.ServerUuid}:1-{1000 + time.GetUtcNow().Ticks % 1000}") }, UptimeSeconds = i.UptimeSeconds + 1 });
}
