using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <summary>The scheduled events of a primary that is replaced (decision 0033); the stories are in events.txt.</summary>
public sealed class EventStagesTests
{
    private const string MariaDb = "db1 10.11.8-MariaDB rw has=0-1-100 runs=nightly\n"
        + "db2 10.11.8-MariaDB ro <db1 has=0-1-100 aside=nightly";

    private static (Recovery Recovery, Topology Now) Run(string written, PlanKind kind, Ledger? ledger = null, string faults = "")
    {
        var topology = Read(written) is var read && ledger is not null ? read.With(ledger) : Read(written);
        var fleet = new SimulatedFleet(topology, faults.Length == 0 ? [] : WrittenFault.ReadAll($"x with {faults}"));
        return (Rehearsal.Run(PlannerTests.Recovery(topology, kind, "db1"), fleet), fleet.Now);
    }

    /// <summary>They are enabled when clients write again, never before.</summary>
    [Fact]
    public void Events_come_after_everything_else()
    {
        var (recovery, _) = Run(
            "db1 rw has=A:1-9 runs=nightly | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-9 aside=nightly\n"
            + "db3 ro <db1 io=connecting err=2003 has=A:1-9 aside=nightly", PlanKinds.DeadPrimary);
        var names = recovery.Stages.Select(s => s.Stage.Name).ToArray();
        Assert.Equal(["events", "promoted"], names[^2..]);
        Assert.All(recovery.Stages[^2].Stage.Steps, s => Assert.Equal(Tolerance.BestEffort, s.Tolerance));
    }

    /// <summary>S21: a switch disabled them, and its end was lost; they are the dead primary's all the same.</summary>
    [Fact]
    public void What_a_switch_that_was_given_up_disabled_runs_on_the_successor_after_a_failover()
    {
        var owed = new LedgerEntry.EventsStopped(Key("db1"), EventNames.Of(["`shop`.`nightly`"]), "r0", Noon);
        var (recovery, now) = Run(
            "db1 10.11.8-MariaDB rw has=0-1-100 aside=nightly | refused\n"
            + "db2 10.11.8-MariaDB ro <db1 io=connecting err=2003 has=0-1-100 got=0-1-100 aside=nightly",
            PlanKinds.DeadPrimary, Ledger.Empty.With(owed));
        Assert.IsType<RecoveryOutcome.Promoted>(recovery.Outcome);
        Assert.Equal(owed.Events, now[Key("db2")]!.Current!.Events!.Enabled);
    }

    /// <summary>S19: a person disabled it since; the other one keeps the debt open.</summary>
    [Fact]
    public void What_a_person_disabled_since_a_switch_was_given_up_stays_disabled()
    {
        var owed = new LedgerEntry.EventsStopped(Key("db1"), EventNames.Of(["`shop`.`nightly`", "`shop`.`hourly`"]), "r0", Noon);
        var (_, now) = Run(
            "db1 10.11.8-MariaDB rw has=0-1-100 aside=nightly idle=hourly | refused\n"
            + "db2 10.11.8-MariaDB ro <db1 io=connecting err=2003 has=0-1-100 got=0-1-100 aside=nightly,hourly",
            PlanKinds.DeadPrimary, Ledger.Empty.With(owed));
        var events = now[Key("db2")]!.Current!.Events!;
        Assert.Equal((EventNames.Of(["`shop`.`nightly`"]), EventNames.Of(["`shop`.`hourly`"])), (events.Enabled, events.Disabled));
    }

