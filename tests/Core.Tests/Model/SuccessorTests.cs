using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Planning;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Model;

/// <summary>A successor that was lost before anybody looked at it again is the dead primary, and no replica of the old one (L1, L2).</summary>
public sealed class SuccessorTests
{
    private const string Lost = """
        db1 rw has=A:1-9
        db2 ro <db1 has=A:1-9 | refused
        db3 ro <db2 io=connecting err=2003 semi=replica has=A:1-9
        db4 ro <db2 io=connecting err=2003 semi=replica has=A:1-9
        """;

    private static readonly LedgerEntry Former = new LedgerEntry.FormerPrimary(Key("db1"), "r1", Noon);

    private static readonly LedgerEntry.Writer Writer = new(Key("db2"), 1, "r1", Noon)
    {
        SemiSync = new SemiSync(Available: true, SourceEnabled: true, SourceActive: true, WaitForReplicas: 1, Clients: 2, TimeoutMilliseconds: 7000),
    };

    [Fact]
    public void It_is_replaced_and_its_promise_counts()
    {
        var topology = With(Lost, Former, Writer);
        Assert.Equal(Key("db2"), topology.Primary!.Key);
        var found = Analyzer.Analyze(topology).First(a => a.Key == Key("db2"));
        Assert.Equal((AnalysisCode.DeadPrimary, PlanKinds.DeadPrimary), (found.Code, found.Kind));
        var fleet = new SimulatedFleet(topology);
        var recovery = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db2"), fleet);
        Assert.IsType<RecoveryOutcome.Promoted>(recovery.Outcome);
        Assert.Contains("Make db3:3306 wait for 1", string.Join("; ", recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step.Says)), StringComparison.Ordinal);
    }

    /// <summary>The old primary wrote them before the switch, and follows now.</summary>
    [Fact]
    public void What_it_had_when_it_was_promoted_is_not_errant_elsewhere()
    {
        var topology = With("db1 ro <db2 io=connecting err=2003 has=A:1-12\ndb2 ro <db1 has=A:1-9 | refused", Writer with { Position = GtidSet.Parse(Uuid('A') + ":1-12") });
        Assert.Equal("A:1-12", WrittenTopology.Shorten(topology[Key("db2")]!.LastSeen!.Gtid.Executed.ToString()));
        var recovery = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db2"), new SimulatedFleet(topology));
        Assert.DoesNotContain("errant", recovery.Outcome!.Says, StringComparison.Ordinal);
    }

    /// <summary>A switch and another one back: it was seen last as the primary it was before, without what db3 wrote meanwhile.</summary>
    [Fact]
    public void What_one_that_is_promoted_again_had_received_is_not_errant_elsewhere()
    {
        const string again = "db2 rw has=A:1-9 | refused\ndb4 ro <db2 io=connecting err=2003 has=A:1-9,C:1-5";
        var position = GtidSet.Parse($"{Uuid('A')}:1-9,{Uuid('C')}:1-5");
        Assert.Contains("errant", Outcome(With(again)), StringComparison.Ordinal);
        Assert.Contains("errant", Outcome(With(again, Writer)), StringComparison.Ordinal);
        Assert.DoesNotContain("errant", Outcome(With(again, Writer with { Position = position })), StringComparison.Ordinal);

        static string Outcome(Topology topology) =>
            Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db2"), new SimulatedFleet(topology)).Outcome!.Says;
    }

    /// <summary>After a switch and another one back, each would follow the other.</summary>
    [Fact]
    public void It_is_in_no_ring_with_the_one_before()
    {
        var topology = With("db1 ro <db2 io=connecting err=2003\ndb2 ro <db1 | refused\ndb3 ro <db2 io=connecting err=2003", Writer);
        Assert.Empty(topology.CoPrimaries);
        Assert.Equal(Key("db2"), topology.Primary!.Key);
    }

    [Theory]
    [InlineData("db1 rw\ndb2 ro <db1\ndb3 ro <db2")] // seen
    [InlineData("db1 rw\ndb2 ro | refused\ndb3 ro <db2")] // last seen without a source, and closed by somebody
    public void What_was_seen_of_it_afterwards_stands(string servers)
    {
        var topology = With(servers, Writer);
        Assert.Equal(Json.Of(Read(servers).Members), Json.Of(topology.Members));
    }

    /// <summary>
    /// L1: its recovery ended with it, and nobody knows whether it was opened. Its siblings follow the one before still.
    /// </summary>
    [Theory]
    [InlineData("", "db2")]
    [InlineData("r1", "db1")] // the recovery that told it goes on, and knows more
    [InlineData("r2", "db2")]
    public void One_that_was_told_to_accept_writes_counts_as_the_primary(string running, string primary)
    {
        var told = new LedgerEntry.MaybeOpen(Key("db2"), "r1", Noon);
        var target = new LedgerEntry.Target(Key("db2"), GtidSet.Parse(Uuid('A') + ":1-9"), "r1", Noon);
        var ledger = Ledger.Empty.With(Former).With(told).With(target) with { Running = running };
        var topology = Read("db1 ro has=A:1-9\ndb2 ro <db1 has=A:1-7 | refused\ndb3 ro <db1 has=A:1-9").With(ledger);
        Assert.Equal(Key(primary), topology.Primary!.Key);
        if (running.Length > 0) return;
        Assert.Contains(Analyzer.Analyze(topology), a => a.Code == AnalysisCode.LeftBehind && a.Key == Key("db3"));
        var fleet = new SimulatedFleet(topology);
        Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FinishRecovery, "db3"), fleet);
        var replaced = Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.DeadPrimary, "db2"), fleet);
        Assert.Equal(Key("db3"), Assert.IsType<RecoveryOutcome.Promoted>(replaced.Outcome).Key);
    }

    private static Topology With(string servers, params LedgerEntry[] entries) =>
        Read(servers).With(entries.Aggregate(Ledger.Empty, (all, e) => all.With(e)));
}
