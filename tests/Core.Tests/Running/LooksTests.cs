using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Core.Tests.Planning;

namespace OrchestratorFunctions.Core.Tests.Running;

/// <summary>Servers that were silent when a recovery began and come back open while it runs (S1, S10).</summary>
public sealed class LooksTests
{
    private const string Healthy = """
        db1 rw has=A:1-9
        db2 ro <db1 has=A:1-8 got=A:1-9
        db9 rw former has=B:1-9 | refused
        """;

    private const string Dead = """
        db1 rw has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 has=A:1-100
        db3 ro <db1 io=connecting err=2003 has=A:1-100
        db4 ro <db1 io=connecting err=2003 has=A:1-100
        """;

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_former_primary_that_comes_back_is_closed_by_the_switch_that_runs()
    {
        var played = new PlayedRun(Healthy) { StepTakes = s => s is WaitUntilApplied ? Seconds(2) : Short };
        played.At(Seconds(0.5), "db9 rw former has=B:1-9").Begin(PlanKinds.Takeover);
        var closed = played.Sent.First(s => s.Step is SetReadOnly && s.Step.Target.Key.Host == "db9").At;
        Assert.True(closed < played.OpenedAt, $"{closed} {played.OpenedAt}");
        Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
    }

    /// <summary>L8: it is looked at twice, once; the stages after that do not wait for it.</summary>
    [Fact]
    public void A_sibling_that_is_lost_on_the_way_holds_up_the_failover_once()
    {
        var played = new PlayedRun(Dead);
        played.At(TimeSpan.Zero, "db4 | timed out 1.0s").Begin();
        var openedAt = Assert.NotNull(played.OpenedAt);
        Assert.InRange(openedAt, 2 * played.Limits.Look, (2 * played.Limits.Look) + Seconds(0.5));
        Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
    }

    /// <summary>S6, S11: a person may have opened it again while it does not answer.</summary>
    [Fact]
    public void The_primary_of_a_switch_is_waited_for_also_when_it_was_silent_before()
    {
        var played = new PlayedRun(Healthy) { StepTakes = s => s is WaitUntilApplied ? Seconds(0.3) : Short };
        played.Limits = played.Limits with { Look = Seconds(0.5) };
        played.At(Seconds(0.2), "db1 | timed out 1.0s").At(Seconds(1.5), "db1 rw has=A:1-12").Begin(PlanKinds.Takeover);
        Assert.Contains(played.Steps, s => s is ForgetSource);
        Assert.Null(played.OpenedAt);
    }

    [Fact]
    public void A_server_that_was_silent_and_is_open_is_a_writer_like_any_other()
    {
        var stray = Healthy.Replace("former ", "", StringComparison.Ordinal);
        var played = new PlayedRun(stray) { StepTakes = s => s is WaitUntilApplied ? Seconds(2) : Short };
        played.At(Seconds(0.5), "db9 rw has=B:1-9").Begin(PlanKinds.Takeover);
        Assert.Null(played.OpenedAt);
    }

    [Fact]
    public void The_old_primary_is_closed_while_a_stage_after_the_promotion_hangs()
    {
        var played = new PlayedRun(Dead) { StepTakes = s => s.Target.Key.Host == "db4" ? Seconds(20) : Short };
        played.At(Seconds(5), "db1 rw has=A:1-100").Begin();
        Assert.InRange(Closed(played), Seconds(5), Seconds(6.5));
    }

    [Fact]
    public void Whoever_takes_up_a_stage_closes_the_old_primary_first()
    {
        var stored = new PlayedRun(Dead) { StepTakes = s => s.Target.Key.Host == "db4" ? Seconds(20) : Short };
        var resumed = new PlayedRun("""
            db1 rw former has=A:1-100
            db2 rw has=A:1-100
            db3 ro <db2 has=A:1-100
            db4 ro <db1 io=connecting err=2003 has=A:1-100
            """);
        resumed.TakeUp(stored.Begin().StoredAt("settle"));
        Assert.Equal("db1", Assert.IsType<SetReadOnly>(resumed.Steps.First()).Target.Key.Host);
        Assert.IsType<RecoveryOutcome.Promoted>(resumed.Recovery.Outcome);
    }

    /// <summary>Its first stage opens a server, and what was silent when it was found may be open by now.</summary>
    [Fact]
    public void Silent_servers_are_looked_at_before_a_primary_is_opened_again()
    {
        var key = WrittenTopology.Key("db1");
        var ledger = Ledger.Empty.With(new LedgerEntry.Closed(key, "r0", WrittenTopology.Noon));
        var seen = WrittenTopology.Read("db1 ro has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 rw | timed out").With(ledger);
        var begun = PlannerTests.Recovery(seen, PlanKinds.FinishRecovery, "db1");
        begun = begun.With(new StageRecord(Planner.Next(begun, seen), 1, WrittenTopology.Noon, []));
        var now = new Moment(WrittenTopology.Noon, TimeSpan.Zero, Seconds(6), 1);
        var (run, commands) = RecoveryMachine.Begin(begun, seen, TimeSpan.Zero, new RunLimits(), int.MaxValue, now);
        Assert.Equal(["db1", "db2", "db3"], commands.Cast<RecoveryCommand.Look>().Select(l => l.Key.Host));

        var opened = WrittenTopology.Read("db1 ro has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 rw");
        foreach (var member in opened.Members)
            (run, commands) = RecoveryMachine.Step(
                run, new RecoveryEvent.Looked(member.Key, member.Outcome, TimeSpan.Zero), now);
        Assert.Contains("db3:3306 accepts writes", run.Recovery.Outcome!.Says, StringComparison.Ordinal);
    }

