using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

public sealed class StandingProblemTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly StandingProblem problem = new(10 * Second);

    [Fact]
    public void One_that_was_just_found_is_asked_about_at_once() => Assert.Null(problem.StandsAt(10 * Second));

    [Fact]
    public void What_was_sent_or_held_stands_until_it_is_asked_about_again()
    {
        foreach (var decided in (StandingProblem[])[problem.SentAt(11 * Second), problem.HeldAt(11 * Second, "downtime")])
        {
            Assert.Equal(Judgement.Final, decided.StandsAt(15.9 * Second));
            Assert.Null(decided.StandsAt(16 * Second));
        }
    }

    [Fact]
    public void What_was_held_is_asked_about_when_a_recovery_of_its_cluster_ends_and_what_was_sent_keeps_its_pause()
    {
        var held = problem.SentAt(10 * Second).HeldAt(11 * Second, "another recovery is running");
        Assert.Null(held.AfterEndAt(12 * Second).StandsAt(12 * Second));
        Assert.Null(held.AfterEndAt(17 * Second).StandsAt(17 * Second));
        Assert.Equal(Judgement.Final, held.SentAt(11 * Second).AfterEndAt(12 * Second).StandsAt(12 * Second));
        var waits = problem.WaitAt(10 * Second);
        Assert.Equal(waits, waits.AfterEndAt(10 * Second));
    }

    [Fact]
    public void While_agreement_is_missing_it_is_asked_for_at_growing_pauses_and_nothing_is_decided()
    {
        var (waits, now, pauses) = (problem, 10 * Second, new List<double>());
        for (var turn = 0; turn < 12; turn++)
        {
            waits = waits.WaitAt(now);
            Assert.Equal(Judgement.Nothing, waits.StandsAt(now));
            pauses.Add((waits.AskAt - now).TotalMilliseconds);
            now = waits.AskAt;
            Assert.Null(waits.StandsAt(now));
        }
        Assert.Equal([40, 60, 90, 135], pauses.Take(4));
        Assert.Equal(1000, pauses[^1]);
        Assert.True(waits.IsPatientAt(19.9 * Second, 10 * Second));
        Assert.False(waits.IsPatientAt(20 * Second, 10 * Second));
    }

    [Fact]
    public void Why_nothing_is_done_is_recorded_once_and_only_when_the_problem_has_lasted()
    {
        Assert.False(problem.IsToBeRecordedAt(12 * Second, 3 * Second));
        Assert.True(problem.IsToBeRecordedAt(13 * Second, 3 * Second));
        var held = problem.HeldAt(13 * Second, "no plan");
        Assert.False(held.IsToBeRecordedAt(14 * Second, 3 * Second));
        // It could not be stored: it is tried again with the next question.
        Assert.True(held.IsToBeRecordedAt(18 * Second, 3 * Second));
        Assert.False((held with { Recorded = "no plan" }).IsToBeRecordedAt(18 * Second, 3 * Second));
    }
}
