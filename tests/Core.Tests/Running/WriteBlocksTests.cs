using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;

namespace OrchestratorFunctions.Core.Tests.Running;

/// <summary>A planned switch blocks writes for no longer than its limit, whatever becomes of storage and servers.</summary>
public sealed class WriteBlocksTests
{
    private const string Two = "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9";
    private const string Lagging = "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-8 got=A:1-9";

    private static readonly TimeSpan Limit = RecoveryPolicy.Default.WriteBlockLimit;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private static TimeSpan Frozen(PlayedRun played) => played.Sent.First(s => s.Step is SetReadOnly).At;

    private static TimeSpan Opened(PlayedRun played) => played.Sent.First(s => s.Step is SetWritable).At;

    private static bool Accepts(PlayedRun played, string host) => played.World[WrittenTopology.Key(host)]!.Current is { ReadOnly: false };

    [Theory]
    [InlineData(0.01, "db2")]
    [InlineData(1.4, "db2")]
    [InlineData(1.6, "db1")]
    [InlineData(2.5, "db1")]
    [InlineData(9, "db1")]
    [InlineData(60, "db1")]
    public void However_slow_storage_is_writes_are_blocked_no_longer_than_the_limit(double seconds, string writer)
    {
        var played = new PlayedRun(Two) { SaveTakes = _ => TimeSpan.FromSeconds(seconds) }.Begin(PlanKinds.Takeover);
        Assert.True(Opened(played) - Frozen(played) <= Limit, $"{Opened(played) - Frozen(played)}");
        Assert.Equal(writer, played.Sent.First(s => s.Step is SetWritable).Step.Target.Key.Host);
        Assert.True(Accepts(played, writer) != Accepts(played, writer == "db1" ? "db2" : "db1"));
        Assert.Equal(writer == "db2", played.Recovery.Outcome is RecoveryOutcome.Promoted);
    }

    [Fact]
    public void A_timer_that_rings_early_is_no_reason_to_block_for_longer()
    {
        var played = new PlayedRun(Two) { SaveTakes = _ => TimeSpan.FromSeconds(9), TimersEarlyBy = TimeSpan.FromMilliseconds(10) }.Begin(PlanKinds.Takeover);
        Assert.InRange(Opened(played) - Frozen(played), Limit - TimeSpan.FromMilliseconds(20), Limit + TimeSpan.FromMilliseconds(2));
    }

    [Fact]
    public void The_successor_is_not_waited_for_beyond_the_limit_that_began_with_the_freeze()
    {
        var played = new PlayedRun(Lagging)
        {
            SaveTakes = _ => TimeSpan.FromSeconds(1), StepTakes = step => step is WaitUntilApplied ? TimeSpan.FromMinutes(1) : Step,
        }.Begin(PlanKinds.Takeover);
        Assert.True(Opened(played) - Frozen(played) <= Limit, $"{Opened(played) - Frozen(played)}");
        Assert.True(Accepts(played, "db1"));
        Assert.Contains("longer than 3 s (Takeover:WriteBlockLimit)", Assert.IsType<RecoveryOutcome.RolledBack>(played.Recovery.Outcome).Because, StringComparison.Ordinal);
    }

    /// <summary>S13: what opens the primary again was stored with the stage that closed it.</summary>
    [Theory]
    [InlineData("switch")]
    [InlineData("open")]
    public void Storage_that_is_lost_after_the_freeze_does_not_leave_the_cluster_without_a_writer(string first)
    {
        var isAway = false;
        var played = new PlayedRun(Two)
        {
            SaveFails = r => (isAway |= r.Stages[^1].Stage.Name == first) && !r.Stages.Any(s => s.Undo?.Result is not null),
        }.Begin(PlanKinds.Takeover);
        Assert.True(Accepts(played, "db1") && !Accepts(played, "db2"));
        Assert.Null(played.OpenedAt);
        var outcome = Assert.IsType<RecoveryOutcome.RolledBack>(played.Recovery.Outcome);
        Assert.Contains("storage is away", outcome.Because, StringComparison.Ordinal);
        Assert.DoesNotContain(played.Ledger.Entries, e => e is LedgerEntry.FormerPrimary or LedgerEntry.MaybeOpen);
        var link = Assert.Single(played.World[WrittenTopology.Key("db2")]!.Current!.Links);
        Assert.Equal(("db1", true), (link.Source.Host, link.IsReplicating));
        Assert.Contains("undone because storage is away\n   * Make db1:3306 writable: the old primary stays the writer  [done", RecoveryText.Tell(played.Recovery), StringComparison.Ordinal);
    }

    [Fact]
    public void Storing_is_tried_until_the_record_tells_what_was_done()
    {
        var saves = 0;
        var played = new PlayedRun(Two) { SaveFails = r => r.Stages.Any(s => s.Stage.Name == "switch") && ++saves <= 20 }.Begin(PlanKinds.Takeover);
        Assert.IsType<RecoveryOutcome.RolledBack>(played.Recovery.Outcome);
        Assert.Single(played.Steps.OfType<SetWritable>());
    }

