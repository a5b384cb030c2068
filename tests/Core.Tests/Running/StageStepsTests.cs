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
}
