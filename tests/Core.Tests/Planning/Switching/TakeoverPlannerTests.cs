using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Switching;

/// <summary>Its decisions stand in the scenarios takeover*.txt, its invariants in the simulation; here are corners of the record.</summary>
public sealed partial class TakeoverPlannerTests
{
    internal static (Recovery Recovery, SimulatedFleet Fleet) Until(string stage, string text = "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9")
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read(text));
        var recovery = PlannerTests.Recovery(fleet.Now, PlanKinds.Takeover, "db1");
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Stages[^1].Stage.Name != stage);
        return (recovery, fleet);
    }

    [Fact]
    public void A_successor_that_was_forgotten_ends_it_with_a_reason()
    {
        var (recovery, fleet) = Until("freeze");
        var now = new Topology(fleet.Now.Cluster, fleet.Now.TakenAt, fleet.Now.Members.Where(m => m.Key.Host != "db2"));
        Assert.Contains("db2:3306 is no longer a member", Planner.Next(recovery, now).Outcome!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_does_not_end_is_rolled_back_and_never_leaves_the_primary_frozen()
    {
        var (recovery, fleet) = Until("freeze");
        for (var i = 0; i < RecoveryPolicy.StageLimit; i++) recovery = recovery.With(new StageRecord(new PlanStage("gather", "", []), 1, fleet.Now.TakenAt, [], fleet.Now.TakenAt));
        recovery = Rehearsal.Run(recovery, fleet);
        Assert.IsType<RecoveryOutcome.RolledBack>(recovery.Outcome);
        Assert.False(fleet.Now[WrittenTopology.Key("db1")]!.Current!.ReadOnly);
    }

    /// <summary>S1, S11: found only after the freeze, the other one would keep the old primary closed.</summary>
    [Theory]
    [InlineData("db4 rw has=A:1-9", "db4:3306 accepts writes too")]
    [InlineData("db4 rw <db1 has=A:1-9 |partly: replication", "db4:3306 accepts writes too, and does not tell whom it follows")]
    [InlineData("db4 rw <db1 has=A:1-9", null)]
    public void Writes_are_not_blocked_while_another_server_may_be_a_writer(string other, string? because)
    {
        const string rest = "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9 rule=prefer\ndb3 ro <db1 has=A:1-9";
        var topology = WrittenTopology.Read($"{rest}\n{other}");
        var first = Planner.Next(PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1"), topology);
        Assert.Equal(because, (first.Outcome as RecoveryOutcome.Abandoned)?.Refusal.Because);
        // The same when it is seen after the plan has begun.
        var (recovery, fleet) = Until("gather", $"{rest}\ndb4 ro <db1 has=A:1-9");
        var ended = Rehearsal.Run(recovery, new SimulatedFleet(WrittenTopology.Read([other], fleet.Now)));
        Assert.StartsWith(because ?? "", (ended.Outcome as RecoveryOutcome.RolledBack)?.Because ?? "", StringComparison.Ordinal);
        Assert.Equal(because is null, ended.Stages.Any(s => s.Stage.Name == "freeze"));
    }

    /// <summary>S11: on MariaDB a write by hand takes the number of a transaction of the primary; it is not that one.</summary>
    [Theory]
    [InlineData("0-1-9,0-2-10", "roll-back")]
    [InlineData("0-1-9", "catch-up")]
    [InlineData("0-1-10", "switch")]
    public void The_takeover_point_is_reached_by_the_primarys_own_transaction_alone(string has, string next)
    {
        const string Version = "10.11.18-MariaDB", Rest = $"db1 {Version} rw id=1 has=0-1-9\ndb2 {Version} ro id=2 <db1 has=0-1-9";
        var (recovery, fleet) = Until("freeze", Rest);
        var now = WrittenTopology.Read([$"db1 {Version} ro id=1 has=0-1-10", $"db2 {Version} ro id=2 <db1 has={has}"], fleet.Now);
        Assert.Equal(next, Planner.Next(recovery, now).Name);
    }

    [Fact]
    public void A_cancelled_takeover_leaves_the_old_primary_the_writer()
    {
        var (recovery, fleet) = Until("freeze");
        recovery = Rehearsal.Run(recovery.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "", fleet.Now.TakenAt)), fleet);
        Assert.Equal("cancelled by dana", Assert.IsType<RecoveryOutcome.RolledBack>(recovery.Outcome).Because);
        Assert.False(fleet.Now[WrittenTopology.Key("db1")]!.Current!.ReadOnly);
        Assert.Equal(2, fleet.Now.ReplicasOf(WrittenTopology.Key("db1")).Length);
    }

    /// <summary>S11: some servers do not show that a statement waits to close them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_freeze_that_may_still_take_effect_is_taken_back_though_the_primary_accepts_writes(bool mayTakeEffect)
    {
        var (recovery, fleet) = Until("freeze");
        var failed = new StepResult(StepState.TimedOut, TimeSpan.Zero, Says: "no answer in time") { MayTakeEffect = mayTakeEffect };
        var freeze = recovery.Stages[^1];
        recovery = recovery.WithLast(freeze with { Results = [.. freeze.Results.Select(_ => failed)] });
        fleet = new SimulatedFleet(WrittenTopology.Read(["db1 rw has=A:1-9"], fleet.Now));
        recovery = Rehearsal.Run(recovery, fleet);
        Assert.IsType<RecoveryOutcome.RolledBack>(recovery.Outcome);
        var opened = recovery.Stages.SelectMany(s => s.Stage.Steps).Any(s => s.Step == new SetWritable(WrittenTopology.Key("db1")));
        Assert.Equal(mayTakeEffect, opened);
        Assert.False(recovery.MayStillClose(WrittenTopology.Key("db1")));
    }

    [Fact]
    public void A_frozen_primary_that_was_seen_only_in_part_has_no_takeover_point()
    {
        var (recovery, fleet) = Until("freeze");
        Assert.Equal("roll-back", Planner.Next(recovery, WrittenTopology.Read(["db1 | partly: gtid"], fleet.Now)).Name);
    }

    [Fact]
    public void Nothing_is_sent_to_a_frozen_primary_that_does_not_answer()
    {
        var (recovery, fleet) = Until("freeze");
        var outcome = Assert.IsType<RecoveryOutcome.Abandoned>(Planner.Next(recovery, WrittenTopology.Read(["db1 | timed out 1.0s"], fleet.Now)).Outcome);
        Assert.Contains("make it writable", outcome.Refusal.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_replica_is_ahead_of_the_successor_is_no_loss_while_the_primary_lives()
    {
        var (recovery, _) = Until("gather", "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-8 rule=prefer\ndb3 ro <db1 has=A:1-9 nobinlog");
        Assert.Equal(("", null), (recovery.Choice!.PossiblyLost, recovery.Choice.CatchUpFrom));
    }

    [Theory]
    [InlineData("db3 ro <db1 has=A:1-3", "db3:3306 would be left behind: it needs transactions that db2:3306 has purged")]
    [InlineData("db3 ro <db1 has=A:1-3 downtime=ana", null)]
    [InlineData("db3 ro <db1 has=A:1-9", null)]
    public void A_replica_that_could_not_follow_the_successor_is_left_behind_only_when_it_is_downtimed(string sibling, string? because)
    {
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9 purged=A:1-5 rule=prefer\n{sibling}");
        var first = Planner.Next(PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1"), topology);
        Assert.Equal(because, (first.Outcome as RecoveryOutcome.Abandoned)?.Refusal.Because);
        Assert.DoesNotContain(first.Steps, s => s.Step is PointTo && because is null && sibling.Contains("downtime", StringComparison.Ordinal));
    }

    /// <summary>L3: a writer that waits for an acknowledgement nobody gives accepts no commit.</summary>
    [Theory]
    [InlineData("semi=source:2 clients=2", "semi=replica", "", 0, 1)]
    [InlineData("semi=source:1 clients=2", "semi=replica", "semi=replica", 1, 1)]
    [InlineData("semi=source:2 clients=2", "semi=replica", "semi=replica", 0, 2)]
    public void The_successor_waits_for_those_only_that_are_connected_to_it(string old, string successor, string sibling, int atFirst, int inTheEnd)
    {
        var (recovery, fleet) = Until("open", $"db1 rw {old} has=A:1-9\ndb2 ro <db1 {successor} has=A:1-9 rule=prefer\ndb3 ro <db1 {sibling} has=A:1-9");
        Assert.Equal(atFirst, WaitsFor(fleet.Now, "db2"));
        recovery = Rehearsal.Run(recovery, fleet);
        Assert.IsType<RecoveryOutcome.Promoted>(recovery.Outcome);
        Assert.Equal(inTheEnd, WaitsFor(fleet.Now, "db2"));
    }

    [Fact]
    public void After_a_switch_whose_old_primary_does_not_follow_commits_wait_for_nobody()
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read("db1 rw has=A:1-9 semi=source:1 clients=1\ndb2 ro <db1 semi=replica has=A:1-9"), WrittenFault.ReadAll("x with db1 PointTo fails"));
        var ended = Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.Takeover, "db1"), fleet);
        Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
        Assert.Equal(0, WaitsFor(fleet.Now, "db2"));
    }

    /// <summary>S7: the record was stored long after the choice, or the plan was left and taken up.</summary>
    [Theory]
    [InlineData("has=A:1-9,B:1", false)]
    [InlineData("has=A:1-9", true)]
    public void A_successor_that_was_written_to_since_it_was_chosen_is_not_opened(string successor, bool isPromoted)
    {
        var (recovery, stale) = Until("freeze");
        var fleet = new SimulatedFleet(WrittenTopology.Read([$"db2 ro <db1 {successor}"], stale.Now));
        recovery = Rehearsal.Run(recovery, fleet);
        Assert.Equal(isPromoted, recovery.Outcome is RecoveryOutcome.Promoted);
        Assert.Equal(!isPromoted, fleet.Now[WrittenTopology.Key("db1")]!.Current!.AcceptsWrites);
        Assert.Equal(isPromoted, fleet.Now[WrittenTopology.Key("db2")]!.Current!.AcceptsWrites);
        if (!isPromoted) Assert.Contains("transactions of its own", recovery.Outcome!.Says, StringComparison.Ordinal);
    }

    /// <summary>S7: below it the siblings would get them, and each would vouch for them to the next.</summary>
    [Theory]
    [InlineData("stand-still")]
    [InlineData("gather")]
    public void What_was_written_to_the_successor_is_not_spread_to_its_siblings(string after)
    {
        const string text = "db1 rw semi=source:1 clients=2 has=A:1-9\ndb2 ro <db1 semi=replica has=A:1-9 rule=prefer\n"
            + "db3 ro <db1 semi=replica has=A:1-9";
        var (recovery, fleet) = Until(after, text);
        var written = WrittenTopology.Read(["db2 ro <db1 semi=replica has=A:1-9,B:1"], fleet.Now);
        var next = Planner.Next(recovery, written);
        Assert.Equal("db2:3306 has transactions of its own (00000002-0000-0000-0000-000000000000:1)", next.Because);
        Assert.DoesNotContain(next.Steps, s => s.Step is PointTo { Source.Host: "db2" } or SetReadOnly);
    }

    /// <summary>S6: the old primary was opened by hand, written to, and lost; the successor's relay log is all there is.</summary>
    [Theory]
    [InlineData("got=A:1-12", false)]
    [InlineData("got=A:1-9", true)]
    public void What_the_successor_received_beyond_the_takeover_point_is_not_thrown_away(string received, bool isSwitched)
    {
        var (recovery, fleet) = Until("catch-up", "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-8 got=A:1-9");
        string[] since = ["db1 rw has=A:1-9 | refused", $"db2 ro <db1 io=connecting err=2003 has=A:1-9 {received}"];
        var next = Planner.Next(recovery, WrittenTopology.Read(since, fleet.Now));
        Assert.Equal(isSwitched, next.Steps.Any(s => s.Step is ForgetSource));
        if (!isSwitched) Assert.Contains("beyond the takeover point", next.Because, StringComparison.Ordinal);
    }

    /// <summary>S7: a sibling that has them too got them from it.</summary>
    [Theory]
    [InlineData("has=A:1-9,B:1", "has=A:1-9", true)]
    [InlineData("has=A:1-9,B:1", "has=A:1-9,B:1", true)]
    [InlineData("has=A:1-9", "has=A:1-9", false)]
    public void A_switch_to_one_that_has_transactions_of_its_own_does_not_begin(
        string successor, string sibling, bool isRefused)
    {
        var topology = WrittenTopology.Read(
            $"db1 rw has=A:1-9\ndb2 ro <db1 {successor} rule=prefer\ndb3 ro <db1 {sibling} rule=must_not");
        var recovery = PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1") with { Target = WrittenTopology.Key("db2") };
        Assert.Equal(isRefused, Planner.Next(recovery, topology).Outcome is RecoveryOutcome.Abandoned);
    }

    /// <summary>What it was closed for may be what it lacks: that is asked where it is opened (S4, S5).</summary>
    [Theory]
    [InlineData("db2 ro <db1 has=A:1-9", "the command open")]
    [InlineData("db2 ro <db1 has=A:1-9,A:11", "the server stopped, then the command failover, and a new copy of its data; or read_only=OFF by hand")]
    public void A_primary_that_a_recovery_closed_is_opened_first(string replica, string remedy)
    {
        var owed = Ledger.Empty.With(new LedgerEntry.Closed(WrittenTopology.Key("db1"), "r0", WrittenTopology.Noon));
        var topology = WrittenTopology.Read($"db1 ro has=A:1-9\n{replica}").With(owed);
        var first = Planner.Next(PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1"), topology);
        var refusal = Assert.IsType<RecoveryOutcome.Abandoned>(first.Outcome).Refusal;
        Assert.StartsWith("a recovery left db1:3306 closed, and it is opened first", refusal.Because, StringComparison.Ordinal);
        Assert.Equal(remedy, refusal.Remedy);
    }

    private static int WaitsFor(Topology now, string host) => now[WrittenTopology.Key(host)]!.Current!.SemiSync is { SourceEnabled: true } told ? told.WaitForReplicas : 0;
}
