using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;

namespace OrchestratorFunctions.Core.Tests.Running;

public sealed class StageStepsTests
{
    private const string Dead = """
        db1 rw has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 has=A:1-100
        db3 ro <db1 io=connecting err=2003 has=A:1-100
        db4 ro <db1 io=connecting err=2003 has=A:1-100
        """;

    /// <summary>L8: where no acknowledgement waits for the siblings, they follow beside the promotion.</summary>
    [Fact]
    public void Siblings_that_take_their_time_to_follow_cost_the_promotion_nothing()
    {
        TimeSpan OpenedWhenPointingTakes(int milliseconds) =>
            new PlayedRun(Dead) { StepTakes = step => TimeSpan.FromMilliseconds(step is PointTo ? milliseconds : 20) }.Begin().OpenedAt!.Value;
        Assert.Equal(OpenedWhenPointingTakes(20), OpenedWhenPointingTakes(3000));
    }

    private const string SemiSync = """
        db1 rw semi=source:1 clients=2 has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 semi=replica has=A:1-100
        db3 ro <db1 io=connecting err=2003 semi=replica has=A:1-100
        db4 ro <db1 io=connecting err=2003 semi=replica has=A:1-100
        """;

    private static PlayedRun PlayWhenPointingTakes(double seconds) => new PlayedRun(SemiSync)
    {
        StepTakes = step => TimeSpan.FromSeconds(step is PointTo ? seconds : 0.02),
    }.Begin();

    /// <summary>L8: commits wait for an acknowledgement, the promotion does not wait for who gives it.</summary>
    [Fact]
    public void Siblings_that_are_to_acknowledge_are_begun_before_the_promotion_and_not_waited_for()
    {
        var (quick, slow) = (PlayWhenPointingTakes(0.01), PlayWhenPointingTakes(3));
        Assert.Equal(quick.OpenedAt, slow.OpenedAt);
        var pointed = slow.Sent.Where(s => s.Step is PointTo).Select(s => s.At).Min();
        Assert.True(pointed < slow.OpenedAt, "the sibling was pointed after the promotion");
    }

    /// <summary>
    /// S8, S18: the successor is opened in the stage that cuts it from its source, and that took longer than a look
    /// counts. Everybody is looked at again, and an old primary that is back by then is not replaced.
    /// </summary>
    [Theory]
    [InlineData(0.02, 1, 1)]
    [InlineData(1.6, 2, 1)]
    [InlineData(1.6, 1, 0, "db1 rw has=A:1-100")]
    [InlineData(0.5, 1, 0, "db1 rw has=A:1-100", 0.025)] // the look beside the stage shows it
    public void A_server_is_not_opened_late_on_what_was_seen_before(double cutting, int promotions, int openings, string back = "db1 | refused", double at = 0.2)
    {
        var played = new PlayedRun(Dead) { StepTakes = s => TimeSpan.FromSeconds(s is ForgetSource ? cutting : 0.02) };
        played.At(TimeSpan.FromSeconds(at), back).Begin();
        Assert.Equal(promotions, played.Recovery.Stages.Count(s => s.Stage.Name == "promote"));
        Assert.Equal(openings, played.Steps.OfType<SetWritable>().Count(s => s.Target.Key.Host != "db1"));
        Assert.Equal(openings == 0, played.Recovery.Outcome is RecoveryOutcome.Abandoned);
    }

    /// <summary>S6: who is being pointed to the new primary counts as one that will acknowledge.</summary>
    [Fact]
    public void The_durability_rule_is_kept_while_siblings_are_being_pointed()
    {
        var played = PlayWhenPointingTakes(0.3);
        var outcome = Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
        Assert.Empty(outcome.Lost);
        Assert.Equal([1], played.Steps.OfType<SetSemiSync>().Where(s => s.AsSource).Select(s => s.WaitForReplicas));
        Assert.Single(played.Recovery.Stages, s => s.Stage.Name == "promote");
        Assert.Equal(1, played.World[outcome.Key]!.Current!.SemiSync.WaitForReplicas);
    }

    [Fact]
    public void What_was_not_waited_for_stands_in_the_record_when_it_has_ended()
    {
        var prepared = PlayWhenPointingTakes(3).Recovery.Stages.First(s => s.Stage.Name == "promote");
        var pointing = prepared.Stage.Steps.Zip(prepared.Results).Where(p => p.First.Step is PointTo).ToArray();
        Assert.Equal(2, pointing.Length);
        Assert.All(pointing, p => Assert.Equal((StepState.Done, false), (p.Second.State, p.Second.MayTakeEffect)));
    }

