using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Planning.Repairing;

/// <summary>What a recovery left open is found, and paid, or it is said why not (L3, L7, L9).</summary>
public sealed partial class FinishRecoveryPlannerTests
{
    private static readonly LedgerEntry Closed = new LedgerEntry.Closed(Key("db1"), "r1", Noon);

    private static readonly LedgerEntry[] Unfinished =
    [
        new LedgerEntry.FormerPrimary(Key("db1"), "r1", Noon), new LedgerEntry.Target(Key("db2"), GtidSet.Parse(Uuid('A') + ":1-100"), "r1", Noon),
    ];

    private static readonly LedgerEntry Stopped = new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r1", Noon);

    /// <summary>L2: it was stopped to be pointed elsewhere, and that ended half-way. Somebody else may have stopped the applier.</summary>
    [Theory]
    [InlineData(true, ReplicationThread.Running)]
    [InlineData(false, ReplicationThread.Stopped)]
    public void An_applier_is_started_again_where_a_recovery_stopped_it(bool stopsApplier, ReplicationThread applier)
    {
        var owed = new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r1", Noon) { StopsApplier = stopsApplier };
        var (_, recovery, fleet) = Finish("db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro <db1 io=stopped sql=stopped has=A:1-90", "db3", owed);
        Assert.IsType<RecoveryOutcome.Finished>(recovery.Outcome);
        Assert.Equal((ReplicationThread.Running, applier), (fleet.Now[Key("db3")]!.Current!.Link!.Receiver, fleet.Now[Key("db3")]!.Current!.Link!.Applier));
    }

    /// <summary>L3: the server that was replaced follows it again, so it is no former primary any more.</summary>
    [Fact]
    public void One_that_was_opened_and_came_back_closed_is_opened_though_the_old_primary_follows_it()
    {
        var (found, recovery, fleet) = Finish("db1 ro <db2 has=A:1-100\ndb2 ro has=A:1-100", "db2", new LedgerEntry.MaybeOpen(Key("db2"), "r1", Noon), Unfinished[1]);
        Assert.Equal((AnalysisCode.UnfinishedPromotion, new RecoveryOutcome.Finished(Key("db2"), IsWriter: true)), (found!.Code, recovery.Outcome));
        Assert.True(fleet.Now[Key("db2")]!.Current!.AcceptsWrites);
    }

