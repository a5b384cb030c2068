using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Stepping;

namespace OrchestratorFunctions.Core.Tests.Stepping;

public sealed class StepMachineTests
{
    private static readonly StepTarget Db1 = WrittenTopology.Key("db1"), Db2 = WrittenTopology.Key("db2");
    private static readonly Topology Servers = WrittenTopology.Read("db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-90");
    private static readonly StepTerms Terms = new(NotAfter: At(106));

    [Fact]
    public void A_step_looks_first_and_sends_nothing_when_it_is_true_already()
    {
        var play = Play(new SetReadOnly(Db2));
        Assert.Equal(new StepCommand.Look(At(5)), play.Command);
        play.Hears(100.1, Seen("db2"));
        Assert.Equal(StepState.AlreadyTrue, play.Result.State);
    }

    [Fact]
    public void A_look_of_a_moment_ago_is_look_enough()
    {
        var play = Play(new SetReadOnly(Db1), Terms with { SeenAt = At(99.5) });
        Assert.IsType<StepCommand.Prepare>(play.Command);
        play.Hears(100.1, new StepEvent.Ready());
        Assert.Equal(new StepCommand.Send(Servers[Db1.Key]!.Current, At(4.9), At(105)), play.Command);
        play.Hears(100.2, new StepEvent.Answered("one client was cut off"));
        Assert.Equal((StepState.Done, "one client was cut off", false), (play.Result.State, play.Result.Says, play.Result.MayTakeEffect));
        Assert.IsType<StepCommand.Look>(Play(new SetReadOnly(Db1), Terms with { SeenAt = At(98.9) }).Command);
    }