    /// <summary>
    /// The sibling may have been pointed since it was looked at: once more would break its new connection, and the first
    /// commit would wait for it.
    /// </summary>
    [Theory]
    [InlineData(0.045)]
    [InlineData(0.3)]
    [InlineData(0.6)]
    public void What_was_begun_beside_a_stage_is_not_done_again_without_asking(double seconds)
    {
        var played = PlayWhenPointingTakes(seconds);
        var pointing = played.Trusting.Where(s => s.Step is PointTo { Target.Key.Host: "db3" }).ToArray();
        Assert.True(pointing[0].OnWhatWasSeen);
        Assert.All(pointing.Skip(1), p => Assert.False(p.OnWhatWasSeen));
        Assert.Equal(played.OpenedAt, PlayWhenPointingTakes(0.01).OpenedAt);
    }

    /// <summary>Its server answers when it has done what it was told: nobody waits for a look at it either.</summary>
    [Fact]
    public void A_server_that_is_being_pointed_is_not_looked_at_before_the_promotion()
    {
        var played = PlayWhenPointingTakes(3);
        var pointed = played.Sent.Where(s => s.Step is PointTo).Select(s => s.At).Min();
        var key = played.Sent.First(s => s.Step is PointTo).Step.Target.Key;
        Assert.DoesNotContain(played.Looks, l => l.Key == key && l.At > pointed && l.At < played.OpenedAt);
    }

    /// <summary>L8: the next candidate is not kept waiting by a sibling of the one that was refused.</summary>
    [Fact]
    public void A_sibling_that_hangs_beside_a_promotion_that_is_refused_does_not_hold_up_the_next_candidate()
    {
        var played = new PlayedRun(Dead, "x with db2 SetWritable fails") { StepTakes = step => TimeSpan.FromSeconds(step is PointTo && step.Target.Key.Host == "db4" ? 5 : 0.02) }.Begin();
        var opened = played.Sent.First(s => s.Step is SetWritable { Target.Key.Host: "db3" }).At;
        Assert.InRange(opened, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
        Assert.Equal("db3", Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome).Key.Host);
    }

    /// <summary>L2: what was not waited for may stop a receiver at any time, until it is heard of.</summary>
    [Fact]
    public void A_step_that_is_not_waited_for_may_take_effect_until_it_has_ended()
    {
        var stored = new List<StepResult>();
        var played = new PlayedRun(Dead)
        {
            StepTakes = step => TimeSpan.FromMilliseconds(
                step is StopReceiving { Target.Key.Host: "db4" } ? 900 : 300),
            SaveTakes = recovery =>
            {
                stored.AddRange(Stops(recovery).Take(1));
                return TimeSpan.FromMilliseconds(10);
            },
        }.Begin();
        Assert.Equal((StepState.TimedOut, true), (stored[0].State, stored[0].MayTakeEffect));
        Assert.Equal(StepState.Done, Stops(played.Recovery).First().State);
    }

    private static IEnumerable<StepResult> Stops(Recovery recovery) => recovery.Stages.SelectMany(s => s.StepsWithResults)
        .Where(p => p.Step is StopReceiving { Target.Key.Host: "db4" }).Select(p => p.Result).OfType<StepResult>();

    /// <summary>S8: nobody is replaced any more, so nobody else is told to stop receiving.</summary>
    [Theory]
    [InlineData(1.5, 1)]
    [InlineData(60, 2)]
    public void A_primary_that_is_back_ends_a_freeze_as_far_as_it_was_not_sent(double backAt, int sent)
    {
        var played = new PlayedRun(Dead.Replace("db4 ro <db1 io=connecting err=2003 has=A:1-100", "db4 ro <db1 has=A:1-105", StringComparison.Ordinal))
        {
            StepTakes = step => TimeSpan.FromSeconds(step is StopReceiving { Target.Key.Host: "db4" } ? 5 : 0.02),
        };
        played.At(TimeSpan.FromSeconds(backAt), "db1 rw has=A:1-105").Begin();
        Assert.Equal(sent, played.Steps.Count(s => s is StopReceiving { Target.Key.Host: "db4" }));
    }

    /// <summary>S1: the step waited for its server's turn, and meanwhile somebody opened another one.</summary>
    [Fact]
    public void A_server_whose_turn_comes_late_is_not_opened_beside_one_that_is_open_by_then()
    {
        var stored = new PlayedRun("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9").Begin(PlanKinds.Takeover).StoredAt("switch");
        stored = stored with { Stages = [.. stored.Stages.Select(s => s with { PlannedAt = s.PlannedAt.AddSeconds(-20) })] };
        var resumed = new PlayedRun("db1 ro has=A:1-9\ndb2 ro <db1 has=A:1-9 | timed out 9s", "x with db1 SetWritable fails at 1")
        {
            StepTakes = step => TimeSpan.FromSeconds(step is SetWritable ? 2.5 : 0.02),
        };
        resumed.At(TimeSpan.FromSeconds(0.2), "db2 rw has=A:1-9,B:1").TakeUp(stored);
        Assert.Empty(resumed.Reports);
        Assert.Single(resumed.Steps.OfType<SetWritable>());
        Assert.Contains("db2:3306 accepts writes, so db1:3306 stays read-only", resumed.Recovery.Outcome!.Says, StringComparison.Ordinal);
    }
}
