using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;

namespace OrchestratorFunctions.Core.Tests.Stepping;

/// <summary>S1, S18: the way to the server may take a while after the guard has let the step through.</summary>
public sealed class StepWarrantTests
{
    private static readonly InstanceKey Db1 = WrittenTopology.Key("db1"), Db2 = WrittenTopology.Key("db2");
    private static readonly Topology Servers = WrittenTopology.Read("db1 rw\ndb2 ro <db1\ndb3 rw <db1");
    private static readonly ProbeOutcome Lives = Servers[Db1]!.Outcome;
    private static readonly ProbeOutcome Closed = new ProbeOutcome.Seen(Servers[Db1]!.Current! with { ReadOnly = true });
    private static readonly ProbeOutcome Silent = new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer");
    private static readonly ProbeOutcome Refuses =
        new ProbeOutcome.Failed(ProbeFailureKind.TooManyConnections, "too many connections");

    [Fact]
    public void A_dead_primary_must_not_show_life_and_every_other_server_must_not_be_a_second_writer()
    {
        var dead = new StepWarrant(Db1, default, MayLive: false);
        Assert.Null(dead.WhyNot(Silent));
        Assert.All([Lives, Closed, Refuses], o => Assert.Contains("answers again", dead.WhyNot(o), StringComparison.Ordinal));
        var other = new StepWarrant(Db1, default);
        Assert.All([Silent, Closed, Refuses, Servers[WrittenTopology.Key("db3")]!.Outcome], o => Assert.Null(other.WhyNot(o)));
        Assert.Contains("accepts writes", other.WhyNot(Lives), StringComparison.Ordinal);
    }

    /// <summary>S1, S16: a link from outside makes nobody a replica, and an unknown one neither.</summary>
    [Fact]
    public void One_that_follows_only_a_server_outside_of_the_cluster_or_does_not_tell_may_be_a_writer()
    {
        var outcome = WrittenTopology.Read("db1 ro\ndb2 rw <db8 channel=aux")[Db2]!.Outcome;
        Assert.Null(new StepWarrant(Db2, default).WhyNot(outcome));
        Assert.NotNull(new StepWarrant(Db2, default) { Outside = ["aux"] }.WhyNot(outcome));
        var untold = outcome.With(i => i with { Stale = InstanceParts.Replication });
        Assert.NotNull(new StepWarrant(Db2, default).WhyNot(untold));
    }

    [Fact]
    public void Nobody_is_looked_at_again_while_the_look_still_counts() =>
        Assert.IsType<StepCommand.Send>(Opening(100.4).Command);

    [Fact]
    public void A_look_that_is_too_old_at_the_moment_of_sending_is_taken_again()
    {
        Assert.Equal([Db1], Assert.IsType<StepCommand.LookBeside>(Opening(100.7).Command).Keys);
        Assert.IsType<StepCommand.Send>(After(Silent).Command);
    }

    [Fact]
    public void What_that_look_shows_may_be_a_reason_to_send_nothing()
    {
        var result = Assert.IsType<StepCommand.End>(After(Lives).Command).Result;
        Assert.Equal((StepState.Failed, true), (result.State, result.IsRefused));
    }

    /// <summary>S18: the old primary answered at once, and another one was waited for.</summary>
    [Theory]
    [InlineData(101.6, false)]
    [InlineData(101.75, true)]
    public void What_was_looked_at_is_as_old_as_the_looks_were_asked_for(double readyAt, bool isTooOld)
    {
        var asked = Opening(100.7);
        var look = Assert.IsType<StepCommand.LookBeside>(asked.Command);
        Assert.True(look.Within < StepTerms.Always.FreshFor);
        var seen = ImmutableDictionary<InstanceKey, ProbeOutcome>.Empty.Add(Db1, Silent);
        var (run, _) = StepMachine.Step(asked.Run, new StepEvent.LookedBeside(seen), At(101.25));
        // The look at the server itself is too old by then.
        (run, _) = StepMachine.Step(run, new StepEvent.Looked(Servers[Db2]!.Outcome), At(101.3));
        var command = StepMachine.Step(run, new StepEvent.Ready(), At(readyAt)).Command;
        Assert.IsType(isTooOld ? typeof(StepCommand.LookBeside) : typeof(StepCommand.Send), command);
    }

    private static StepTurn After(ProbeOutcome outcome)
    {
        var seen = ImmutableDictionary<InstanceKey, ProbeOutcome>.Empty.Add(Db1, outcome);
        return StepMachine.Step(Opening(100.7).Run, new StepEvent.LookedBeside(seen), At(100.8));
    }

    // It begins at second 100, on a look at the old primary of second 99.5.
    private static StepTurn Opening(double takenBackAt)
    {
        var terms = new StepTerms(At(106), At(99.9)) { Beside = [new(Db1, At(99.5), MayLive: false)] };
        var planned = new PlannedStep(new SetWritable(Db2), Tolerance.Must, At(5), "test");
        var (run, _) = StepMachine.Begin(planned, Servers[Db2], terms, At(100));
        (run, _) = StepMachine.Step(run, new StepEvent.Ready(), At(100.2));
        return StepMachine.Step(run, new StepEvent.TakenBack(0), At(takenBackAt));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
