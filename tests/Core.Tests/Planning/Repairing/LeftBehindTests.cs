using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Planning.Repairing;

/// <summary>Who lost its source by a recovery, or was away then, follows the primary, or it is said why not (L2, L7).</summary>
public sealed class LeftBehindTests
{
    private static readonly LedgerEntry CutLoose = new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", Noon);

    private static readonly LedgerEntry Former = new LedgerEntry.FormerPrimary(Key("db1"), "r1", Noon);

    /// <summary>L2: it lost its source for a promotion that did not come, or was away when the others were moved.</summary>
    [Theory]
    [InlineData("db1 rw semi=source:1 has=A:1-100\ndb2 ro semi=source:1 has=A:1-90\ndb3 ro <db1 has=A:1-100", "db2", "db1")]
    [InlineData("db1 ro | refused\ndb2 rw has=A:1-100\ndb3 ro <db1 io=connecting err=2003 has=A:1-90", "db3", "db2")]
    [InlineData("db1 ro\ndb2 rw has=A:1-100\ndb3 rw <db1 has=A:1-90", "db3", "db2")] // and restarted without read_only
    public void A_server_that_was_left_behind_follows_the_primary(string servers, string subject, string primary)
    {
        var (found, recovery, fleet) = Finish(servers, subject, subject == "db2" ? CutLoose : Former);
        Assert.Equal((AnalysisCode.LeftBehind, PlanKinds.FinishRecovery), (found!.Code, found.Kind));
        Assert.Equal(new RecoveryOutcome.Finished(Key(subject), IsWriter: false), recovery.Outcome);
        var now = fleet.Now[Key(subject)]!.Current!;
        Assert.Equal((primary, true), (now.Link!.Source.Host, now.Link.IsReplicating));
        Assert.Equal((false, false), (now.AcceptsWrites, now.SemiSync.SourceEnabled));
        Assert.Equal(fleet.Now[Key(primary)]!.Current!.SemiSync.SourceEnabled, now.SemiSync.ReplicaEnabled);
    }

    /// <summary>L2: it was stopped, and the statement that was to point it elsewhere was ended half-way.</summary>
    [Theory]
    [InlineData("io=stopped")]
    [InlineData("io=stopped sql=stopped err=2003")]
    public void A_replica_that_a_recovery_stopped_below_the_former_primary_follows_too(string state)
    {
        var stopped = new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r0", Noon) { StopsApplier = true };
        var (found, recovery, fleet) = Finish($"db1 ro | refused\ndb2 rw has=A:1-100\ndb3 ro <db1 {state} has=A:1-90", "db3", Former, stopped);
        Assert.Equal((AnalysisCode.LeftBehind, PlanKinds.FinishRecovery), (found!.Code, found.Kind));
        Assert.Equal(new RecoveryOutcome.Finished(Key("db3"), IsWriter: false), recovery.Outcome);
        Assert.Equal(("db2", true), (fleet.Now[Key("db3")]!.Current!.Link!.Source.Host, fleet.Now[Key("db3")]!.Current!.Link!.IsReplicating));
    }

