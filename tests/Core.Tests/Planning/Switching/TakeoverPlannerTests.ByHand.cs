using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Planning.Switching;

/// <content>What a person stopped (S19).</content>
public sealed partial class TakeoverPlannerTests
{
    /// <summary>S19: to wait for what it has not applied would start its applier.</summary>
    [Theory]
    [InlineData("db2 ro <db1 sql=stopped has=A:1-8 got=A:1-9", "freeze", "the applier of db2:3306 was stopped since it was chosen")]
    [InlineData("db2 ro <db1 sql=stopped has=A:1-8 got=A:1-9", "gather", "the applier of db2:3306 was stopped since it was chosen")]
    [InlineData("db2 ro <db1 sql=stopped has=A:1-9", "gather", "the applier of db2:3306 was stopped since it was chosen")]
    [InlineData("db2 ro <db1 sql=stopped has=A:1-9", "freeze", null)] // it has everything
    [InlineData("db2 ro <db1 sql=stopped sqlerr=1062 has=A:1-8 got=A:1-9", "freeze", null)] // an error did; it is tried
    public void A_successor_whose_applier_a_person_stopped_ends_the_switch(string successor, string after, string? because)
    {
        var (recovery, fleet) = Until(after);
        var next = Planner.Next(recovery, WrittenTopology.Read([successor], fleet.Now));
        Assert.Equal(because, next.GoesBack || next.Outcome is not null ? next.Because : null);
        Assert.Equal(because is null || after == "freeze", !next.GoesBack || next.Steps.Any(s => s.Step is SetWritable));
    }

    /// <summary>S19: the stage was stored, and nobody knows whether the replica was pointed.</summary>
    [Fact]
    public void A_receiver_that_may_have_been_stopped_by_the_switch_is_started_when_it_is_rolled_back()
    {
        var (recovery, fleet) = Until("gather", "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9 rule=prefer\ndb3 ro <db1 has=A:1-9");
        Assert.Contains(recovery.Stages[^1].Stage.Steps, s => s.Step is PointTo { Target.Key.Host: "db3" });
        recovery = recovery.WithLast(recovery.Stages[^1] with { Results = [], IsMaybeBegun = true });
        recovery = recovery.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "", fleet.Now.TakenAt));
        var now = WrittenTopology.Read(["db3 ro <db1 io=stopped has=A:1-9"], fleet.Now);
        var ran = new LedgerEntry.Stopped(WrittenTopology.Key("db3"), WrittenTopology.Key("db1"), recovery.Id, now.TakenAt, MayComeLate: true);
        now = now.With(now.Ledger.With(ran));
        Assert.Contains(Planner.Next(recovery, now).Steps, s => s.Step is StartReplication { Target.Key.Host: "db3" });
    }

    /// <summary>S19: below the old primary, or below the successor already.</summary>
    [Theory]
    [InlineData("db3 ro <db1 io=stopped has=A:1-9", "Point db3:3306 to db2:3306 and start applying")]
    [InlineData("db3 ro <db1 io=stopped sql=stopped has=A:1-9", "Point db3:3306 to db2:3306")]
    [InlineData("db3 ro <db2 io=stopped has=A:1-9", null)]
    public void A_receiver_that_a_person_stopped_stays_so_below_the_new_primary(string replica, string? step)
    {
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9 rule=prefer\n{replica}");
        var fleet = new SimulatedFleet(topology);
        var ended = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1"), fleet);
        var lost = Assert.Single(Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome).Lost, l => l.Key.Host == "db3");
        Assert.Equal("its receiver is stopped", lost.Because);
        Assert.Equal(step, ended.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).SingleOrDefault(s => s.Target.Key.Host == "db3")?.Says);
        Assert.Equal(ReplicationThread.Stopped, fleet.Now[WrittenTopology.Key("db3")]!.Current!.Link!.Receiver);
    }
}
