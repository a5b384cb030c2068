using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

public sealed class WatchMachineTests
{
    private const string Shop = "db1 rw\ndb2 ro <db1\ndb3 ro <db1";

    [Fact]
    public void A_quiet_cluster_is_judged_at_every_tick_after_the_first_looks_and_nothing_else_is_said()
    {
        var watch = new PlayedWatch(Shop).Run(0.5);
        var beginning = watch.Story().Select(s => s[(s.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Order();
        Assert.Equal(["hold db1", "judge", "warm db1", "warm db2", "warm db3"], beginning);
        watch.Run(3);
        Assert.Equal(["+1.000 judge", "+2.000 judge", "+3.000 judge"], watch.Story());
    }

    [Fact]
    public void Ticks_that_were_missed_while_the_process_stood_still_are_not_made_up_for()
    {
        var watch = new PlayedWatch(Shop).Run(2.5);
        watch.Story();
        watch.StandStill(10);
        watch.Run(1.2);
        Assert.Equal(["+12.500 judge", "+13.500 judge"], watch.Story());
    }

    [Fact]
    public void A_member_that_is_declared_is_probed_from_the_next_tick_on_and_one_that_is_gone_no_more()
    {
        var watch = new PlayedWatch(Shop).Run(2.5);
        var all = WrittenTopology.Read(Shop + "\ndb4 ro <db1");
        watch.Becomes("db4", all[WrittenTopology.Key("db4")]!.Outcome);
        watch.Declare([.. all.Members.Where(m => m.Key.Host != "db2").Select(PlayedWatch.Stored)]);
        Assert.Equal(["db1", "db3", "db4"], watch.Picture.Keys.Select(k => k.Host));
        Assert.Empty(watch.LooksAt("db4"));
        watch.Story();
        watch.Run(0.6);
        Assert.Contains("+3.000 let db2 go", watch.Story());
        watch.Run(3);
        Assert.Empty(watch.LooksAt("db2"));
        Assert.Equal(3, watch.LooksAt("db4").Length);
    }

    [Fact]
    public void What_was_found_and_is_not_stored_yet_stays_when_the_store_is_read()
    {
        var watch = new PlayedWatch(Shop).Run(1);
        var found = WrittenTopology.Read(Shop + "\ndb4 ro <db1")[WrittenTopology.Key("db4")]!;
        watch.Hear(new WatchEvent.Found(found));
        watch.Declare([.. WrittenTopology.Read(Shop).Members.Select(PlayedWatch.Stored)]);
        Assert.NotNull(watch.Picture[found.Key]);
    }

    [Fact]
    public void A_member_that_is_forgotten_and_found_again_between_two_ticks_is_probed_on()
    {
        var watch = new PlayedWatch(Shop, new WatchPolicy { Interval = TimeSpan.FromSeconds(4) });
        var stored = WrittenTopology.Read(Shop).Members.Select(PlayedWatch.Stored).ToArray();
        // Its alarm rings between 4.01 and 4.81 s, while it is no member; the ticks are at 4 and 8 s.
        watch.Run(4.005);
        watch.Story();
        watch.Declare(stored[0], stored[1]);
        watch.Run(1);
        Assert.Empty(watch.LooksAt("db3"));
        watch.Declare(stored);
        watch.Run(10);
        Assert.NotEmpty(watch.LooksAt("db3"));
    }

    /// <summary>L4: its turns had ended with it, and begin anew.</summary>
    [Fact]
    public void A_member_that_is_forgotten_and_found_again_many_ticks_later_is_probed_again()
    {
        var watch = new PlayedWatch(Shop);
        var stored = WrittenTopology.Read(Shop).Members.Select(PlayedWatch.Stored).ToArray();
        watch.Run(5);
        watch.Declare(stored[0], stored[1]);
        watch.Run(10);
        watch.Story();
        watch.Run(10);
        Assert.Empty(watch.LooksAt("db3"));
        watch.Declare(stored);
        watch.Run(10);
        Assert.InRange(watch.LooksAt("db3").Length, 5, 12);
    }

    [Fact]
    public void An_answer_for_a_member_as_it_was_watched_before_moves_nothing()
    {
        var watch = new PlayedWatch(Shop).Run(1.5);
        var old = new LookReason(LookKind.Turn, 77);
        watch.Story();
        var probe = new WatchCommand.Probe(WrittenTopology.Key("db2"), TimeSpan.FromSeconds(1), old, TimeSpan.Zero);
        var before = watch.State.Watched;
        watch.Hear(new WatchEvent.Probed(probe, PlayedWatch.Refused));
        watch.Hear(new WatchEvent.TimeReached(new WatchAlarm(AlarmKind.Probe, probe.Key, 77)));
        watch.Hear(new WatchEvent.SessionWarmed(new WatchCommand.WarmSession(probe.Key, 77)));
        Assert.Same(before, watch.State.Watched);
        Assert.Empty(watch.Story());
        // What was seen counts all the same.
        Assert.False(watch.Picture[probe.Key]!.IsSeen);
    }

    [Fact]
    public void What_could_not_be_done_at_all_is_no_evidence_and_ends_nothing()
    {
        var watch = new PlayedWatch(Shop).Run(1.5);
        var probe = watch.Newest<WatchCommand.Probe>();
        watch.Hear(new WatchEvent.NotDone(probe, "no socket"));
        Assert.False(watch.Picture[probe.Key]!.Outcome.IsEvidenceOfDeath);
        watch.Judges = () => null;
        watch.Run(1);
        watch.Story();
        watch.Hear(new WatchEvent.NotDone(new WatchCommand.Judge(), "the store is away"));
        watch.Judges = () => Judgement.Nothing;
        watch.Run(1);
        Assert.Equal(["+3.000 judge"], watch.Story());
    }

    [Fact]
    public void The_ledger_says_who_is_a_former_primary_and_an_older_one_says_nothing()
    {
        var watch = new PlayedWatch(Shop).Run(1);
        var db2 = WrittenTopology.Key("db2");
        var marked = Ledger.Empty with
        {
            Version = 3, Entries = [new LedgerEntry.FormerPrimary(db2, "r1", PlayedWatch.Noon)],
        };
        watch.Hear(new WatchEvent.Kept(marked));
        Assert.True(watch.Picture[db2]!.IsFormerPrimary);
        watch.Hear(new WatchEvent.Kept(Ledger.Empty with { Version = 2 }));
        Assert.True(watch.Picture[db2]!.IsFormerPrimary);
    }
}
