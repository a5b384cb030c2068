using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Planning;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Owing;

/// <summary>What may be done about a primary that restarted read-only, and about what a recovery closed or stopped (L2, L3).</summary>
public sealed class OwedTests
{
    /// <summary>L3: read_only stands in its configuration, and who opened it last is not there any more.</summary>
    [Fact]
    public void A_primary_that_restarted_read_only_accepts_writes_again()
    {
        var (found, recovery, fleet) = Restarted("db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro <db1 | refused");
        Assert.Equal((AnalysisCode.ClosedByRestart, PlanKinds.FinishRecovery), (found.Code, found.Kind));
        Assert.Equal(new RecoveryOutcome.Finished(Key("db1"), IsWriter: true), recovery.Outcome);
        Assert.True(fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
        Assert.Contains("it accepted writes before it restarted, and nobody closed it", recovery.Stages[0].Stage.Because, StringComparison.Ordinal);
    }

    /// <summary>S1, S4: it is found all the same, with what keeps it closed.</summary>
    [Theory]
    [InlineData("db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro | refused", "whether db3:3306 accepts writes")]
    [InlineData("db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro | never seen", "whether db3:3306 accepts writes")]
    [InlineData("db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 rw <db1 io=stopped", "db3:3306 accepts writes")]
    [InlineData("db1 ro has=A:1-100\ndb2 ro <db1 | refused\ndb3 ro <db1 | timed out 9s", "none of the replicas of db1:3306 can be seen")]
    [InlineData("db1 ro has=A:1-98\ndb2 ro <db1 has=A:1-98 got=A:99-100", "db2:3306 has transactions of db1:3306 that it lacks itself")]
    [InlineData(MariaDb + "db2 10.11.18-MariaDB ro id=2 <db1 has=0-1-100", "db2:3306 has transactions of db1:3306 that it lacks itself")]
    [InlineData(MariaDb + "db2 10.11.18-MariaDB ro id=2 <db1 has=0-1-100,0-2-101", "db2:3306 has transactions of db1:3306 that it lacks itself")]
    public void Beside_somebody_who_may_be_the_writer_or_has_more_it_stays_closed(string servers, string because)
    {
        var (found, recovery, fleet) = Restarted(servers);
        Assert.Equal((AnalysisCode.ClosedByRestart, null), (found.Code, found.Kind));
        Assert.Contains(found.Because, b => b.Contains(because, StringComparison.Ordinal));
        Assert.Contains(because, Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome).Says, StringComparison.Ordinal);
        Assert.False(fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
    }

    /// <summary>A transaction that somebody wrote on a replica is no reason to leave the cluster without a writer.</summary>
    [Theory]
    [InlineData("db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100,B:1")]
    [InlineData(MariaDb + "db2 10.11.18-MariaDB ro id=2 <db1 has=0-1-98,0-2-99")]
    public void What_a_replica_wrote_itself_does_not_keep_it_closed(string servers) =>
        Assert.Equal(PlanKinds.FinishRecovery, Restarted(servers).Found.Kind);

    private const string MariaDb = "db1 10.11.18-MariaDB ro id=1 has=0-1-98\n";

    /// <summary>L1: a recovery stopped its receiver, and it restarted without read_only: it is nobody's new writer.</summary>
    [Theory]
    [InlineData("has=A:1-100", true)]
    [InlineData("has=A:1-100,C:1", false)]
    public void An_open_replica_whose_receiver_a_recovery_stopped_does_not_keep_it_closed(string has, bool isOpened)
    {
        var stopped = new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r1", Noon, MayComeLate: false);
        var (_, _, fleet) = Restarted(
            $"db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 rw <db1 io=stopped {has}", RoleBeforeRestart.Writer, [stopped]);
        Assert.Equal(isOpened, fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
        Assert.Equal(!isOpened, fleet.Now[Key("db3")]!.Current!.AcceptsWrites);
    }

    /// <summary>Nobody looked at it between its promotion and its restart.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_was_last_seen_as_a_replica_is_opened_when_the_ledger_knows_that_it_was_promoted(bool wasPromoted)
    {
        const string Servers = "db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100";
        LedgerEntry[] entries = wasPromoted ? [new LedgerEntry.Writer(Key("db1"), 1, "r1", Noon)] : [];
        var (found, _, fleet) = Restarted(Servers, RoleBeforeRestart.Replica, entries);
        Assert.Equal(wasPromoted, found.Kind == PlanKinds.FinishRecovery);
        Assert.Equal(wasPromoted, fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
    }

    /// <summary>L3: a switch was taken back, and the successor it had cut loose is no second primary.</summary>
    [Fact]
    public void Beside_a_server_that_was_cut_loose_from_it_it_is_opened()
    {
        var cut = new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", Noon);
        var (found, _, fleet) = Restarted("db1 ro has=A:1-100\ndb2 ro has=A:1-100", RoleBeforeRestart.Writer, cut);
        Assert.Equal((AnalysisCode.ClosedByRestart, PlanKinds.FinishRecovery), (found.Code, found.Kind));
        Assert.True(fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
        Assert.Contains(Analyzer.Analyze(fleet.Now), a => a.Key == Key("db2") && a.Code == AnalysisCode.LeftBehind);
    }

    /// <summary>L3: possible loss was allowed, and what the writer lacked was named when it took the place.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)] // known after that, by a recovery that gave up
    public void What_it_lacked_when_it_became_the_writer_does_not_keep_it_closed(bool wasKnown, bool isOpened)
    {
        LedgerEntry target = new LedgerEntry.Target(Key("db2"), GtidSet.Parse(Uuid('A') + ":1-101"), "r1", Noon);
        LedgerEntry writer = new LedgerEntry.Writer(Key("db1"), 1, "r1", Noon);
        var replaced = new LedgerEntry.FormerPrimary(Key("db3"), "r1", Noon);
        LedgerEntry[] entries = wasKnown ? [replaced, target, writer] : [replaced, writer, target];
        const string servers = "db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro | refused";
        var (_, _, fleet) = Restarted(servers, RoleBeforeRestart.Writer, entries);
        Assert.Equal(isOpened, fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
    }

    /// <summary>There was a writer since: whoever closed it, it was no recovery.</summary>
    [Fact]
    public void A_writer_that_somebody_closed_is_not_an_unfinished_promotion()
    {
        var topology = Read("db1 ro has=A:1-101\ndb2 ro <db1 has=A:1-101").With(Ledger.Empty
            .With(new LedgerEntry.Target(Key("db2"), GtidSet.Parse(Uuid('A') + ":1-101"), "r1", Noon))
            .With(new LedgerEntry.FormerPrimary(Key("db3"), "r1", Noon))
            .With(new LedgerEntry.Writer(Key("db1"), 1, "r1", Noon)));
        Assert.False(Owed.IsOpening(topology, Key("db1")));
    }

    /// <summary>
    /// L3: its commits wait for the replica that the recovery cut loose, which follows nobody until they have ended.
    /// Another one has received them: they were not lost by a restart.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("\ndb3 ro <db1 has=A:1-100 got=A:1-102")]
    public void A_primary_that_a_recovery_is_closing_and_whose_commits_wait_accepts_writes_again(string other)
    {
        var cut = new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", Noon);
        var written = Read("db1 ro has=A:1-100\ndb2 ro has=A:1-100" + other)
            .With(Ledger.Empty.With(new LedgerEntry.Closed(Key("db1"), "r1", Noon, MayComeLate: true)).With(cut));
        var primary = written[Key("db1")]!;
        var pending = new ProbeOutcome.Seen(primary.Current! with { IsReadOnlyPending = true });
        var fleet = new SimulatedFleet(written.With(primary.With(pending, Noon)));
        var found = Assert.Single(Analyzer.Analyze(fleet.Now), a => a.Kind is not null);
        Assert.Equal((AnalysisCode.ClosedByRecovery, PlanKinds.FinishRecovery), (found.Code, found.Kind));
        Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.FinishRecovery, "db1"), fleet);
        Assert.True(fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
        Assert.Contains(Analyzer.Analyze(fleet.Now), a => a.Key == Key("db2") && a.Code == AnalysisCode.LeftBehind);
    }

    /// <summary>
    /// L3: it was away when the primary changed, restarted open, and follows the former one. It is no second writer.
    /// </summary>
    [Theory]
    [InlineData("io=connecting err=2003", "db3 db1")]
    [InlineData("io=stopped", "")]
    public void A_replica_of_a_former_primary_that_restarted_open_is_closed_before_the_primary_is_opened(
        string link, string sent)
    {
        var topology = Read($"db1 ro has=A:1-100\ndb2 ro has=A:1-90\ndb3 rw <db2 {link} has=A:1-90")
            .With(Ledger.Empty.With(new LedgerEntry.Closed(Key("db1"), "r2", Noon))
                .With(new LedgerEntry.FormerPrimary(Key("db2"), "r1", Noon)));
        var fleet = new SimulatedFleet(topology);
        var recovery = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FinishRecovery, "db1"), fleet);
        var keys = recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step.Target.Key.Host);
        Assert.Equal(sent, string.Join(' ', keys));
        Assert.Equal(sent.Length > 0, fleet.Now[Key("db1")]!.Current!.AcceptsWrites);
    }

    /// <summary>L9: a switch closed it and was given up, and its successor is open by its own restart.</summary>
    [Theory]
    [InlineData("db2 rw", true)]
    [InlineData("db2 ro", false)]
    public void A_server_that_a_recovery_left_closed_beside_another_primary_is_a_problem_of_its_own(
        string other, bool isFound)
    {
        var closed = new LedgerEntry.Closed(Key("db1"), "r1", Noon);
        var topology = Read($"db1 ro has=A:1-100\n{other} has=A:1-100\ndb3 ro <db2").With(Ledger.Empty.With(closed));
        var found = Analyzer.Analyze(topology).Where(a => a.Key == Key("db1")).ToArray();
        Assert.Equal(isFound, found.Any(a => a is { Code: AnalysisCode.ClosedByRecovery, Kind: null }));
        Assert.All(found, a => Assert.Contains("db2:3306 is the primary", a.Because));
    }

    private static (Analysis Found, Recovery Recovery, SimulatedFleet Fleet) Restarted(
        string servers, RoleBeforeRestart role = RoleBeforeRestart.Writer, params LedgerEntry[] entries)
    {
        var written = Read(servers).With(entries.Aggregate(Ledger.Empty, (all, e) => all.With(e)));
        var primary = written[Key("db1")]!;
        var topology = written.With(primary.With(new ProbeOutcome.Seen(primary.Current! with { ClosedByRestart = role }), Noon));
        var fleet = new SimulatedFleet(topology);
        var found = Analyzer.Analyze(topology).First(a => a.Key == Key("db1"));
        return (found, Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FinishRecovery, "db1"), fleet), fleet);
    }
}
