using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Repairing;

public sealed class FenceFormerPrimaryPlannerTests
{
    [Theory]
    [InlineData("db1 rw former", typeof(RecoveryOutcome.Fenced))]
    [InlineData("db1 ro former", typeof(RecoveryOutcome.Fenced))]
    [InlineData("db1 rw former | refused", typeof(RecoveryOutcome.Abandoned))]
    public void Closes_a_former_primary_and_nothing_else(string former, Type outcome)
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read(former + "\ndb2 rw\ndb3 ro <db2"));
        var others = Json.Of(fleet.Now.Members.Skip(1));
        var recovery = Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.FenceFormerPrimary, "db1"), fleet);
        Assert.IsType(outcome, recovery.Outcome);
        Assert.Equal(others, Json.Of(fleet.Now.Members.Skip(1)));
        Assert.True(recovery.Times("fence") <= recovery.Policy.Attempts);
    }

    /// <summary>S1: db1 hangs while it is closed; db4, replaced before it, comes back meanwhile.</summary>
    [Theory]
    [InlineData("db4 rw former", 1)]
    [InlineData("db4 ro former", 0)]
    [InlineData("db4 rw <db2", 0)]
    public void Another_former_primary_that_is_open_by_then_is_closed_with_it(string other, int closed)
    {
        var fleet = new SimulatedFleet(
            WrittenTopology.Read($"db1 rw former\ndb2 rw\ndb3 ro <db2\n{other}"), WrittenFault.ReadAll("x with db1 SetReadOnly fails"));
        var recovery = Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.FenceFormerPrimary, "db1"), fleet);
        Assert.Equal(closed, recovery.Stages.SelectMany(s => s.Stage.Steps).Count(s => s.Step.Target.Key.Host == "db4"));
        Assert.False(fleet.Now[WrittenTopology.Key("db2")]!.Current!.ReadOnly);
    }

    /// <summary>S10: a server that goes away while it is closed is closed at once when it is back.</summary>
    [Theory]
    [InlineData("x with db1 dies at 1", 1, true)]
    [InlineData("x with db1 SetReadOnly fails", 3, false)]
    public void Attempts_in_vain_count_only_at_a_server_that_answers(string fault, int attempts, bool isAway)
    {
        var fleet = new SimulatedFleet(
            WrittenTopology.Read("db1 rw former\ndb2 rw\ndb3 ro <db2"), WrittenFault.ReadAll(fault));
        var seed = PlannerTests.Recovery(fleet.Now, PlanKinds.FenceFormerPrimary, "db1");
        var recovery = Rehearsal.Run(seed, fleet);
        Assert.Equal(attempts, recovery.Times("fence"));
        Assert.Equal(isAway, Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome).IsAway);
        Assert.Equal(isAway, PastRecovery.Of(recovery, isAcknowledged: false) is null);
    }

    [Fact]
    public void A_cancelled_fence_is_given_up()
    {
        var topology = WrittenTopology.Read("db1 rw former\ndb2 rw\ndb3 ro <db2");
        var begun = PlannerTests.Recovery(topology, PlanKinds.FenceFormerPrimary, "db1");
        begun = begun.With(new StageRecord(Planner.Next(begun, topology), 1, topology.TakenAt, [])).WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "", topology.TakenAt));
        Assert.IsType<RecoveryOutcome.Abandoned>(Planner.Next(begun, topology).Outcome);
    }

    [Fact]
    public void The_primary_is_never_fenced()
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read("db1 rw\ndb2 ro <db1"));
        Assert.IsType<RecoveryOutcome.Abandoned>(Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.FenceFormerPrimary, "db1"), fleet).Outcome);
        Assert.False(fleet.Now.Members[0].Current!.ReadOnly);
    }

    /// <summary>S1: it came back open, and is a replica of the primary that has no link, whoever that is by now.</summary>
    [Theory]
    [InlineData("db1 rw\ndb2 rw\ndb3 ro <db2")]
    [InlineData("db1 ro former\ndb2 rw\ndb3 rw\ndb4 ro <db3")]
    [InlineData("db1 ro former | refused\ndb2 rw\ndb3 rw\ndb4 ro <db3")]
    public void A_server_that_was_cut_loose_and_comes_back_open_is_closed(string servers)
    {
        var written = WrittenTopology.Read(servers);
        var topology = written.With(written.Ledger.With(new LedgerEntry.Stopped(WrittenTopology.Key("db2"), WrittenTopology.Key("db1"), "r1", WrittenTopology.Noon)));
        var found = Analyzer.Analyze(topology).First(a => a.Key == WrittenTopology.Key("db2"));
        Assert.Equal((AnalysisCode.ReturnedPrimary, PlanKinds.FenceFormerPrimary), (found.Code, found.Kind));
        var fleet = new SimulatedFleet(topology);
        Assert.IsType<RecoveryOutcome.Fenced>(Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FenceFormerPrimary, "db2"), fleet).Outcome);
        Assert.False(fleet.Now[WrittenTopology.Key("db2")]!.Current!.AcceptsWrites);
    }

    /// <summary>S1: it was lost again before it was closed. That is no try in vain, and it is closed when it is seen.</summary>
    [Theory]
    [InlineData("db2 rw | timed out 2.0s", "db2:3306 does not answer; it is closed when it is seen open again")]
    [InlineData("db2 rw | partly: replication", "db2:3306 does not tell whom it follows; it is closed when it is seen open again")]
    public void One_that_was_cut_loose_and_is_away_is_nobody_elses_business(string lost, string because)
    {
        var written = WrittenTopology.Read($"db1 rw\n{lost}\ndb3 ro <db1");
        var topology = written.With(written.Ledger.With(new LedgerEntry.Stopped(WrittenTopology.Key("db2"), WrittenTopology.Key("db1"), "r1", WrittenTopology.Noon)));
        var outcome = Assert.IsType<RecoveryOutcome.Abandoned>(Planner.Next(PlannerTests.Recovery(topology, PlanKinds.FenceFormerPrimary, "db2"), topology).Outcome);
        Assert.Equal((true, because), (outcome.IsAway, outcome.Refusal.Because));
    }

    /// <summary>
    /// S1: a failover fenced db1, cut db2 from it and was given up when db2 died. Both restarted open, and db2 was seen
    /// first: it has the replicas, so it is the primary by then.
    /// </summary>
    [Theory]
    [InlineData("db1 rw\ndb2 rw\ndb3 ro <db2", true)]
    [InlineData("db1 rw semi=source:1\ndb2 rw\ndb3 ro <db2", true)]
    [InlineData("db1 rw\ndb2 ro\ndb3 ro <db2", false)]
    [InlineData("db1 rw\ndb2 rw\ndb3 ro <db1", false)] // it has its replicas still, and is the primary
    public void One_that_was_to_be_closed_and_is_open_beside_another_primary_is_closed(string servers, bool isClosed)
    {
        var closed = new LedgerEntry.Closed(WrittenTopology.Key("db1"), "r1", WrittenTopology.Noon, MayComeLate: true);
        var topology = WrittenTopology.Read(servers).With(Ledger.Empty.With(closed));
        var found = Analyzer.Analyze(topology).Where(a => a.Key == WrittenTopology.Key("db1")).ToArray();
        Assert.Equal(isClosed, found.Any(a => a.Kind == PlanKinds.FenceFormerPrimary));
        if (!isClosed) return;
        var fleet = new SimulatedFleet(topology);
        var seed = PlannerTests.Recovery(topology, PlanKinds.FenceFormerPrimary, "db1");
        var recovery = Rehearsal.Run(seed, fleet);
        Assert.IsType<RecoveryOutcome.Fenced>(recovery.Outcome);
        Assert.False(fleet.Now[WrittenTopology.Key("db1")]!.Current!.AcceptsWrites);
        // Its replicas are gone: nobody will acknowledge what waits there.
        var step = Assert.IsType<SetReadOnly>(recovery.Stages[0].Stage.Steps.Single().Step);
        Assert.Equal(topology.Members[0].Current!.SemiSync.SourceEnabled, step.ReleasesCommits);
    }

    /// <summary>
    /// S1: db2 was the first choice, was cut from its source and lost. db3 was promoted; db2 restarts open, whoever
    /// follows it.
    /// </summary>
    [Theory]
    [InlineData("db1 ro | refused\ndb2 rw\ndb3 rw\ndb4 ro <db3")]
    [InlineData("db1 ro | refused\ndb2 rw\ndb3 rw\ndb4 ro <db2")]
    public void A_candidate_that_was_lost_and_comes_back_open_is_closed(string servers)
    {
        var topology = WrittenTopology.Read(servers).With(Ledger.Empty
            .With(new LedgerEntry.Stopped(WrittenTopology.Key("db2"), WrittenTopology.Key("db1"), "r1", WrittenTopology.Noon))
            .With(new LedgerEntry.FormerPrimary(WrittenTopology.Key("db1"), "r1", WrittenTopology.Noon))
            .With(new LedgerEntry.Writer(WrittenTopology.Key("db3"), 1, "r1", WrittenTopology.Noon)));
        var found = Analyzer.Analyze(topology).First(a => a.Key == WrittenTopology.Key("db2"));
        Assert.Equal((AnalysisCode.ReturnedPrimary, PlanKinds.FenceFormerPrimary), (found.Code, found.Kind));
        var fleet = new SimulatedFleet(topology);
        Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FenceFormerPrimary, "db2"), fleet);
        Assert.False(fleet.Now[WrittenTopology.Key("db2")]!.Current!.AcceptsWrites);
        Assert.True(fleet.Now[WrittenTopology.Key("db3")]!.Current!.AcceptsWrites);
    }

    /// <summary>L7: commits that wait there cannot be let through on MariaDB; the record says what keeps it open.</summary>
    [Theory]
    [InlineData("10.11.18-MariaDB rw former semi=source:1", "commits that wait there for acknowledgements")]
    [InlineData("10.11.18-MariaDB rw former", "")]
    [InlineData("8.4.13 rw former semi=source:1", "")]
    public void One_that_its_waiting_commits_keep_open_is_given_up_with_what_would_close_it(string state, string because)
    {
        var topology = WrittenTopology.Read($"db1 {state}\ndb2 {state.Split(' ')[0]} rw\ndb3 {state.Split(' ')[0]} ro <db2");
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db1 SetReadOnly times out"));
        var ended = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.FenceFormerPrimary, "db1"), fleet);
        var refusal = Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal;
        Assert.Contains(because, refusal.Because, StringComparison.Ordinal);
        Assert.Equal(because.Length > 0, refusal.Remedy.Length > 0);
    }
}
