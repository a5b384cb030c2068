using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;

namespace OrchestratorFunctions.Core.Tests.Running;

public sealed partial class RecoveryMachineTests
{
    private const string Dead = """
        db1 rw has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 has=A:1-100
        db3 ro <db1 io=connecting err=2003 has=A:1-100
        db4 ro <db1 io=connecting err=2003 has=A:1-100
        """;

    private const string Lagging = """
        db1 rw has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 has=A:1-90 got=A:1-100
        db3 ro <db1 io=connecting err=2003 has=A:1-90 got=A:1-100
        """;

    private const string Back = "db1 rw has=A:1-105";

    [Fact]
    public void A_dead_primary_is_replaced_and_everybody_follows()
    {
        var played = new PlayedRun(Dead).Begin();
        Assert.Equal(RunStop.Ended, played.Stop);
        Assert.Empty(Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome).Lost);
    }

    /// <summary>L8: the classic is a STOP REPLICA that hangs on a full disk.</summary>
    [Fact]
    public void A_replica_whose_steps_hang_does_not_hold_up_the_promotion()
    {
        var hanging = new PlayedRun(Dead) { StepTakes = step => step.Target.Key.Host == "db4" ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(20) }.Begin();
        Assert.InRange(hanging.OpenedAt!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
        Assert.IsType<RecoveryOutcome.Promoted>(hanging.Recovery.Outcome);
        // What it was sent is awaited before it is sent anything else.
        var toIt = hanging.Sent.Where(s => s.Step.Target.Key.Host == "db4").ToArray();
        Assert.All(toIt.Zip(toIt.Skip(1)), p => Assert.True(p.Second.At - p.First.At >= TimeSpan.FromSeconds(5), $"{p.First} {p.Second}"));
    }

    /// <summary>L1: a machine on which every statement takes a second still fails over.</summary>
    [Fact]
    public void Replicas_that_are_all_slow_to_stop_are_waited_for()
    {
        var slow = new PlayedRun(Dead) { StepTakes = _ => TimeSpan.FromSeconds(1.5) }.Begin();
        Assert.Empty(Assert.IsType<RecoveryOutcome.Promoted>(slow.Recovery.Outcome).Lost);
    }

    /// <summary>S5: it may have received what was acknowledged, so it is not passed over for being slow.</summary>
    [Fact]
    public void A_slow_replica_that_received_more_than_the_others_is_waited_for()
    {
        var ahead = Dead.Replace("db4 ro <db1 io=connecting err=2003 has=A:1-100", "db4 ro <db1 io=connecting err=2003 has=A:1-120", StringComparison.Ordinal);
        var slow = new PlayedRun(ahead) { StepTakes = step => TimeSpan.FromSeconds(step.Target.Key.Host == "db4" ? 2 : 0.02) }.Begin();
        Assert.Equal("db4", Assert.IsType<RecoveryOutcome.Promoted>(slow.Recovery.Outcome).Key.Host);
    }

    /// <summary>S1, S8: restarted by its init system while the candidate applies what it received.</summary>
    [Fact]
    public void A_primary_that_is_back_while_the_candidate_catches_up_is_not_replaced_beside()
    {
        var played = new PlayedRun(Lagging) { StepTakes = step => step is WaitUntilApplied ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(20) }
            .At(TimeSpan.FromSeconds(5), Back).Begin();
        Assert.Null(played.OpenedAt);
        Assert.InRange(played.Now, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        Assert.Contains("answers again", played.Recovery.Outcome!.Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("db1 rw has=A:1-105")]
    [InlineData("db1 | auth denied")]
    public void A_primary_that_shows_life_while_the_promotion_is_being_stored_is_not_replaced_beside(string life)
    {
        var played = new PlayedRun(Dead) { SaveTakes = r => r.Stages[^1].Stage.Name == "promote" ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(10) };
        played.At(TimeSpan.FromSeconds(2), life).Begin();
        Assert.Null(played.OpenedAt);
    }

    /// <summary>S18: nothing is opened on what was seen more than a second ago, and nothing is waited for when it was seen just now.</summary>
    [Fact]
    public void The_old_primary_is_looked_at_within_a_second_before_another_server_is_opened()
    {
        var slow = new PlayedRun(Dead) { SaveTakes = _ => TimeSpan.FromSeconds(2) }.Begin();
        Assert.Contains(slow.Looks, l => l.Key.Host == "db1" && slow.OpenedAt - l.At is { } age && age >= TimeSpan.Zero && age <= TimeSpan.FromSeconds(1));
        Assert.IsType<RecoveryOutcome.Promoted>(slow.Recovery.Outcome);
    }

    /// <summary>L1: a replica that does not answer must not make every look too old for the next step.</summary>
    [Fact]
    public void Slow_storage_and_a_silent_replica_together_end_all_the_same()
    {
        var played = new PlayedRun(Dead + "db5 ro <db1 has=A:1-100 | timed out 9.0s\n") { SaveTakes = _ => TimeSpan.FromSeconds(4) };
        played.At(TimeSpan.FromSeconds(3), "db4 | timed out 1.0s").Begin();
        Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
    }

    [Fact]
    public void A_verdict_that_waited_for_storage_is_looked_at_again_before_the_first_step()
    {
        var begun = new PlayedRun(Dead).Begin().StoredAt("freeze");
        // The first stage was stored, and by then the primary answered again.
        var late = new PlayedRun("db1 rw has=A:1-105\ndb2 ro <db1 has=A:1-105\ndb3 ro <db1 has=A:1-105\ndb4 ro <db1 has=A:1-105").TakeUp(begun);
        // Whoever stored the stage may have sent its fence: it is taken back, and nothing else is done.
        Assert.Equal(new SetWritable(InstanceKey.Parse("db1")), Assert.Single(late.Steps));
        Assert.Contains("answers again", late.Recovery.Outcome!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_promotion_is_not_carried_out_by_whoever_takes_it_up_when_the_primary_is_back()
    {
        var stored = new PlayedRun(Dead).Begin().StoredAt("promote");
        var resumed = new PlayedRun("""
            db1 rw has=A:1-105
            db2 ro has=A:1-100
            db3 ro <db2 has=A:1-100
            db4 ro <db2 has=A:1-100
            """).TakeUp(stored);
        Assert.Null(resumed.OpenedAt);
        Assert.DoesNotContain(resumed.Steps, s => s is SetReadOnly);
        Assert.Contains(resumed.Recovery.Stages, s => s.WasNotBegun);
    }

    /// <summary>S3: nothing changed, so what was stored is carried out, once.</summary>
    [Fact]
    public void A_stored_stage_is_carried_out_by_whoever_takes_it_up_when_nothing_changed()
    {
        var stored = new PlayedRun(Dead).Begin().StoredAt("promote");
        var resumed = new PlayedRun("db1 rw has=A:1-100 | refused\ndb2 ro has=A:1-100\ndb3 ro <db2 has=A:1-100\ndb4 ro <db2 has=A:1-100").TakeUp(stored);
        Assert.Equal("db2", Assert.IsType<RecoveryOutcome.Promoted>(resumed.Recovery.Outcome).Key.Host);
        Assert.Single(resumed.Recovery.Stages, s => s.Stage.Name == "promote");
        Assert.Single(resumed.Steps.OfType<SetWritable>());
    }

    /// <summary>S1, S3: two of the replicas follow a server that a person opened.</summary>
    [Fact]
    public void No_server_is_opened_beside_one_that_accepts_writes()
    {
        var stored = new PlayedRun(Dead).Begin().StoredAt("promote");
        var resumed = new PlayedRun("db1 rw has=A:1-100 | refused\ndb2 ro has=A:1-100\ndb3 rw has=A:1-100\ndb4 ro <db3 has=A:1-100").TakeUp(stored);
        Assert.Null(resumed.OpenedAt);
    }

    [Fact]
    public void Nothing_is_sent_when_the_lease_may_be_another_ones_by_now()
    {
        var played = new PlayedRun(Dead) { LeaseLeft = now => TimeSpan.FromMilliseconds(25) - now }.Begin();
        Assert.Equal(RunStop.LeaseLost, played.Stop);
        Assert.Null(played.OpenedAt);
    }

    /// <summary>S1: the look was under way when the promotion was planned, and its answer came while that was stored.</summary>
    [Fact]
    public void A_life_sign_that_arrives_while_the_promotion_is_stored_is_heard()
    {
        var silent = Dead.Replace("refused", "timed out 1.0s", StringComparison.Ordinal);
        var played = new PlayedRun(silent) { SaveTakes = r => TimeSpan.FromSeconds(r.Stages[^1].Stage.Name == "promote" ? 1.3 : 0.01) };
        played.At(TimeSpan.FromSeconds(0.5), "db1 | auth denied").Begin();
        Assert.Null(played.OpenedAt);
    }

    /// <summary>S8, S18: the look had failed before the primary came back, and a process that was stopped heard of that afterwards.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.022)]
    [InlineData(0.035)]
    public void A_look_that_is_heard_late_is_no_fresh_look(double from)
    {
        var silent = Dead.Replace("refused", "timed out 1.0s", StringComparison.Ordinal);
        var stopped = new PlayedRun(silent) { IsStopped = (TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(7)) };
        stopped.At(TimeSpan.FromSeconds(5), Back).Begin();
        Assert.Null(stopped.OpenedAt);
        Assert.Contains("answers again", stopped.Recovery.Outcome!.Says, StringComparison.Ordinal);
    }

    /// <summary>S3: it has no results, and that nothing failed is no proof that somebody accepts writes.</summary>
    [Fact]
    public void A_promotion_that_was_maybe_begun_is_no_success_when_the_candidate_is_not_seen()
    {
        var stored = new PlayedRun(Dead).Begin().StoredAt("promote");
        var resumed = new PlayedRun("db1 rw has=A:1-105\ndb2 ro has=A:1-100 | timed out 1.0s\ndb3 ro <db2 has=A:1-100\ndb4 ro <db2 has=A:1-100").TakeUp(stored);
        Assert.Contains(resumed.Recovery.Stages, s => s.IsMaybeBegun);
        Assert.IsNotType<RecoveryOutcome.Promoted>(resumed.Recovery.Outcome);
    }

    /// <summary>S11: what was opened again would be closed by the late fence, and nobody would look any more.</summary>
    [Fact]
    public void A_fence_that_takes_effect_late_does_not_leave_a_primary_closed_that_is_back()
    {
        var played = new PlayedRun(Lagging) { StepTakes = step => TimeSpan.FromSeconds(step is Fence ? 3 : step is WaitUntilApplied ? 60 : 0.02) };
        played.At(TimeSpan.FromSeconds(1), Back).Begin();
        Assert.Contains(played.Steps, s => s is Fence);
        Assert.Null(played.OpenedAt);
        Assert.False(played.World[played.Recovery.Subject]!.Current!.ReadOnly);
    }

    /// <summary>L8: a timer that rings early must not be the last one.</summary>
    [Fact]
    public void Patience_ends_also_when_its_timer_rings_early()
    {
        var hanging = new PlayedRun(Dead)
        {
            StepTakes = step => TimeSpan.FromSeconds(step.Target.Key.Host == "db4" ? 5 : 0.02), TimersEarlyBy = TimeSpan.FromMilliseconds(0.5),
        }.Begin();
        Assert.InRange(hanging.OpenedAt!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
    }

    /// <summary>S1, S11: a takeover is undone, and the old primary is not opened beside a server that somebody opened meanwhile.</summary>
    [Fact]
    public void A_takeover_leaves_its_primary_closed_when_another_server_accepts_writes()
    {
        var played = new PlayedRun("db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro <db1 has=A:1-100")
        {
            StepTakes = step => TimeSpan.FromSeconds(step is SetReadOnly ? 1 : 0.02),
        };
        played.At(TimeSpan.FromSeconds(0.5), "db2 rw has=A:1-100", "db3 rw has=A:1-100").Begin(PlanKinds.Takeover);
        Assert.Empty(played.Steps.OfType<SetWritable>());
        Assert.Contains("stays read-only", played.Recovery.Outcome!.Says, StringComparison.Ordinal);
    }

    /// <summary>L1: a silent server is looked at twice, and what the others answered must still count after that.</summary>
    [Fact]
    public void What_was_seen_counts_for_longer_than_two_looks_take() =>
        Assert.True(RunLimits.For(TimeSpan.FromSeconds(4)).PictureFor > TimeSpan.FromSeconds(8));

    [Fact]
    public void Every_stage_but_the_last_ends_with_a_result_for_each_of_its_steps()
    {
        var whole = new PlayedRun(Dead).Begin();
        Assert.True(whole.Recovery.Stages.Length > 2);
        Assert.All(whole.Recovery.Stages.SkipLast(1), s => Assert.Equal(s.Stage.Steps.Length, s.Results.Length));
    }
}
