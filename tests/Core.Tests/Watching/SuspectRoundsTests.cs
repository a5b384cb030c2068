using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

public sealed class SuspectRoundsTests
{
    private const string Shop = "db1 rw\ndb2 ro <db1\ndb3 ro <db1";

    private readonly PlayedWatch watch = new PlayedWatch(Shop).Run(3);

    [Fact]
    public void A_probe_that_gives_evidence_of_death_begins_looks_at_the_source_and_its_replicas()
    {
        watch.Becomes("db1", PlayedWatch.Refused);
        watch.Story();
        watch.Judges = () => Judgement.Final;
        var story = watch.Run(1.1).Story().Where(s => !s.EndsWith("judge", StringComparison.Ordinal)).ToArray();
        Assert.EndsWith("suspect db1: nothing listens", story[0], StringComparison.Ordinal);
        Assert.Equal(["db2", "db3", "db1"], story[1..].Select(s => s.Split(' ')[3]));
        Assert.All(story[1..], s => Assert.EndsWith("(Suspicion, 500 ms)", s, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, 0.128)]
    [InlineData(false, 0.288)]
    public void Rounds_are_taken_at_growing_pauses_until_the_judgement_is_final(bool mayAct, double most)
    {
        watch.MayAct = mayAct;
        watch.Becomes("db1", PlayedWatch.Refused);
        var at = watch.Run(8).LooksAt("db1", LookKind.Suspicion);
        double[] pauses = [.. at.Zip(at.Skip(1), (a, b) => Math.Round(b - a - 0.01, 3))];
        Assert.Equal([0.005, 0.008, 0.011, 0.017], pauses.Take(4));
        Assert.Equal(most, pauses[^1], 3);

        watch.Judges = () => Judgement.Final;
        watch.Run(1);
        Assert.Empty(watch.State.Suspects);
        // Its turns go on.
        watch.Story();
        watch.Becomes("db1", new Core.Model.ProbeOutcome.Failed(Core.Model.ProbeFailureKind.Other, "?"));
        Assert.NotEmpty(watch.Run(5).LooksAt("db1"));
    }

    [Fact]
    public void A_sign_of_life_clears_the_suspect_and_what_was_found_is_judged_anew()
    {
        watch.Becomes("db1", PlayedWatch.Silence);
        watch.Run(3);
        Assert.Single(watch.State.Suspects);
        watch.Sees("db1", Shop);
        watch.Story();
        watch.Run(1);
        var story = watch.Story().Where(s => s.Contains("clear", StringComparison.Ordinal) || s.EndsWith("judge", StringComparison.Ordinal)).ToArray();
        var cleared = Array.FindIndex(story, s => s.EndsWith("clear db1", StringComparison.Ordinal));
        Assert.Equal(story[cleared].Split(' ')[0], story[cleared + 1].Split(' ')[0]);
        Assert.Empty(watch.State.Suspects);
    }

    [Fact]
    public void A_round_ends_when_all_of_it_have_answered_and_silence_holds_it_up_for_half_a_second_at_most()
    {
        watch.Becomes("db1", PlayedWatch.Refused);
        watch.Becomes("db3", PlayedWatch.Silence);
        var at = watch.Run(4).LooksAt("db1", LookKind.Suspicion);
        Assert.All(at.Zip(at.Skip(1)), p => Assert.InRange(p.Second - p.First, 0.5, 0.65));
    }

    [Theory]
    [InlineData(1.4)]
    [InlineData(2.15)]
    [InlineData(7.1)]
    public void A_silent_suspect_is_judged_at_the_moment_its_silence_is_confirmed(double confirmation)
    {
        var asked = DetectionPolicy.Default with { SilenceConfirmation = TimeSpan.FromSeconds(confirmation) };
        var played = new PlayedWatch(Shop, new WatchPolicy { Detection = asked }).Run(3);
        var failing = new List<double>();
        played.Becomes("db1", PlayedWatch.Silence);
        played.Judges = () =>
        {
            failing.Add(played.Picture[WrittenTopology.Key("db1")]!.FailingFor.TotalSeconds);
            return Judgement.Nothing;
        };
        played.Run(12);
        Assert.InRange(failing.First(f => f >= confirmation), confirmation, confirmation + 0.05);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0.85)]
    public void What_a_verdict_asks_is_read_once_and_shortly_before_the_verdict_may_come(bool isRefused, double after)
    {
        watch.Becomes("db1", isRefused ? PlayedWatch.Refused : PlayedWatch.Silence);
        watch.Run(8);
        var suspected = Assert.Single(watch.TimesOf<WatchCommand.SaySuspected>());
        Assert.InRange(Assert.Single(watch.TimesOf<WatchCommand.ReadAhead>()) - suspected, after, after + 0.2);
    }

    [Fact]
    public void One_that_has_no_replicas_any_more_is_no_suspect()
    {
        watch.Becomes("db1", PlayedWatch.Refused);
        watch.Run(1.5);
        Assert.Single(watch.State.Suspects);
        foreach (var (host, uuid) in new[] { ("db2", 'B'), ("db3", 'C') }) watch.Sees(host, $"{host} ro uuid={uuid}");
        watch.Run(1.2);
        Assert.Empty(watch.State.Suspects);
    }

    [Fact]
    public void A_suspicion_is_one_whoever_has_cause()
    {
        var held = watch.Newest<WatchCommand.HoldSession>();
        watch.Becomes("db1", PlayedWatch.Refused);
        watch.Hear(new WatchEvent.SessionEnded(held, "it broke"));
        watch.Run(2);
        Assert.Equal(1, watch.Count<WatchCommand.SaySuspected>());
        // Its turns did not wait for what the session gave rise to.
        Assert.Contains(watch.LooksAt("db1"), at => at > 3.1);
    }

    [Fact]
    public void A_replica_that_is_forgotten_is_not_waited_for()
    {
        watch.Becomes("db1", PlayedWatch.Refused);
        watch.Becomes("db3", PlayedWatch.Silence);
        watch.Run(1.5);
        var stored = WrittenTopology.Read(Shop).Members.Select(PlayedWatch.Stored).ToArray();
        watch.Declare(stored[0], stored[1]);
        watch.Run(1);
        var at = watch.Run(1).LooksAt("db1", LookKind.Suspicion);
        Assert.True(at[^1] - at[^2] < 0.2);
        watch.Declare(stored[1]);
        watch.Run(1);
        Assert.Empty(watch.State.Suspects);
    }

    /// <summary>Behind a slow network a new session takes longer than a look at a suspect, and the old one is gone.</summary>
    [Fact]
    public void A_suspect_that_stays_silent_is_given_as_long_as_any_server_in_the_end()
    {
        watch.Becomes("db1", PlayedWatch.Silence);
        watch.Run(12);
        var looks = watch.Story().Where(s => s.Contains(" db1 (Suspicion, ", StringComparison.Ordinal)).ToArray();
        Assert.EndsWith("(Suspicion, 1000 ms)", looks[^1], StringComparison.Ordinal);
        Assert.Contains(looks, s => s.EndsWith("(Suspicion, 200 ms)", StringComparison.Ordinal));
    }
}
