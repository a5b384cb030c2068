using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

public sealed class MemberTurnsTests
{
    private const string Shop = "db1 rw\ndb2 ro <db1\ndb3 ro <db1";

    [Fact]
    public void First_probes_are_spread_and_come_soon()
    {
        var lines = Enumerable.Range(2, 40).Select(i => $"db{i} ro <db1");
        var watch = new PlayedWatch("db1 rw\n" + string.Join('\n', lines), new WatchPolicy { Interval = TimeSpan.FromMinutes(1) });
        watch.Run(6);
        double[] first = [.. watch.Picture.Keys.Select(k => Assert.Single(watch.LooksAt(k.Host)))];
        Assert.All(first, at => Assert.InRange(at, 0, 5));
        Assert.True(first.Distinct().Count() > 35);
        Assert.True(first.Max() - first.Min() > 3);
    }

    [Fact]
    public void A_member_that_answers_is_probed_once_an_interval_after_its_answer()
    {
        var at = new PlayedWatch(Shop).Run(4).LooksAt("db2");
        Assert.All(at.Zip(at.Skip(1)), p => Assert.Equal(1.01, p.Second - p.First, 6));
    }

    [Fact]
    public void However_many_are_silent_a_living_one_is_looked_at_once_an_interval()
    {
        var silent = Enumerable.Range(3, 40).Select(i => $"db{i}").ToArray();
        var watch = new PlayedWatch($"{Shop}\n" + string.Join('\n', silent.Skip(1).Select(name => $"{name} ro <db1")));
        foreach (var name in silent) watch.Becomes(name, PlayedWatch.Silence);
        foreach (var living in new[] { "db1", "db2" })
        {
            var at = watch.Run(15).LooksAt(living);
            Assert.True(at.Length >= 14);
            Assert.All(at.Zip(at.Skip(1)), p => Assert.InRange(p.Second - p.First, 0, 1.011));
        }
    }

    [Fact]
    public void A_dead_replica_is_asked_more_and_more_rarely()
    {
        var watch = new PlayedWatch(Shop);
        watch.Becomes("db3", PlayedWatch.Refused);
        var at = watch.Run(60).LooksAt("db3");
        double[] pauses = [.. at.Zip(at.Skip(1), (a, b) => Math.Round(b - a - 0.01, 3))];
        Assert.Equal([1, 1.5, 2.25, 3.375, 5.062, 7.594, 10, 10], pauses.Take(8));
    }

    [Theory]
    [InlineData(true, 0.1)]
    [InlineData(false, 2)]
    public void A_former_primary_is_looked_for_often_and_most_often_where_nothing_listens(bool isRefused, double most)
    {
        var watch = new PlayedWatch(Shop);
        var mark = new LedgerEntry.FormerPrimary(WrittenTopology.Key("db1"), "r1", PlayedWatch.Noon);
        watch.Hear(new WatchEvent.Kept(Ledger.Empty with { Version = 1, Entries = [mark] }));
        watch.Becomes("db1", isRefused ? PlayedWatch.Refused : PlayedWatch.Silence);
        watch.Run(20);
        var took = isRefused ? 0.01 : 1;
        var at = watch.LooksAt("db1");
        Assert.Equal(most, at[^1] - at[^2] - took, 3);
        Assert.Equal(0, watch.Count<WatchCommand.SaySuspected>());
    }

    [Fact]
    public void A_former_primary_that_is_seen_is_judged_at_once()
    {
        var watch = new PlayedWatch(Shop, new WatchPolicy { Interval = TimeSpan.FromMinutes(1) }).Run(10);
        var mark = new LedgerEntry.FormerPrimary(WrittenTopology.Key("db1"), "r1", PlayedWatch.Noon);
        watch.Hear(new WatchEvent.Kept(Ledger.Empty with { Version = 1, Entries = [mark] }));
        watch.Story();
        watch.Run(50 - 0.001);
        Assert.Empty(watch.Story());
        watch.Run(15);
        Assert.Contains(watch.Story(), s => s.EndsWith("judge", StringComparison.Ordinal) && s != "+60.000 judge");
    }

    [Fact]
    public void A_first_look_that_is_not_answered_in_time_is_taken_again_and_counts_for_nothing()
    {
        var watch = new PlayedWatch(Shop);
        watch.Becomes("db2", PlayedWatch.Silence);
        watch.Run(1.25);
        Assert.Contains(WrittenTopology.Key("db2"), watch.Picture.NotLookedAt);
        Assert.Single(watch.LooksAt("db2", LookKind.FirstAgain));
        watch.Run(1);
        Assert.True(watch.Picture.IsLookedAt);
        Assert.InRange(watch.Picture[WrittenTopology.Key("db2")]!.FailingFor.TotalSeconds, 0.9, 1.1);
    }

    [Fact]
    public void The_last_of_the_first_looks_is_judged_at_once()
    {
        var watch = new PlayedWatch(Shop, new WatchPolicy { Interval = TimeSpan.FromMinutes(1) }, isKnown: false);
        watch.Becomes("db1", PlayedWatch.Refused);
        var judged = Assert.Single(watch.Run(10).Story(), s => s.EndsWith("judge", StringComparison.Ordinal));
        Assert.NotEqual("+0.000 judge", judged);
    }