    /// <summary>
    /// S1, S3: db3 was promoted by another process since this one looked at it, and its ledger is known here before a
    /// look is. A former primary that is open for a moment passes for the primary.
    /// </summary>
    [Fact]
    public void A_server_that_was_promoted_since_it_was_seen_is_not_pointed_elsewhere()
    {
        const string old = "db1 rw former has=A:1-51\ndb2 ro <db1 former has=A:1-51 | timed out 1.0s\n";
        var ledger = Ledger.Empty.With(new LedgerEntry.FormerPrimary(WrittenTopology.Key("db1"), "r1", WrittenTopology.Noon))
            .With(new LedgerEntry.FormerPrimary(WrittenTopology.Key("db2"), "r2", WrittenTopology.Noon));
        var seen = WrittenTopology.Read(old + "db3 ro <db2 has=A:1-51").With(ledger);
        var begun = PlannerTests.Recovery(seen, PlanKinds.FinishRecovery, "db3");
        begun = begun.With(new StageRecord(Planner.Next(begun, seen), 1, WrittenTopology.Noon, []));
        Assert.Contains(begun.Stages[0].Stage.Steps, s => s.Step is PointTo);

        var now = new Moment(WrittenTopology.Noon, TimeSpan.Zero, Seconds(6), 1);
        var (run, commands) = RecoveryMachine.Begin(begun, seen, TimeSpan.Zero, new RunLimits(), int.MaxValue, now);
        Assert.Equal(["db1", "db2", "db3"], commands.Cast<RecoveryCommand.Look>().Select(l => l.Key.Host));

        foreach (var member in WrittenTopology.Read(old + "db3 rw has=A:1-52").Members)
            (run, _) = RecoveryMachine.Step(
                run, new RecoveryEvent.Looked(member.Key, member.Outcome, TimeSpan.Zero), now);
        Assert.DoesNotContain(run.Recovery.Stages[^1].Stage.Steps, s => s.Step is PointTo);
        Assert.True(run.Recovery.Stages[0].WasNotBegun);
    }

    /// <summary>S1: its own server was silent for seconds, and meanwhile another one came back open.</summary>
    [Fact]
    public void A_step_that_opens_a_server_late_is_sent_after_a_look_at_silent_ones_too()
    {
        var played = new PlayedRun(Healthy).Begin(PlanKinds.Takeover);
        var (_, beside) = played.Warranted.First(s => s.Step is SetWritable);
        Assert.Equal(["db1", "db9"], beside.Select(k => k.Host).Order());
    }

    /// <summary>S4, S8, S18: a question that did not reach it is silence, and says nothing of the time since.</summary>
    [Fact]
    public void The_silence_of_a_dead_primary_is_as_old_as_the_question()
    {
        for (var back = Seconds(0.1); back < Seconds(4); back += Seconds(0.1))
        {
            var openedAt = Slow().At(back, "db1 rw has=A:1-100").Begin().OpenedAt;
            Assert.True(openedAt is null || openedAt <= back + new RunLimits().FreshFor, $"{back} {openedAt}");
        }
    }

    /// <summary>Before a server is opened a dead primary is asked once more, for half a second.</summary>
    [Fact]
    public void A_silent_primary_holds_up_a_slow_failover_for_half_a_second()
    {
        var openedAt = Assert.NotNull(Slow().Begin().OpenedAt);
        Assert.InRange(openedAt, Seconds(2.5), Seconds(2.7));
    }

    /// <summary>
    /// S4, S8: a look at it is under way that began before it was back. Siblings that are lost had kept the run waiting,
    /// so it is looked at again before a server is opened.
    /// </summary>
    [Fact]
    public void A_primary_that_is_back_is_heard_beside_a_look_that_began_before()
    {
        var played = new PlayedRun(Dead);
        played.At(TimeSpan.Zero, "db1 | timed out 1.0s", "db4 | timed out 1.0s").At(Seconds(2.06), "db1 rw has=A:1-100");
        Assert.Null(played.Begin().OpenedAt);
        var since = played.Looks.Last(l => l.Key.Host == "db1" && l.At < Seconds(2.06)).At;
        Assert.InRange(since, Seconds(2), Seconds(2.06));
    }

    /// <summary>
    /// S1, S19: the process stands still while answers are on their way, and db3 is opened meanwhile. They are heard
    /// when it goes on, and they are no answers to what it asks then.
    /// </summary>
    [Fact]
    public void An_answer_from_before_a_standstill_does_not_let_the_old_primary_be_opened()
    {
        for (var from = Short; from < Seconds(0.4); from += Seconds(0.001))
        {
            var played = new PlayedRun(Switching)
            {
                StepTakes = s => s is SetWritable or PointTo ? Seconds(0.2) : Short, IsStopped = (from, from + Seconds(4)),
            };
            played.At(from + Seconds(1), "db3 rw has=A:1-9").Begin(PlanKinds.Takeover);
            Assert.DoesNotContain(played.Sent, s => s.Step is SetWritable && s.At > from + Seconds(1));
        }
    }

    private const string Switching = "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db2 has=A:1-9";

    // The primary is silent, and its successor is ready after two seconds.
    private static PlayedRun Slow() => new PlayedRun(Dead.Replace("err=2003 has=A:1-100", "err=2003 has=A:1-90 got=A:1-100", StringComparison.Ordinal))
    {
        StepTakes = s => s is WaitUntilApplied ? Seconds(1.6) : Short,
        SaveTakes = r => r.Stages[^1].Stage.Name == "promote" ? Seconds(0.4) : Short,
    }.At(TimeSpan.Zero, "db1 | timed out 1.0s");

    private static TimeSpan Closed(PlayedRun played) =>
        played.Sent.First(s => s.Step is SetReadOnly && s.Step.Target.Key.Host == "db1").At;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