    /// <summary>L7: the record says what the server answered, and what can be done about it.</summary>
    [Fact]
    public void One_that_refuses_is_given_up_with_what_it_answered()
    {
        var topology = Read("db1 ro | refused\ndb2 rw has=A:1-100\ndb3 ro <db1 io=connecting err=2003 has=A:1-90").With(Ledger.Empty.With(Former));
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db3 PointTo fails"));
        var ended = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FinishRecovery, "db3"), fleet);
        var refusal = Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal;
        Assert.Equal("db3:3306 could not be made to follow db2:3306: follow failed: simulated fault", refusal.Because);
        Assert.Equal("what db3:3306 asks for; or by hand: Point db3:3306 to db2:3306 and start replication", refusal.Remedy);
    }

    [Fact]
    public void An_applier_that_a_person_stopped_stays_stopped()
    {
        var stopped = new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r1", Noon);
        const string Servers = "db1 ro | refused\ndb2 rw has=A:1-100\ndb3 ro <db1 io=stopped sql=stopped has=A:1-90";
        var (_, _, fleet) = Finish(Servers, "db3", Former, stopped);
        var link = fleet.Now[Key("db3")]!.Current!.Link!;
        Assert.Equal(("db2", ReplicationThread.Running, ReplicationThread.Stopped),
            (link.Source.Host, link.Receiver, link.Applier));
    }

    /// <summary>L2: a failover left it behind, because the only candidate had no account it could log in with.</summary>
    [Theory]
    [InlineData("repl=none", false)]
    [InlineData("repl=there", true)]
    [InlineData("repl=none | timed out 9s", true)] // L1: it is to have a say in the death of the primary
    public void A_replica_that_could_not_log_in_follows_when_the_account_is_there(string account, bool follows)
    {
        var stopped = new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r1", Noon);
        var (found, recovery, fleet) = Finish(
            $"db1 ro | refused\ndb2 rw has=A:1-100 {account}\ndb3 ro <db1 user=repl io=stopped has=A:1-90",
            "db3", Former, stopped);
        Assert.Equal((AnalysisCode.LeftBehind, PlanKinds.FinishRecovery), (found!.Code, found.Kind));
        Assert.Equal(follows, recovery.Outcome!.IsSuccess);
        Assert.Equal(follows ? "db2" : "db1", fleet.Now[Key("db3")]!.Current!.Link!.Source.Host);
        if (!follows) Assert.Contains("the account 'repl' on db2", recovery.Outcome.Says, StringComparison.Ordinal);
    }

    /// <summary>L1: a switch closed the primary and cut its successor loose, and the primary died before it was opened.</summary>
    [Fact]
    public void A_server_that_was_cut_from_a_primary_that_died_since_can_take_its_place()
    {
        const string Servers = "db1 ro has=A:1-90 | timed out 9s\ndb2 ro has=A:1-100\ndb3 ro <db2 has=A:1-100";
        var closed = new LedgerEntry.Closed(Key("db1"), "r1", Noon);
        var (found, recovery, fleet) = Finish(Servers, "db2", CutLoose, closed);
        Assert.Equal((AnalysisCode.LeftBehind, PlanKinds.FinishRecovery), (found!.Code, found.Kind));
        Assert.Equal(new RecoveryOutcome.Finished(Key("db2"), IsWriter: false) { IsConnecting = true }, recovery.Outcome);
        var dead = Assert.Single(Analyzer.Analyze(fleet.Now), a => a.Kind == PlanKinds.DeadPrimary);
        Assert.Equal(Key("db1"), dead.Key);
        var replaced = Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.DeadPrimary, "db1"), fleet);
        Assert.Equal(Key("db2"), Assert.IsType<RecoveryOutcome.Promoted>(replaced.Outcome).Key);
    }

    /// <summary>L1: its successor died before anybody followed it, and what was away then follows the former primary.</summary>
    [Theory]
    [InlineData("ro")]
    [InlineData("rw")] // it restarted without read_only
    public void A_server_that_follows_the_former_primary_can_take_the_place_of_one_that_died_since(string flag)
    {
        var servers = $"db1 ro has=A:1-100\ndb2 rw has=A:1-100 | timed out 9s\ndb3 {flag} <db1 has=A:1-100";
        var (found, recovery, fleet) = Finish(servers, "db3", Former);
        Assert.Equal((AnalysisCode.LeftBehind, PlanKinds.FinishRecovery), (found!.Code, found.Kind));
        Assert.Equal(new RecoveryOutcome.Finished(Key("db3"), IsWriter: false) { IsConnecting = true }, recovery.Outcome);
        var dead = Assert.Single(Analyzer.Analyze(fleet.Now), a => a.Kind == PlanKinds.DeadPrimary);
        Assert.Equal(Key("db2"), dead.Key);
        var replaced = Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.DeadPrimary, "db2"), fleet);
        Assert.Equal(Key("db3"), Assert.IsType<RecoveryOutcome.Promoted>(replaced.Outcome).Key);
    }

    /// <summary>L3: a candidate was to fetch from a sibling, and the failover was given up before it came back.</summary>
    [Fact]
    public void A_replica_that_was_put_below_another_one_on_the_way_follows_the_primary_again()
    {
        var dead = Read("""
            db1 rw semi=source:2 has=A:1-100 | timed out 9s
            db2 ro <db1 rule=prefer semi=replica io=connecting err=2003 has=A:1-90
            db3 ro <db1 rule=must_not semi=replica io=connecting err=2003 has=A:1-100
            """);
        var (recovery, ledger) = (PlannerTests.Recovery(dead, PlanKinds.DeadPrimary, "db1"), dead.Ledger);
        var fleet = new SimulatedFleet(dead);
        do
        {
            var planned = fleet.Now;
            recovery = Rehearsal.RunStage(recovery, fleet);
            ledger = Bookkeeping.With(recovery, planned.With(ledger), Noon);
        }
        while (recovery.Stages[^1].Stage.Name != "fetch");
        var aside = Assert.Single(ledger.Of(Key("db2")).OfType<LedgerEntry.Stopped>());
        Assert.Equal((Key("db1"), Key("db3")), (aside.Source, aside.PointedTo));
        var (found, finished, after) = Finish("db1 rw has=A:1-100\ndb2 ro <db3 has=A:1-100\ndb3 ro <db1 has=A:1-100", "db2", aside);
        Assert.Equal((AnalysisCode.LeftBehind, PlanKinds.FinishRecovery), (found!.Code, found.Kind));
        Assert.Equal(new RecoveryOutcome.Finished(Key("db2"), IsWriter: false), finished.Outcome);
        Assert.Equal("db1", after.Now[Key("db2")]!.Current!.Link!.Source.Host);
    }

    /// <summary>It was the primary once and is again: who follows it is not left behind.</summary>
    [Theory]
    [InlineData("db1 rw former\ndb3 ro <db1")]
    [InlineData("db1 rw former | refused\ndb3 ro <db1 io=connecting err=2003")]
    public void Below_the_primary_nobody_is_left_behind(string servers) => Assert.DoesNotContain(
        Analyzer.Analyze(Read(servers).With(Ledger.Empty.With(Former))), a => a.Code == AnalysisCode.LeftBehind);

    /// <summary>S1, S8: it may be the writer by now, or says nothing of the primary.</summary>
    [Theory]
    [InlineData("db1 ro | timed out 9s\ndb2 rw")]
    [InlineData("db1 ro | too many connections\ndb2 ro")]
    [InlineData("db1 ro | timed out 9s\ndb2 rw <db9 io=stopped\ndb9 ro former")]
    public void Below_a_primary_that_is_not_dead_or_open_itself_nobody_is_put(string servers) => Assert.DoesNotContain(
        Analyzer.Analyze(Read(servers).With(Ledger.Empty.With(CutLoose).With(new LedgerEntry.Closed(Key("db1"), "r1", Noon)))),
        a => a.Code == AnalysisCode.LeftBehind);

    /// <summary>L2, S12: a link from outside of the cluster says nothing of whom it follows there, and stays as it is.</summary>
    [Theory]
    [InlineData("<db1 channel=main io=connecting err=2003")]
    [InlineData("")]
    public void A_server_that_replicates_from_elsewhere_too_is_left_behind_like_others(string link)
    {
        var stopped = new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r1", Noon);
        var (found, recovery, fleet) = Finish(
            $"db1 ro | refused\ndb2 rw has=A:1-100\ndb3 ro <db8 channel=aux via=H {link} has=A:1-90", "db3", Former, stopped);
        Assert.Equal(AnalysisCode.LeftBehind, found?.Code);
        Assert.Equal(new RecoveryOutcome.Finished(Key("db3"), IsWriter: false), recovery.Outcome);
        var links = fleet.Now[Key("db3")]!.Current!.Links;
        Assert.Equal(("db8", true), (links.Single(l => l.Channel == "aux").Source.Host, links.Single(l => l.Channel == "aux").IsReplicating));
        Assert.Equal("db2", Assert.Single(links, l => l.Channel != "aux").Source.Host);
    }

    /// <summary>S4: what it has, and nobody would get any more, is not given up.</summary>
    [Theory]
    [InlineData("db1 ro | refused\ndb2 rw has=A:1-90\ndb3 ro <db1 io=connecting err=2003 has=A:1-100", "has A:91-100")]
    [InlineData("db1 ro | refused\ndb2 rw has=A:1-90\ndb3 ro <db1 io=connecting err=2003 has=A:1-80 got=A:1-100", "has received A:81-100")]
    public void What_the_primary_lacks_is_not_left_behind_with_it(string servers, string because)
    {
        var (_, recovery, fleet) = Finish(servers, "db3", Former);
        Assert.Contains(because, Shorten(Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome).Says), StringComparison.Ordinal);
        Assert.Equal("db1", fleet.Now[Key("db3")]!.Current!.Link!.Source.Host);
    }

    /// <summary>L3: what it costs that it does not follow is said with the reason, and the other way out.</summary>
    [Theory]
    [InlineData("semi=source:1 clients=0", "", true)]
    [InlineData("semi=source:1 clients=1", "\ndb3 ro <db1 semi=replica has=A:1-100", false)]
    [InlineData("", "", false)]
    public void That_the_primary_waits_for_it_is_said(string semi, string others, bool isSaid)
    {
        var (_, recovery, _) = Finish($"db1 rw {semi} has=A:1-100\ndb2 ro semi=available has=A:1-90,B:1{others}", "db2", CutLoose);
        var refusal = Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome).Refusal;
        Assert.Contains("has B:1, which db1:3306 lacks", Shorten(refusal.Because), StringComparison.Ordinal);
        Assert.Equal(isSaid, refusal.Because.Contains("so they hang until more do", StringComparison.Ordinal));
        Assert.Equal(isSaid, refusal.Remedy.Contains("rpl_semi_sync_source_wait_for_replica_count", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("db1 ro\ndb2 rw\ndb3 ro <db1 io=stopped")] // somebody stopped it
    [InlineData("db1 rw\ndb2 rw\ndb3 ro <db1\ndb4 ro <db2")] // the former primary is closed first
    [InlineData("db1 ro\ndb2 ro\ndb3 ro <db1\ndb4 ro <db2")] // nobody accepts writes
    public void Who_is_not_left_behind_for_sure_is_left_alone(string servers) => Assert.DoesNotContain(
        Analyzer.Analyze(Read(servers).With(Ledger.Empty.With(Former))), a => a.Code == AnalysisCode.LeftBehind);

    private static (Analysis? Found, Recovery Recovery, SimulatedFleet Fleet) Finish(string servers, string subject, params LedgerEntry[] entries)
    {
        var topology = Read(servers).With(entries.Aggregate(Ledger.Empty, (all, e) => all.With(e)));
        var found = Analyzer.Analyze(topology).FirstOrDefault(a => a.Key == Key(subject));
        var fleet = new SimulatedFleet(topology);
        return (found, Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FinishRecovery, subject), fleet), fleet);
    }
}