    [Fact]
    public void What_a_server_did_not_show_is_the_result()
    {
        var play = Play(new SetReadOnly(Db1)).Hears(101, new StepEvent.Looked(new ProbeOutcome.Failed(ProbeFailureKind.Refused, "nothing listens there")));
        Assert.Equal((StepState.Failed, "nothing listens there"), (play.Result.State, play.Result.Says));
        play = Play(new SetReadOnly(Db1)).Hears(105, new StepEvent.Looked(new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer in time")));
        Assert.Equal(StepState.TimedOut, play.Result.State);
    }

    [Fact]
    public void A_process_that_was_stopped_between_look_and_sending_sends_nothing_when_the_lease_may_have_run_out()
    {
        var play = Play(new SetWritable(Db2), timeout: 300).Hears(100.1, Seen("db2")).Hears(160, new StepEvent.Ready());
        Assert.Equal(StepState.Failed, play.Result.State);
        Assert.Contains("lease", play.Result.Says, StringComparison.Ordinal);

        play = Play(new SetWritable(Db2), timeout: 300).Hears(100.1, Seen("db2")).Hears(100.2, new StepEvent.Ready());
        play.Hears(160, new StepEvent.TakenBack(0));
        Assert.Equal(StepState.Failed, play.Result.State);

        Assert.Equal(StepState.Failed, Play(new Fence(Db1), Terms with { NotAfter = At(100) }).Result.State);
    }

    [Fact]
    public void A_look_that_is_too_old_at_the_moment_of_sending_is_taken_again_and_counts()
    {
        var patient = Terms with { NotAfter = At(1000) };
        var play = Play(new SetReadOnly(Db1), patient, timeout: 300).Hears(100.1, Seen("db1")).Hears(160, new StepEvent.Ready());
        Assert.IsType<StepCommand.Look>(play.Command);
        play.Hears(160.1, new StepEvent.Looked(new ProbeOutcome.Seen(Servers[Db1.Key]!.Current! with { ReadOnly = true, SuperReadOnly = true })));
        Assert.Equal(StepState.AlreadyTrue, play.Result.State);
    }

    /// <summary>S22: the look may be a second old, and the session that is opened for the step leads to another one.</summary>
    [Fact]
    public void Nothing_is_sent_to_another_server_that_answers_at_the_address_by_now() => Assert.All(
        [Play(new SetReadOnly(Db1)).Hears(100.1, Seen("db2")), Play(new SetReadOnly(Db1), Terms with { SeenAt = At(99.5) }).Hears(100.1, new StepEvent.Ready(WrittenTopology.Uuid('B')))],
        play => Assert.Equal((true, $"not sent, because another server answers at {Db1.Key} than the one this was planned for"), (play.Result.WasNotSent, play.Result.Says)));

    [Fact]
    public void A_step_whose_time_is_over_before_it_could_be_sent_is_not_sent()
    {
        var play = Play(new SetReadOnly(Db1)).Hears(100.1, Seen("db1")).Hears(105, new StepEvent.Ready());
        Assert.Equal(StepState.TimedOut, play.Result.State);
        Assert.Contains("not sent", play.Result.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_without_an_answer_is_killed_and_the_result_says_when_that_is_not_certain()
    {
        var sent = Play(new SetReadOnly(Db1)).Hears(100.1, Seen("db1")).Hears(100.2, new StepEvent.Ready());
        var killing = sent.Hears(105, new StepEvent.TimeReached());
        Assert.IsType<StepCommand.Kill>(killing.Command);
        foreach (var (ends, isCertain) in new (StepEvent, bool)[]
        {
            (new StepEvent.Killed(), true), (new StepEvent.NotKilled("error 1040: Too many connections"), false), (new StepEvent.TimeReached(), false),
        })
        {
            var result = killing.Copy().Hears(105.2, ends).Result;
            Assert.Equal((StepState.TimedOut, !isCertain), (result.State, result.MayTakeEffect));
            Assert.Equal(!isCertain, result.Says.Contains("may still take effect", StringComparison.Ordinal));
        }
        Assert.Equal(StepState.Done, killing.Copy().Hears(105.2, new StepEvent.Answered()).Result.State);
    }

    [Fact]
    public void A_connection_that_breaks_leaves_a_statement_that_may_go_on_and_an_answer_does_not()
    {
        var sent = Play(new SetReadOnly(Db1)).Hears(100.1, Seen("db1")).Hears(100.2, new StepEvent.Ready());
        var refused = sent.Copy().Hears(100.3, new StepEvent.Failed(ProbeFailureKind.AuthenticationDenied, "error 1227", IsOver: true));
        Assert.Equal((StepState.Failed, "error 1227", false), (refused.Result.State, refused.Result.Says, refused.Result.MayTakeEffect));
        var broken = sent.Copy().Hears(100.3, new StepEvent.Failed(ProbeFailureKind.Reset, "the connection broke", IsOver: false));
        Assert.IsType<StepCommand.Kill>(broken.Command);
        var unknown = broken.Hears(100.8, new StepEvent.NotKilled("no answer")).Result;
        Assert.Equal((StepState.Failed, true), (unknown.State, unknown.MayTakeEffect));
    }

    [Fact]
    public void Whoever_stops_a_step_leaves_no_statement_behind()
    {
        var sent = Play(new SetReadOnly(Db1)).Hears(100.1, Seen("db1")).Hears(100.2, new StepEvent.Ready());
        Assert.IsType<StepCommand.Kill>(sent.Hears(100.3, new StepEvent.StopAsked()).Command);
        Assert.IsType<StepCommand.Stop>(sent.Copy().Hears(100.4, new StepEvent.Killed()).Command);
        Assert.IsType<StepCommand.Stop>(sent.Copy().Hears(100.4, new StepEvent.Answered()).Command);
        Assert.True(sent.Copy().Hears(100.8, new StepEvent.NotKilled("no answer")).Result.MayTakeEffect);
        Assert.IsType<StepCommand.Stop>(Play(new SetReadOnly(Db1)).Hears(100.1, new StepEvent.StopAsked()).Command);
    }

    [Fact]
    public void A_fence_is_sent_without_a_look_and_stays_queued_when_nobody_answers()
    {
        var play = Play(new Fence(Db1), timeout: 0.15);
        Assert.Equal(new StepCommand.Send(null, At(0.15), At(100.15), WrittenTopology.Uuid('A')), play.Command);
        play.Hears(100.15, new StepEvent.TimeReached());
        var queued = Assert.IsType<StepCommand.KeepQueued>(play.Command).Result;
        Assert.Equal((StepState.Queued, true), (queued.State, queued.MayActLate));
        Assert.Equal(StepState.Done, Play(new Fence(Db1)).Hears(100.1, new StepEvent.Answered()).Result.State);
        Assert.Equal(StepState.Failed, Play(new Fence(Db1)).Hears(100.1, new StepEvent.Failed(ProbeFailureKind.Reset, "it broke", false)).Result.State);
    }

    [Fact]
    public void Nothing_of_ours_may_close_a_server_after_it_was_opened()
    {
        var play = Play(new SetWritable(Db2)).Hears(100.1, Seen("db2")).Hears(100.2, new StepEvent.Ready());
        Assert.IsType<StepCommand.TakeBack>(play.Command);
        Assert.IsType<StepCommand.Send>(play.Hears(100.3, new StepEvent.TakenBack(0)).Command);
        Assert.Equal(StepState.Done, play.Hears(100.4, new StepEvent.Answered()).Result.State);
    }

    /// <summary>S1: it stands on looks at the others; what reaches its server later than these count must not open it.</summary>
    [Theory]
    [InlineData(5, 101.3)]
    [InlineData(0.8, 100.8)]
    public void What_opens_a_server_takes_effect_within_a_second_or_not_at_all(double timeout, double by)
    {
        var play = Play(new SetWritable(Db2), timeout: timeout).Hears(100.1, Seen("db2")).Hears(100.2, new StepEvent.Ready());
        Assert.Equal(At(by), Assert.IsType<StepCommand.Send>(play.Hears(100.3, new StepEvent.TakenBack(0)).Command).By);
    }

    [Fact]
    public void A_server_that_accepts_writes_is_asked_all_the_same_whether_something_waits_to_close_it()
    {
        var open = Play(new SetWritable(Db1)).Hears(100.1, Seen("db1")).Hears(100.2, new StepEvent.Ready());
        Assert.IsType<StepCommand.TakeBack>(open.Command);
        // What waited may have taken effect between the look and the taking back: nothing is found, and it is closed.
        var again = open.Copy().Hears(100.3, new StepEvent.TakenBack(0));
        Assert.IsType<StepCommand.Look>(again.Command);
        Assert.Equal(StepState.AlreadyTrue, again.Copy().Hears(100.4, Seen("db1")).Result.State);
        Assert.IsType<StepCommand.Send>(again.Hears(100.4, Seen("db2")).Hears(100.5, new StepEvent.Ready()).Command);
        // What was taken back may have taken effect before: it is looked at again.
        var looked = open.Copy().Hears(100.3, new StepEvent.TakenBack(2));
        Assert.IsType<StepCommand.Look>(looked.Command);
        Assert.IsType<StepCommand.Send>(looked.Hears(100.4, Seen("db2")).Hears(100.4, new StepEvent.Ready()).Command);
    }

    [Fact]
    public void A_withdrawal_that_fails_opens_nothing()
    {
        var play = Play(new SetWritable(Db2)).Hears(100.1, Seen("db2")).Hears(100.2, new StepEvent.Ready());
        play.Hears(100.3, new StepEvent.Failed(ProbeFailureKind.TimedOut, "it has not ended", IsOver: true));
        Assert.Equal((StepState.TimedOut, "it has not ended"), (play.Result.State, play.Result.Says));
    }

    [Fact]
    public void A_wait_goes_in_turns_with_looks_between_until_its_own_deadline()
    {
        var play = Applying();
        Assert.Equal(new StepCommand.Wait(At(1), At(4.7)), play.Hears(100.3, new StepEvent.Answered()).Command);
        Assert.IsType<StepCommand.Look>(play.Hears(101.3, new StepEvent.TurnEnded(false)).Command);
        Assert.IsType<StepCommand.Wait>(play.Hears(101.4, new StepEvent.Looked(new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer"))).Command);
        play.Hears(104.5, new StepEvent.TurnEnded(false));
        Assert.Equal(0.3, Assert.IsType<StepCommand.Wait>(play.Hears(104.6, Seen("db2")).Command).Turn.TotalSeconds, 3);
        play.Hears(104.95, new StepEvent.TurnEnded(false)).Hears(104.96, Seen("db2"));
        Assert.Equal(StepState.TimedOut, play.Result.State);
        Assert.Contains("has not applied", play.Result.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_ends_when_it_is_reached_or_when_the_applier_has_stopped_with_an_error()
    {
        Assert.Equal(StepState.Done, Applying().Hears(100.3, new StepEvent.Answered()).Hears(101, new StepEvent.TurnEnded(true)).Result.State);
        var stopped = Servers[Db2.Key]!.Current! with
        {
            Links = [.. Servers[Db2.Key]!.Current!.Links.Select(l => l with { Applier = ReplicationThread.Stopped, ApplierErrorNumber = 1062, ApplierError = "twice" })],
        };
        var play = Applying().Hears(100.3, new StepEvent.Answered()).Hears(101, new StepEvent.TurnEnded(false));
        play.Hears(101.1, new StepEvent.Looked(new ProbeOutcome.Seen(stopped)));
        Assert.Equal((StepState.Failed, "the applier stopped with error 1062: twice"), (play.Result.State, play.Result.Says));
    }

    [Fact]
    public void A_receiver_that_connects_is_looked_at_again_and_again_and_nothing_is_sent()
    {
        var db3 = WrittenTopology.Key("db3");
        var play = Play(new WaitUntilReceiving(Db2, db3)).Hears(100.1, Seen("db2"));
        Assert.IsType<StepCommand.Pause>(play.Command);
        Assert.Equal(new StepCommand.Look(At(4.8)), play.Hears(100.2, new StepEvent.TurnEnded(false)).Command);
        Assert.IsType<StepCommand.Pause>(play.Hears(100.3, Seen("db2")).Command);
        var connected = Servers[Db2.Key]!.Current! with { Links = [.. Servers[Db2.Key]!.Current!.Links.Select(l => l with { Source = db3 })] };
        play.Hears(100.4, new StepEvent.TurnEnded(false)).Hears(100.5, new StepEvent.Looked(new ProbeOutcome.Seen(connected)));
        Assert.Equal(StepState.Done, play.Result.State);
    }

    private static PlayedStep Applying() =>
        Play(new WaitUntilApplied(Db2, GtidSet.Parse($"{WrittenTopology.Uuid('A')}:1-100"))).Hears(100.1, Seen("db2")).Hears(100.2, new StepEvent.Ready());

    // Every step begins at second 100.
    private static PlayedStep Play(PlanStep step, StepTerms? terms = null, double timeout = 5)
    {
        var planned = new PlannedStep(step, Tolerance.Must, At(timeout), "test");
        return new PlayedStep(StepMachine.Begin(planned, Servers[step.Target.Key], terms ?? Terms, At(100)));
    }

    private static StepEvent.Looked Seen(string host) => new(new ProbeOutcome.Seen(Servers[WrittenTopology.Key(host)]!.Current!));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>One step and what it asks for.</summary>
    private sealed class PlayedStep(StepTurn turn)
    {
        private StepTurn turn = turn;

        public StepCommand Command => turn.Command;
        public StepResult Result => Assert.IsType<StepCommand.End>(turn.Command).Result;

        public PlayedStep Hears(double at, StepEvent happened)
        {
            turn = StepMachine.Step(turn.Run, happened, At(at));
            return this;
        }

        public PlayedStep Copy() => new(turn);
    }
}