    /// <summary>S22: who answers there, and where the member is, says a walk.</summary>
    [Fact]
    public void An_address_where_another_server_answers_is_mentioned()
    {
        var watch = new PlayedWatch(Shop).Run(5);
        watch.Story();
        watch.Becomes("db3", new ProbeOutcome.Seen(watch.Picture[WrittenTopology.Key("db3")]!.Current! with { ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99 }));
        watch.Run(2);
        Assert.Contains(watch.Story(), s => s.EndsWith("mention db3", StringComparison.Ordinal));
        Assert.Empty(watch.State.Suspects);
    }

    [Fact]
    public void A_session_that_breaks_leads_to_a_look_at_once_and_is_opened_again_an_interval_after_all_is_clear()
    {
        var watch = new PlayedWatch(Shop).Run(5.5);
        var held = watch.Newest<WatchCommand.HoldSession>();
        Assert.Equal("db1", held.Key.Host);
        watch.Story();
        watch.Hear(new WatchEvent.SessionEnded(held, "it broke"));
        Assert.Equal(
            ["+5.500 suspect db1: it broke", "+5.500 look at db2 (Suspicion, 500 ms)", "+5.500 look at db3 (Suspicion, 500 ms)", "+5.500 look at db1 (Suspicion, 500 ms)"],
            watch.Story());
        watch.Run(0.1);
        Assert.Equal(["+5.510 clear db1", "+5.510 judge"], watch.Story());
        watch.Run(0.9);
        Assert.Equal(0, watch.Count<WatchCommand.HoldSession>());
        watch.Run(1.1);
        Assert.Equal(1, watch.Count<WatchCommand.HoldSession>());
    }

    /// <summary>Each refusal is a suspicion, two lines of the log and a look at everybody: twice a second for hours.</summary>
    [Fact]
    public void A_server_that_is_full_and_gives_no_session_is_asked_for_one_more_and_more_rarely()
    {
        var watch = new PlayedWatch(Shop).Run(5.5);
        for (var (second, refused) = (0, 0); second < 120; second++, watch.Run(1))
        {
            if (watch.Count<WatchCommand.HoldSession>() == refused) continue;
            watch.Hear(new WatchEvent.SessionEnded(watch.Newest<WatchCommand.HoldSession>(), "error 1226"));
            refused = watch.Count<WatchCommand.HoldSession>();
        }
        var times = watch.TimesOf<WatchCommand.HoldSession>()[1..];
        var pauses = times.Skip(1).Zip(times, (later, earlier) => later - earlier).ToArray();
        Assert.InRange(pauses[0], 1, 3);
        Assert.InRange(pauses.Max(), 9, 13);
        Assert.InRange(times.Length, 10, 20);
    }

    [Fact]
    public void No_session_is_held_to_a_server_without_replicas_and_none_of_a_former_primary_is_cause_for_suspicion()
    {
        var watch = new PlayedWatch(Shop).Run(3);
        var held = watch.Newest<WatchCommand.HoldSession>();
        Assert.Equal((1, "db1"), (watch.Count<WatchCommand.HoldSession>(), held.Key.Host));
        var mark = new LedgerEntry.FormerPrimary(held.Key, "r1", PlayedWatch.Noon);
        watch.Hear(new WatchEvent.Kept(Ledger.Empty with { Version = 1, Entries = [mark] }));
        watch.Hear(new WatchEvent.SessionEnded(held, "it broke"));
        Assert.Empty(watch.State.Suspects);
    }

    [Fact]
    public void The_session_for_steps_is_seen_to_when_its_time_has_come()
    {
        var watch = new PlayedWatch(Shop, new WatchPolicy { WarmInterval = TimeSpan.FromSeconds(10) });
        watch.Run(9);
        Assert.Equal(3, watch.Count<WatchCommand.WarmSession>());
        watch.Run(3);
        Assert.Equal(6, watch.Count<WatchCommand.WarmSession>());
    }

    [Fact]
    public void A_server_that_is_mentioned_and_not_known_is_told()
    {
        var watch = new PlayedWatch("db1 rw\ndb2 ro <db1").Run(2);
        Assert.DoesNotContain(watch.Story(), s => s.Contains("mention", StringComparison.Ordinal));
        watch.Sees("db2", "db1 rw\ndb9 rw uuid=D\ndb2 ro <db9 uuid=B");
        watch.Run(1.1);
        Assert.Contains(watch.Story(), s => s.EndsWith("mention db9", StringComparison.Ordinal));
    }

    [Fact]
    public void Time_in_which_the_process_did_not_run_is_no_silence()
    {
        var watch = new PlayedWatch(Shop).Run(3);
        watch.Becomes("db3", PlayedWatch.Silence);
        watch.Run(2.1);
        var before = watch.Picture[WrittenTopology.Key("db3")]!.FailingFor;
        watch.StandStill(30);
        watch.Run(2);
        var after = watch.Picture[WrittenTopology.Key("db3")]!.FailingFor;
        Assert.InRange((after - before).TotalSeconds, 0.5, 5);
    }
}