    [Fact]
    public void An_opening_that_fails_is_tried_again_while_nothing_can_be_stored()
    {
        var tries = 0;
        var played = new PlayedRun(Two, "x with db1 SetWritable fails at 2") { SaveFails = r => r.Stages.Any(s => s.Stage.Name == "switch") && ++tries <= 3 };
        played.Begin(PlanKinds.Takeover);
        Assert.True(Accepts(played, "db1"));
    }

    /// <summary>S1, S18: another process may have the lease by then, and may have opened the successor.</summary>
    [Fact]
    public void Nothing_is_sent_when_the_lease_may_be_another_ones()
    {
        var played = new PlayedRun(Two) { SaveTakes = r => TimeSpan.FromSeconds(r.Stages.Length > 1 ? 20 : 0.01), LeaseLeft = now => TimeSpan.FromSeconds(2) - now }.Begin(PlanKinds.Takeover);
        Assert.Equal(RunStop.LeaseLost, played.Stop);
        Assert.DoesNotContain(played.Steps, s => s is SetWritable);
    }

    /// <summary>S11: nobody else can take the lease either while the store is away, so nobody else would end the block.</summary>
    [Theory]
    [InlineData(2.9)]
    [InlineData(2)]
    public void A_block_ends_while_the_lease_is_ours_when_that_cannot_be_renewed(double seconds)
    {
        var played = new PlayedRun(Two)
        {
            Limits = RunLimits.For(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)),
            SaveTakes = r => TimeSpan.FromSeconds(r.Stages.Length > 1 ? 20 : 0.01), LeaseLeft = now => TimeSpan.FromSeconds(seconds) - now,
        }.Begin(PlanKinds.Takeover);
        Assert.True(Opened(played) < TimeSpan.FromSeconds(seconds), $"{Opened(played)}");
        Assert.True(Accepts(played, "db1"));
        Assert.Contains(played.Recovery.Stages, s => s.Undo is { Because: "the lease of the cluster could not be renewed" });
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(60)]
    public void A_lease_that_is_renewed_ends_no_block(int length)
    {
        var lease = TimeSpan.FromSeconds(length);
        // The least that is left of one that is renewed in time.
        var played = new PlayedRun(Two) { Limits = RunLimits.For(TimeSpan.FromSeconds(1), lease), LeaseLeft = _ => lease / 3 }.Begin(PlanKinds.Takeover);
        Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
    }

    [Fact]
    public void After_the_successor_was_told_to_open_the_old_primary_is_not_opened()
    {
        var played = new PlayedRun(Two) { StepTakes = step => step is SetWritable ? TimeSpan.FromSeconds(4) : Step, SaveFails = r => r.Stages[^1].Stage.Name == "follow" }.Begin(PlanKinds.Takeover);
        Assert.Equal(RunStop.StoreAway, played.Stop);
        Assert.DoesNotContain(played.Steps, s => s is SetWritable && s.Target.Key.Host == "db1");
    }

    /// <summary>S1, S19: nobody looks at the other servers while storage is slow, and one is opened by hand.</summary>
    [Theory]
    [InlineData(9)]
    [InlineData(1.6)]
    public void The_old_primary_is_not_opened_beside_a_server_that_somebody_opened_meanwhile(double saving)
    {
        var played = new PlayedRun(Two + "\ndb3 ro <db2 has=A:1-9") { SaveTakes = _ => At(saving) };
        played.At(At(1.8), "db3 rw has=A:1-9").Begin(PlanKinds.Takeover);
        Assert.DoesNotContain(played.Steps, s => s is SetWritable);
        Assert.Contains("db3:3306 accepts writes", played.Recovery.Outcome!.Says, StringComparison.Ordinal);
    }

    /// <summary>S1, S10: it is closed too when the plan goes back because the block took too long.</summary>
    [Fact]
    public void A_former_primary_that_comes_back_open_after_the_block_was_ended_is_closed()
    {
        var three = WrittenTopology.Read(Two + "\ndb3 ro <db1 has=A:1-9 former");
        var owed = new LedgerEntry.FormerPrimary(WrittenTopology.Key("db3"), "r0", WrittenTopology.Noon);
        var played = new PlayedRun(three.With(Ledger.Empty.With(owed))) { SaveTakes = _ => At(9) };
        played.At(At(14), "db3 rw has=A:1-9 former").Begin(PlanKinds.Takeover);
        Assert.Contains(played.Steps, s => s is SetReadOnly && s.Target.Key.Host == "db3");
        Assert.True(Accepts(played, "db1") && !Accepts(played, "db3"));
        Assert.IsType<RecoveryOutcome.RolledBack>(played.Recovery.Outcome);
    }

    /// <summary>S1, S19: what it has by now may be nowhere else, and the old primary is not opened beside it.</summary>
    [Fact]
    public void A_successor_that_somebody_opened_while_it_was_cut_loose_is_not_put_back_below_the_old_primary()
    {
        var played = new PlayedRun(Two) { StepTakes = step => step is ForgetSource ? At(4) : Step };
        played.At(At(2), "db2 rw has=A:1-9,B:1-3").Begin(PlanKinds.Takeover);
        Assert.DoesNotContain(played.Steps, s => s is PointTo { Target.Key.Host: "db2" });
        Assert.False(Accepts(played, "db1"));
        var abandoned = Assert.IsType<RecoveryOutcome.Abandoned>(played.Recovery.Outcome);
        Assert.Contains("db2:3306 accepts writes, so db1:3306 stays read-only", abandoned.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void What_ends_the_block_is_sent_on_a_look_at_the_others_of_the_last_second()
    {
        var played = new PlayedRun(Two) { SaveTakes = _ => At(9) }.Begin(PlanKinds.Takeover);
        var look = played.Looks.Last(l => l.Key.Host == "db2" && l.At < Opened(played)).At;
        Assert.InRange(Opened(played) - look, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Storage_that_is_lost_before_the_freeze_changes_nothing()
    {
        var gathers = Two + "\ndb3 ro <db1 has=A:1-9";
        var played = new PlayedRun(gathers) { SaveFails = r => r.Stages[^1].Stage.Name == "freeze" }.Begin(PlanKinds.Takeover);
        Assert.Equal(RunStop.StoreAway, played.Stop);
        Assert.DoesNotContain(played.Steps, s => s is SetReadOnly or SetWritable);
    }

    [Fact]
    public void A_freeze_that_hangs_is_taken_back_when_its_time_is_over()
    {
        var played = new PlayedRun(Two) { StepTakes = step => step is SetReadOnly ? TimeSpan.FromSeconds(3.5) : Step, SaveTakes = _ => TimeSpan.FromSeconds(5) }.Begin(PlanKinds.Takeover);
        Assert.True(Accepts(played, "db1"));
        Assert.True(Opened(played) - Frozen(played) <= TimeSpan.FromSeconds(3.6), "it waited for storage");
        Assert.IsType<RecoveryOutcome.RolledBack>(played.Recovery.Outcome);
    }

    /// <summary>Its process died while writes were blocked, and another one takes it up a minute later.</summary>
    [Fact]
    public void A_block_that_another_process_left_behind_is_ended_at_once()
    {
        var stored = new PlayedRun(Two).Begin(PlanKinds.Takeover).StoredAt("switch");
        stored = stored with { Stages = [.. stored.Stages.Select(s => s with { PlannedAt = s.PlannedAt.AddMinutes(-1) })] };
        var resumed = new PlayedRun("db1 ro has=A:1-9\ndb2 ro <db1 has=A:1-9") { SaveTakes = _ => TimeSpan.FromSeconds(5) }.TakeUp(stored);
        Assert.InRange(Opened(resumed), TimeSpan.Zero, TimeSpan.FromSeconds(0.1));
        Assert.True(Accepts(resumed, "db1") && !Accepts(resumed, "db2"));
        Assert.IsType<RecoveryOutcome.RolledBack>(resumed.Recovery.Outcome);
    }

    /// <summary>S1, L3: the undo waits for its closing, and a stage that nobody runs would be planned for ever.</summary>
    [Fact]
    public void A_returned_primary_is_closed_before_a_block_that_another_process_left_behind_is_ended()
    {
        var stored = new PlayedRun(Two).Begin(PlanKinds.Takeover).StoredAt("switch");
        stored = stored with
        {
            Stages = [.. stored.Stages.Select(s => s with { PlannedAt = s.PlannedAt - TimeSpan.FromSeconds(9) })],
        };
        var resumed = new PlayedRun("db1 ro has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 rw former has=A:1-9").TakeUp(stored);
        Assert.Equal(["db3", "db1"], resumed.Steps.Take(2).Select(s => s.Target.Key.Host));
        Assert.False(Accepts(resumed, "db3"));
        Assert.True(Accepts(resumed, "db1"));
        Assert.IsType<RecoveryOutcome.RolledBack>(resumed.Recovery.Outcome);
    }

    [Fact]
    public void A_freeze_that_was_stored_and_not_sent_blocks_nothing_and_is_carried_out()
    {
        var stored = new PlayedRun(Two).Begin(PlanKinds.Takeover).StoredAt("freeze");
        stored = stored with { Stages = [.. stored.Stages.Select(s => s with { PlannedAt = s.PlannedAt.AddMinutes(-1) })] };
        var resumed = new PlayedRun(Two).TakeUp(stored);
        Assert.IsType<RecoveryOutcome.Promoted>(resumed.Recovery.Outcome);
    }
}
