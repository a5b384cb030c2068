using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;

namespace OrchestratorFunctions.Core.Tests.Running;

public sealed class ResumptionTests
{
    private const string Dead = """
        db1 rw has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 has=A:1-100
        db3 ro <db1 io=connecting err=2003 has=A:1-100
        db4 ro <db1 io=connecting err=2003 has=A:1-100
        """;

    /// <summary>S18: what may fail does not make another stage of a stored promotion.</summary>
    [Fact]
    public void A_stored_promotion_is_run_by_who_takes_it_up_though_a_sibling_follows_already()
    {
        var stored = new PlayedRun(Dead).Begin().StoredAt("promote");
        var resumed = new PlayedRun("""
            db1 rw has=A:1-100 | refused
            db2 ro has=A:1-100
            db3 ro <db2 has=A:1-100
            db4 ro <db1 io=stopped has=A:1-100
            """).TakeUp(stored);
        Assert.Single(resumed.Recovery.Stages, s => s.Stage.Name == "promote");
        Assert.Empty(Assert.IsType<RecoveryOutcome.Promoted>(resumed.Recovery.Outcome).Lost);
    }

    /// <summary>
    /// S4, S5: the process died when it had chosen. The old primary lived for a while, db3 received more of it, and both
    /// old primary and process are gone again.
    /// </summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("noupdates ", false)]
    public void What_was_received_since_the_choice_is_had_or_nobody_is_opened(string passingOn, bool isPromoted)
    {
        var stored = new PlayedRun(Dead).Begin().StoredAt("promote");
        var resumed = new PlayedRun($"""
            db1 rw has=A:1-100 | refused
            db2 ro <db1 io=connecting err=2003 has=A:1-100
            db3 ro <db1 io=connecting err=2003 {passingOn}has=A:1-105
            db4 ro <db1 io=connecting err=2003 has=A:1-100
            """).TakeUp(stored);
        var opened = resumed.Steps.OfType<SetWritable>().Select(s => s.Target.Key).Where(k => k.Host != "db1").ToArray();
        Assert.Equal(isPromoted, resumed.Recovery.Outcome is RecoveryOutcome.Promoted);
        Assert.Equal(isPromoted ? 1 : 0, opened.Length);
        var all = resumed.World.Members.First(m => m.Key.Host == "db3").Current!.Gtid.Executed;
        Assert.All(opened, k => Assert.True(resumed.World[k]!.Current!.Gtid.Executed.Contains(all)));
        if (!isPromoted) Assert.Contains("cannot be had", resumed.Recovery.Outcome!.Says, StringComparison.Ordinal);
    }

    /// <summary>
    /// S6: the process died before it had cut the candidate from its source, and somebody started its receiver meanwhile.
    /// </summary>
    [Fact]
    public void What_came_since_a_stored_cut_is_not_thrown_away()
    {
        const string Dead = "db1 10.11.18-MariaDB rw has=0-1-9 | refused\ndb2 10.11.18-MariaDB ro <db1 io=connecting err=2003 has=0-1-9";
        var stored = new PlayedRun(Dead).Begin().StoredAt("promote");
        var resumed = new PlayedRun("db1 10.11.18-MariaDB rw has=0-1-9 | refused\ndb2 10.11.18-MariaDB ro <db1 io=connecting err=2003 has=0-1-9 got=0-1-12")
            .TakeUp(stored);
        var steps = resumed.Steps.ToList();
        var (applied, cut) = (steps.FindIndex(s => s is WaitUntilApplied), steps.FindIndex(s => s is ForgetSource));
        Assert.InRange(applied, 0, cut);
        Assert.Equal("0-1-12", $"{resumed.World.Members.First(m => m.Key.Host == "db2").Current!.Gtid.Executed}");
    }

    /// <summary>
    /// S19, S20: the process died before its promotion was sent, a second one took it up when the candidate did not
    /// answer, and died too. Meanwhile the old primary is back, and clients write to it.
    /// </summary>
    [Theory]
    [InlineData("db2 ro has=A:1-100", null, false)]
    [InlineData("db2 ro has=A:1-100", false, false)]
    [InlineData("db2 ro has=A:1-100", true, true)]
    [InlineData("db2 ro has=A:1-100,B:1-5", null, true)]
    [InlineData("db2 ro | timed out 9s", null, true)]
    public void A_promotion_nobody_sent_is_given_up_when_its_candidate_is_seen_closed(string candidate, bool? isAnswered, bool isOldClosed)
    {
        var stored = new PlayedRun(Dead).Begin().StoredAt("promote");
        // Nobody saw what came of it, or it was not answered in time.
        var unanswered = new StepResult(StepState.TimedOut, TimeSpan.Zero, Says: "no answer in time") { MayTakeEffect = true };
        var promotion = stored.Stages[^1] with { DoneAt = stored.Stages[^1].PlannedAt };
        stored = stored.WithLast(isAnswered is null
            ? promotion with { IsMaybeBegun = true }
            : promotion with { Results = [.. promotion.Stage.Steps.Select(s => isAnswered is true && s.Step is SetWritable ? new StepResult(StepState.Done, TimeSpan.Zero) : unanswered)] });
        var closing = new PlannedStep(new SetReadOnly(stored.Subject), Tolerance.Must, TimeSpan.FromSeconds(5), "test");
        stored = stored.With(new StageRecord(new PlanStage("withdraw", "test", [closing]) { GoesBack = true }, 1, stored.StartedAt, []));
        var resumed = new PlayedRun($"""
            db1 rw has=A:1-160
            {candidate}
            db3 ro <db1 io=stopped has=A:1-100
            db4 ro <db1 io=stopped has=A:1-100
            """).TakeUp(stored);
        Assert.Equal(isOldClosed, resumed.World[stored.Subject]!.Current!.ReadOnly);
        if (isOldClosed) return;
        Assert.Equal("db1:3306 answers again", Assert.IsType<RecoveryOutcome.Abandoned>(resumed.Recovery.Outcome).Refusal.Because);
        Assert.Equal(3, resumed.World.ReplicasOf(stored.Subject).Length);
    }

    /// <summary>S11: what opens the old primary again is no opening that may be forgotten: the switch does not go on.</summary>
    [Fact]
    public void A_way_back_of_which_nobody_knows_what_came_is_gone_on_with()
    {
        var stored = new PlayedRun("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9").Begin(PlanKinds.Takeover).StoredAt("switch");
        var opening = new PlannedStep(new SetWritable(stored.Subject), Tolerance.Must, TimeSpan.FromSeconds(5), "test");
        var back = new PlanStage("roll-back", "db2:3306 cannot be reached", [opening]) { GoesBack = true };
        stored = stored.WithLast(stored.Stages[^1] with { DoneAt = stored.StartedAt })
            .With(new StageRecord(back, 1, stored.StartedAt, [], stored.StartedAt) { IsMaybeBegun = true });
        var resumed = new PlayedRun("db1 ro has=A:1-9\ndb2 ro has=A:1-9").TakeUp(stored);
        Assert.IsType<RecoveryOutcome.RolledBack>(resumed.Recovery.Outcome);
        Assert.False(resumed.World[stored.Subject]!.Current!.ReadOnly);
    }
}
