using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

public sealed class JudgementTurnsTests
{
    private const string Shop = "db1 rw\ndb2 ro <db1\ndb3 ro <db1";

    [Fact]
    public void Before_everybody_was_looked_at_nothing_is_judged()
    {
        var watch = new PlayedWatch(Shop);
        watch.Becomes("db3", PlayedWatch.Silence);
        watch.Run(2);
        Assert.Equal(0, watch.Count<WatchCommand.Judge>());
        watch.Run(1);
        Assert.NotEqual(0, watch.Count<WatchCommand.Judge>());
    }

    [Fact]
    public void One_judgement_is_made_at_a_time_and_those_asked_for_meanwhile_are_made_as_one()
    {
        var watch = new PlayedWatch(Shop) { Judges = () => null };
        watch.Run(0.5);
        Assert.Equal(1, watch.Count<WatchCommand.Judge>());
        watch.Run(5);
        Assert.Equal(1, watch.Count<WatchCommand.Judge>());
        watch.Hear(new WatchEvent.Judged(Judgement.Nothing));
        Assert.Equal(2, watch.Count<WatchCommand.Judge>());
        watch.Hear(new WatchEvent.Judged(Judgement.Nothing));
        Assert.Equal(2, watch.Count<WatchCommand.Judge>());
    }

    [Fact]
    public void The_judgement_of_an_earlier_picture_does_not_end_a_suspicion()
    {
        var watch = new PlayedWatch(Shop).Run(3.5);
        watch.Judges = () => null;
        watch.Run(0.6);
        // The tick's judgement is under way when the suspicion begins.
        var held = watch.Newest<WatchCommand.HoldSession>();
        watch.Becomes("db1", PlayedWatch.Refused);
        watch.Hear(new WatchEvent.SessionEnded(held, "it broke"));
        watch.Run(0.1);
        watch.Hear(new WatchEvent.Judged(Judgement.Final));
        Assert.Single(watch.State.Suspects);
        watch.Hear(new WatchEvent.Judged(Judgement.Final));
        Assert.Empty(watch.State.Suspects);
    }

    [Fact]
    public void A_member_that_nobody_has_looked_at_is_looked_at_for_a_judgement_and_waited_for_once()
    {
        var watch = new PlayedWatch(Shop, new WatchPolicy { Interval = TimeSpan.FromMinutes(1) }).Run(10);
        var all = WrittenTopology.Read(Shop + "\ndb4 ro <db1");
        watch.Becomes("db4", PlayedWatch.Silence);
        watch.Declare([.. all.Members.Select(PlayedWatch.Stored)]);
        var held = watch.Newest<WatchCommand.HoldSession>();
        watch.Becomes("db1", PlayedWatch.Refused);
        watch.Story();
        watch.Hear(new WatchEvent.SessionEnded(held, "it broke"));
        watch.Run(0.3);
        // It replicates from the suspect as it is stored, and so is looked at for that already.
        Assert.DoesNotContain(watch.Story(), s => s.EndsWith("judge", StringComparison.Ordinal));
        watch.Run(0.3);
        Assert.Contains(watch.Story(), s => s.EndsWith("judge", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_member_elsewhere_is_looked_at_when_there_is_cause_to_judge_and_its_silence_counts_as_a_look()
    {
        var watch = new PlayedWatch(Shop, new WatchPolicy { Interval = TimeSpan.FromMinutes(1) }).Run(10);
        var all = WrittenTopology.Read(Shop + "\ndb4 ro <db2");
        watch.Becomes("db4", PlayedWatch.Silence);
        watch.Declare([.. all.Members.Select(PlayedWatch.Stored)]);
        var held = watch.Newest<WatchCommand.HoldSession>();
        watch.Becomes("db1", PlayedWatch.Refused);
        watch.Story();
        watch.Hear(new WatchEvent.SessionEnded(held, "it broke"));
        watch.Run(0.9);
        var story = watch.Story();
        Assert.Single(story, s => s.EndsWith("look at db4 (Judgement, 1000 ms)", StringComparison.Ordinal));
        Assert.DoesNotContain(story, s => s.EndsWith("judge", StringComparison.Ordinal));
        watch.Run(0.2);
        Assert.Contains(watch.Story(), s => s.EndsWith("judge", StringComparison.Ordinal));
    }
}