    /// <summary>S11: those that are not known by name would go on writing.</summary>
    [Fact]
    public void A_switch_that_could_not_disable_all_events_does_not_begin()
    {
        var topology = Read(MariaDb);
        var old = topology[Key("db1")]!;
        var many = old.Current! with { Events = old.Current!.Events! with { Enabled = old.Current.Events.Enabled with { More = 3 } } };
        topology = topology.With(old.With(new ProbeOutcome.Seen(many), topology.TakenAt));
        var ended = Planner.Next(PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1"), topology).Outcome;
        Assert.StartsWith(
            "db1:3306 runs 4 scheduled events that read_only may not stop, and 1 of them",
            Assert.IsType<RecoveryOutcome.Abandoned>(ended).Refusal.Because, StringComparison.Ordinal);
    }

    /// <summary>S11: the old primary dies before anything is undone.</summary>
    [Fact]
    public void What_was_disabled_on_a_primary_that_is_lost_stays_in_the_ledger()
    {
        var (recovery, now) = Run(MariaDb, PlanKinds.Takeover, faults: "db1 dies at 2");
        Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome);
        Assert.True(now.Ledger.Has<LedgerEntry.EventsStopped>(Key("db1")));
    }

    [Fact]
    public void A_switch_that_goes_back_leaves_nothing_in_the_ledger()
    {
        var (recovery, now) = Run(MariaDb, PlanKinds.Takeover, faults: "db2 SetWritable fails");
        Assert.IsType<RecoveryOutcome.RolledBack>(recovery.Outcome);
        Assert.False(now.Ledger.Has<LedgerEntry.EventsStopped>(Key("db1")));
    }

    /// <summary>L9: a switch disabled them, and the way back was lost.</summary>
    [Theory]
    [InlineData("db1 rw aside=nightly", AnalysisCode.EventsNotRunning)]
    [InlineData("db1 ro aside=nightly", AnalysisCode.ClosedByRecovery)]
    public void What_is_left_disabled_on_the_primary_is_found_and_enabled_again(string primary, AnalysisCode code)
    {
        var owed = new LedgerEntry.EventsStopped(Key("db1"), EventNames.Of(["`shop`.`nightly`"]), "r0", Noon);
        var ledger = Ledger.Empty.With(owed);
        if (code == AnalysisCode.ClosedByRecovery) ledger = ledger.With(new LedgerEntry.Closed(Key("db1"), "r0", Noon));
        var servers = $"{primary} has=A:1-100\ndb2 ro <db1 has=A:1-100";
        Assert.Equal((code, PlanKinds.FinishRecovery), Analyzer.Analyze(Read(servers).With(ledger)).Select(a => (a.Code, a.Kind!)).First());
        var (recovery, now) = Run(servers, PlanKinds.FinishRecovery, ledger);
        Assert.IsType<RecoveryOutcome.Finished>(recovery.Outcome);
        Assert.Equal(owed.Events, now[Key("db1")]!.Current!.Events!.Enabled);
        Assert.False(now.Ledger.Has<LedgerEntry.EventsStopped>(Key("db1")));
    }

    /// <summary>L7: it is said, and tried again later.</summary>
    [Fact]
    public void What_cannot_be_enabled_again_stays_in_the_ledger()
    {
        var owed = new LedgerEntry.EventsStopped(Key("db1"), EventNames.Of(["`shop`.`nightly`"]), "r0", Noon);
        var (recovery, now) = Run("db1 rw aside=nightly\ndb2 ro <db1", PlanKinds.FinishRecovery, Ledger.Empty.With(owed), "db1 SetEvents fails");
        Assert.Contains("simulated fault", Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome).Says, StringComparison.Ordinal);
        Assert.True(now.Ledger.Has<LedgerEntry.EventsStopped>(Key("db1")));
    }

    /// <summary>Nobody knows whether it was sent: it is asked again, for what is seen.</summary>
    [Theory]
    [InlineData("runs=nightly", "quiet")]
    [InlineData("aside=nightly", "freeze")]
    public void A_stage_that_was_maybe_begun_is_judged_by_what_is_seen(string events, string next)
    {
        var topology = Read(MariaDb);
        var begun = PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1");
        begun = begun.With(new StageRecord(Planner.Next(begun, topology), 1, Noon, []) { DoneAt = Noon, IsMaybeBegun = true });
        Assert.IsType<SetEvents>(begun.Stages[0].Stage.Steps[0].Step);
        var now = Read([$"db1 10.11.8-MariaDB rw has=0-1-100 {events}"], topology);
        Assert.Equal(next, Planner.Next(begun, now).Name);
    }
}
