using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Running;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Planning.Repairing;

/// <summary>Its answers stand in the scenario open.txt; here is what the ledger has to do with it.</summary>
public sealed class OpenPrimaryPlannerTests
{
    private const string Closed = "db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100";

    /// <summary>S21: a person asked for it, and it may be open from before it is told.</summary>
    [Fact]
    public void That_it_may_be_open_stands_in_the_ledger_before_and_that_it_is_the_writer_afterwards()
    {
        var played = new PlayedRun(Closed).Begin(PlanKinds.OpenPrimary);
        Assert.Equal(new RecoveryOutcome.Finished(Key("db1"), IsWriter: true), played.Recovery.Outcome);
        var opened = Assert.Single(played.Owed, o => o.Step is SetWritable);
        Assert.True(opened.Owed.Has<LedgerEntry.MaybeOpen>(Key("db1")));
        Assert.True(played.Ledger.IsSettled, string.Join("; ", played.Ledger.Entries.Select(e => e.Says)));
        Assert.True(played.Ledger.Has<LedgerEntry.Writer>(Key("db1")));
        Assert.Empty(played.Reports);
    }

    /// <summary>S1: servers that were silent are looked at before it is opened.</summary>
    [Fact]
    public void A_server_that_comes_back_open_meanwhile_keeps_it_closed()
    {
        var written = $"{Closed}\ndb3 ro <db1 has=A:1-100 | unreachable";
        var played = new PlayedRun(written).At(TimeSpan.Zero, "db3 rw has=A:1-100").Begin(PlanKinds.OpenPrimary);
        Assert.Contains("db3:3306 accepts writes", played.Recovery.Outcome!.Says, StringComparison.Ordinal);
        Assert.DoesNotContain(played.Steps, s => s is SetWritable);
    }

    /// <summary>What a recovery left closed is opened as the repair does it, also where that is not allowed to begin.</summary>
    [Fact]
    public void A_primary_that_a_recovery_closed_is_opened_and_its_stopped_replicas_are_started()
    {
        var owed = Ledger.Empty.With(new LedgerEntry.Closed(Key("db1"), "r0", Noon))
            .With(new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r0", Noon));
        var played = new PlayedRun(Read("db1 ro has=A:1-100\ndb2 ro <db1 io=stopped has=A:1-100").With(owed)).Begin(PlanKinds.OpenPrimary);
        Assert.Equal(["SetWritable", "StartReplication"], played.Steps.Select(s => s.GetType().Name));
        Assert.True(played.Ledger.IsSettled, string.Join("; ", played.Ledger.Entries.Select(e => e.Says)));
    }

    /// <summary>S4, S5: a person's word does not bring back what another server has.</summary>
    [Fact]
    public void What_was_within_reach_and_it_lacks_keeps_it_closed()
    {
        var target = new LedgerEntry.Target(Key("db2"), GtidSet.Parse(Uuid('A') + ":1-101"), "r0", Noon);
        var outcome = Open(Read(Closed).With(Ledger.Empty.With(target))).Outcome;
        Assert.Contains("has not executed", Assert.IsType<RecoveryOutcome.Abandoned>(outcome).Says, StringComparison.Ordinal);
    }

    /// <summary>S12: somebody gave it that link; what comes from there is theirs.</summary>
    [Fact]
    public void A_primary_that_follows_a_server_outside_of_the_cluster_is_not_opened_and_keeps_its_link()
    {
        var topology = Read("db1 ro <db9 has=A:1-100\ndb2 ro <db1 has=A:1-100");
        var outcome = Assert.IsType<RecoveryOutcome.Abandoned>(Open(topology).Outcome);
        Assert.Equal("db1:3306 follows db9:3306, which is no member of this cluster", outcome.Refusal.Because);
    }

    [Fact]
    public void Cancelled_it_is_given_up()
    {
        var topology = Read(Closed);
        var seed = PlannerTests.Recovery(topology, PlanKinds.OpenPrimary, "db1");
        var begun = seed.With(new StageRecord(Planner.Next(seed, topology), 1, Noon, []))
            .WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "", Noon));
        Assert.IsType<RecoveryOutcome.Abandoned>(Planner.Next(begun, topology).Outcome);
    }

    private static Recovery Open(Topology topology) =>
        Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.OpenPrimary, "db1"), new SimulatedFleet(topology));
}