    [Fact]
    public void A_primary_that_a_recovery_closed_and_nobody_replaced_accepts_writes_again()
    {
        var (found, recovery, fleet) = Finish("db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro <db1 io=stopped has=A:1-100", "db1", Closed, Stopped);
        Assert.Equal(AnalysisCode.ClosedByRecovery, found!.Code);
        Assert.IsType<RecoveryOutcome.Finished>(recovery.Outcome);
        Assert.True(fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
        Assert.Equal(ReplicationThread.Running, fleet.Now[Key("db3")]!.Current!.Link!.Receiver);
    }

    /// <summary>It restarted without read_only: whoever the writer is, it is not the one.</summary>
    [Theory]
    [InlineData("db1 ro has=A:1-100\ndb2 rw <db1 has=A:1-100\ndb3 ro <db1 has=A:1-100", "db2")]
    [InlineData("db1 ro has=A:1-100\ndb2 rw <db1 io=connecting err=2003 has=A:1-100\ndb3 rw <db2 has=A:1-90", "db2 db3")]
    public void A_replica_that_accepts_writes_is_closed_before_the_primary_is_opened(string servers, string closed)
    {
        var (found, recovery, fleet) = Finish(servers, "db1", Closed);
        Assert.Equal((AnalysisCode.ClosedByRecovery, PlanKinds.FinishRecovery), (found!.Code, found.Kind));
        Assert.IsType<RecoveryOutcome.Finished>(recovery.Outcome);
        Assert.Equal(["db1"], fleet.Now.Members.Where(m => m.Current!.AcceptsWrites).Select(m => m.Key.Host));
        Assert.Equal(closed.Split(' '), recovery.Stages[0].Stage.Steps.Select(s => Assert.IsType<SetReadOnly>(s.Step).Target.Key.Host));
        Assert.Contains("it is closed first, and stays so", recovery.Stages[0].Stage.Because, StringComparison.Ordinal);
    }

    /// <summary>S1: somebody may have made it the writer, or it cannot be closed.</summary>
    [Theory]
    [InlineData("db1 ro has=A:1-100\ndb2 rw <db1 io=stopped has=A:1-100\ndb3 ro <db1 has=A:1-100", "", "db2:3306 accepts writes")]
    [InlineData("db1 ro has=A:1-100\ndb2 rw <db1 has=A:1-100\ndb3 ro <db1 has=A:1-100", "x with db2 SetReadOnly fails", "db2:3306 could not be made read-only")]
    public void Beside_a_replica_that_stays_open_it_is_not_opened(string servers, string faults, string because)
    {
        var topology = Read(servers).With(Ledger.Empty.With(Closed));
        var fleet = new SimulatedFleet(topology, faults.Length == 0 ? [] : Scenarios.WrittenFault.ReadAll(faults));
        var recovery = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FinishRecovery, "db1"), fleet);
        Assert.Contains(because, Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome).Says, StringComparison.Ordinal);
        Assert.False(fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
    }

    [Theory]
    [InlineData("db1 ro\ndb2 ro <db1")] // nothing owed: a person closed it
    [InlineData("db1 rw\ndb2 ro <db1")]
    public void What_nobody_owes_is_not_touched(string servers)
    {
        var topology = Read(servers);
        Assert.DoesNotContain(Analyzer.Analyze(topology), a => a.Kind == PlanKinds.FinishRecovery);
        var fleet = new SimulatedFleet(topology);
        Assert.IsType<RecoveryOutcome.Abandoned>(Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FinishRecovery, "db1"), fleet).Outcome);
        Assert.Equal(Json.Of(topology.Members), Json.Of(fleet.Now.Members));
    }

    [Fact]
    public void A_promotion_that_was_not_carried_out_is()
    {
        var (found, recovery, fleet) = Finish("db1 rw has=A:1-100 | refused\ndb2 ro has=A:1-100\ndb3 ro <db2 has=A:1-100", "db2", Unfinished);
        Assert.Equal(AnalysisCode.UnfinishedPromotion, found!.Code);
        Assert.IsType<RecoveryOutcome.Finished>(recovery.Outcome);
        Assert.True(fleet.Now[Key("db2")]!.Current!.AcceptsWrites);
    }

    /// <summary>S1, S4, S5: it is found all the same, with what keeps it from being opened.</summary>
    [Theory]
    [InlineData("db1 rw has=A:1-100\ndb2 ro has=A:1-100\ndb3 ro <db2 has=A:1-100", "db1:3306 accepts writes")]
    [InlineData("db1 rw has=A:1-100 | refused\ndb2 ro has=A:1-90\ndb3 ro <db2 has=A:1-90", "has not executed A:1-100")]
    [InlineData("db1 rw has=A:1-100 | refused\ndb2 ro has=A:1-100\ndb3 ro <db2 has=A:1-100\ndb4 ro has=A:1-100 | refused", "whether db4:3306 accepts writes")]
    public void A_server_that_would_be_a_second_writer_or_lacks_something_is_not_opened(string servers, string because)
    {
        var (found, recovery, fleet) = Finish(servers, "db2", [.. Unfinished, new LedgerEntry.MaybeOpen(Key("db4"), "r0", Noon)]);
        Assert.True(found is null || found.Kind is null);
        Assert.Contains(because, Shorten(Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome).Says), StringComparison.Ordinal);
        Assert.False(fleet.Now[Key("db2")]!.Current!.AcceptsWrites);
    }

    /// <summary>It was retrying when it was stopped, and keeps the error of that.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("err=2003")]
    [InlineData("err=2026")]
    [InlineData("err=1045")]
    public void A_replica_that_a_recovery_stopped_is_started_again(string error)
    {
        var (found, recovery, fleet) = Finish($"db1 rw has=A:1-100\ndb3 ro <db1 io=stopped {error} has=A:1-90", "db3", Stopped);
        Assert.Equal(AnalysisCode.StoppedByRecovery, found!.Code);
        Assert.IsType<RecoveryOutcome.Finished>(recovery.Outcome);
        Assert.Equal(ReplicationThread.Running, fleet.Now[Key("db3")]!.Current!.Link!.Receiver);
    }

    /// <summary>L1: while all stand still nobody can say whether the primary lives.</summary>
    [Theory]
    [InlineData("db1 rw has=A:1-100 | timed out 9s")]
    [InlineData("db1 rw has=A:1-100 | refused")]
    public void It_is_started_again_though_the_primary_is_not_seen(string primary)
    {
        var (found, recovery, fleet) = Finish(primary + "\ndb3 ro <db1 io=stopped err=2003 has=A:1-90", "db3", Stopped);
        Assert.Equal((AnalysisCode.StoppedByRecovery, PlanKinds.FinishRecovery), (found!.Code, found.Kind));
        Assert.Equal(new RecoveryOutcome.Finished(Key("db3"), IsWriter: false) { IsConnecting = true }, recovery.Outcome);
        Assert.Equal(ReplicationThread.Connecting, fleet.Now[Key("db3")]!.Current!.Link!.Receiver);
    }

    /// <summary>L2: a statement that was on its way gave it another source before the recovery stopped it.</summary>
    [Fact]
    public void It_is_started_again_below_another_replica()
    {
        var (found, recovery, fleet) = Finish("db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro <db2 io=stopped has=A:1-90", "db3", Stopped);
        Assert.Equal((AnalysisCode.StoppedByRecovery, PlanKinds.FinishRecovery), (found!.Code, found.Kind));
        Assert.Equal(new RecoveryOutcome.Finished(Key("db3"), IsWriter: false), recovery.Outcome);
        Assert.Equal(("db2", true), (fleet.Now[Key("db3")]!.Current!.Link!.Source.Host, fleet.Now[Key("db3")]!.Current!.Link!.IsReplicating));
    }

    [Fact]
    public void Its_applier_that_a_person_had_stopped_stays_stopped()
    {
        var (_, recovery, fleet) = Finish("db1 rw has=A:1-100\ndb3 ro <db1 io=stopped sql=stopped has=A:1-90 got=A:1-95", "db3", Stopped);
        Assert.IsType<RecoveryOutcome.Finished>(recovery.Outcome);
        var link = fleet.Now[Key("db3")]!.Current!.Link!;
        Assert.Equal((ReplicationThread.Running, ReplicationThread.Stopped), (link.Receiver, link.Applier));
    }

    [Fact]
    public void A_replica_that_stands_still_for_its_own_reasons_is_left_to_a_person()
    {
        var (found, recovery, _) = Finish("db1 rw has=A:1-100\ndb3 ro <db1 io=stopped err=1236 has=A:1-90", "db3", Stopped);
        Assert.NotEqual(PlanKinds.FinishRecovery, found?.Kind);
        Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome);
    }

    private static readonly LedgerEntry CutLoose = new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", Noon);

    /// <summary>It was open when it was cut from its source; what it has of its own may be what somebody wants.</summary>
    [Theory]
    [InlineData("has=A:1-100", true)]
    [InlineData("has=A:1-100,B:1", false)]
    public void An_open_server_that_was_cut_loose_is_closed_before_the_primary_is_opened(string has, bool isOpened)
    {
        var (_, _, fleet) = Finish($"db1 ro has=A:1-100\ndb2 rw {has}\ndb3 ro <db1 has=A:1-100", "db1", Closed, CutLoose);
        Assert.Equal(isOpened ? "db1" : "db2", Assert.Single(fleet.Now.Members, m => m.Current!.AcceptsWrites).Key.Host);
    }

    [Fact]
    public void A_primary_that_a_switch_closed_is_opened_though_the_replicas_follow_one_that_was_cut_loose()
    {
        var (found, recovery, fleet) = Finish("db1 ro has=A:1-100\ndb2 ro has=A:1-100\ndb3 ro <db2 has=A:1-100", "db1", Closed, CutLoose);
        Assert.Equal(AnalysisCode.ClosedByRecovery, found!.Code);
        Assert.IsType<RecoveryOutcome.Finished>(recovery.Outcome);
        Assert.True(fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
    }

    [Fact]
    public void A_server_that_a_given_up_recovery_opened_is_closed_beside_the_writer()
    {
        var topology = Read("db1 ro | refused\ndb2 rw\ndb3 rw\ndb4 ro <db3").With(Ledger.Empty.With(new LedgerEntry.MaybeOpen(Key("db2"), "r1", Noon)));
        var found = Assert.Single(Analyzer.Analyze(topology), a => a.Key == Key("db2"));
        Assert.Equal((AnalysisCode.ReturnedPrimary, PlanKinds.FenceFormerPrimary), (found.Code, found.Kind));
    }

    /// <summary>It sees to that itself; and a successor it has just opened is no second writer.</summary>
    [Fact]
    public void While_a_recovery_runs_what_it_does_is_no_problem()
    {
        var entries = new[] { Closed, Stopped, new LedgerEntry.MaybeOpen(Key("db2"), "r1", Noon) };
        var running = entries.Aggregate(Ledger.Empty, (all, e) => all.With(e)) with { Running = "r1" };
        foreach (var servers in new[] { "db1 ro\ndb2 rw\ndb3 ro <db1 io=stopped", "db1 rw\ndb3 ro <db1 io=stopped\ndb2 rw" })
            Assert.DoesNotContain(Analyzer.Analyze(Read(servers).With(running)), a => a.Kind is not null);
    }

    /// <summary>S4: it was closed by a recovery, and restarted since without what its replica has.</summary>
    [Fact]
    public void A_primary_that_a_recovery_closed_and_that_lost_transactions_stays_closed()
    {
        var (found, recovery, fleet) = Finish("db1 ro has=A:1-98\ndb2 ro <db1 has=A:1-98 got=A:99-100", "db1", Closed);
        Assert.Equal((AnalysisCode.ClosedByRecovery, null), (found!.Code, found.Kind));
        Assert.Contains("db2:3306 has transactions of db1:3306 that it lacks itself", recovery.Outcome!.Says, StringComparison.Ordinal);
        Assert.False(fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
    }

    [Fact]
    public void A_primary_of_which_the_ledger_says_nothing_is_not_closed()
    {
        var topology = Read("db1 rw\ndb3 ro <db1\ndb2 rw");
        Assert.IsType<RecoveryOutcome.Abandoned>(Planner.Next(PlannerTests.Recovery(topology, PlanKinds.FenceFormerPrimary, "db2"), topology).Outcome);
    }

    [Fact]
    public void On_a_ledger_that_cannot_be_read_nothing_is_begun_and_it_says_which_and_why()
    {
        var topology = Read("db1 rw has=A:1-100 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-100")
            .With(Ledger.Empty with { Problem = "Entries of schema 7, this is 1" });
        var says = Planner.Next(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), topology).Outcome!.Says;
        Assert.Contains("the ledger of cluster c-1 cannot be read: Entries of schema 7, this is 1", says, StringComparison.Ordinal);
    }

    private static (Analysis? Found, Recovery Recovery, SimulatedFleet Fleet) Finish(string servers, string subject, params LedgerEntry[] entries)
    {
        var topology = Read(servers).With(entries.Aggregate(Ledger.Empty, (all, e) => all.With(e)));
        var found = Analyzer.Analyze(topology).FirstOrDefault(a => a.Key == Key(subject));
        var fleet = new SimulatedFleet(topology);
        return (found, Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FinishRecovery, subject), fleet), fleet);
    }
}
