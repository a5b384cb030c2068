using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <summary>What is stopped, what is started first, and when neither happens.</summary>
public sealed class FreezeTests
{
    private static (Recovery Ended, SimulatedFleet Fleet) Rehearse(string written, string faults = "")
    {
        var topology = WrittenTopology.Read(written);
        var fleet = new SimulatedFleet(topology, faults.Length == 0 ? [] : WrittenFault.ReadAll($"x with {faults}"));
        return (Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), fleet), fleet);
    }

    private static PlanStep[] On(Recovery ended, string host) =>
        [.. ended.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).Where(s => s.Target.Key.Host == host)];

    [Theory]
    [InlineData("db2 ro <db1 io=connecting err=2003 rule=must_not has=A:1-100")]
    [InlineData("db2 ro <db1 io=connecting err=2003 has=A:1-100,B:1")]
    [InlineData("db2 ro <db1 has=A:1-100 | refused")]
    [InlineData("db2 ro <db1 io=connecting err=2003 semi=replica has=A:1-100\ndb3 ro <db1 semi=replica has=A:1-100 | refused")]
    public void Where_nobody_can_be_promoted_nothing_is_fenced_and_nothing_is_stopped(string replicas)
    {
        var (ended, _) = Rehearse("db1 rw semi=source:1 clients=2 has=A:1-100 | refused\n" + replicas);
        Assert.False(string.IsNullOrEmpty(Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal.Remedy));
        Assert.Empty(ended.Stages.SelectMany(s => s.Stage.Steps));
    }

    /// <summary>S5: it had no room when it was told to stop, and has received more since.</summary>
    [Fact]
    public void What_a_passed_over_replica_has_by_now_is_had_before_anybody_is_opened()
    {
        const string Receiving = "io=connecting err=2003";
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9 | timed out 9s\ndb2 ro <db1 {Receiving} has=A:1-8 got=A:1-9\ndb3 ro <db1 {Receiving} has=A:1-9");
        var stuck = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db3 StopReceiving fails"));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        do recovery = Rehearsal.RunStage(recovery, stuck);
        while (recovery.Stages[^1].Stage.Name != "catch-up");
        Assert.Equal("db2", recovery.Choice!.Candidate.Host);
        var now = WrittenTopology.Read([$"db3 ro <db1 {Receiving} has=A:1-9 got=A:1-12"], stuck.Now);
        var fleet = new SimulatedFleet(now);
        var promoted = Assert.IsType<RecoveryOutcome.Promoted>(Rehearsal.Run(recovery, fleet).Outcome);
        Assert.Empty(promoted.Lost);
        Assert.Equal("A:1-12", WrittenTopology.Shorten(fleet.Now[promoted.Key]!.Current!.Gtid.Executed.ToString()!));
    }

    /// <summary>
    /// S5: it did not tell its links whenever it was to be stopped, so nothing was sent to it: that is no attempt.
    /// </summary>
    [Theory]
    [InlineData(true, "freeze")]
    [InlineData(false, "promote")]
    public void One_that_was_never_told_to_stop_is_told_however_often_that_was_tried(bool isUntold, string next)
    {
        const string Receiving = "io=connecting err=2003";
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9 | timed out 9s\ndb2 ro <db1 {Receiving} has=A:1-8 got=A:1-9\ndb3 ro <db1 {Receiving} has=A:1-9");
        var stuck = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db3 StopReceiving fails"));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        do recovery = Rehearsal.RunStage(recovery, stuck);
        while (recovery.Stages[^1].Stage.Name != "catch-up");
        var tried = recovery.Stages.First(s => s.Stage.Name == "freeze");
        tried = tried with { Results = [.. tried.Results.Select(r => r.IsSuccess ? r : r with { IsRefused = true, WasNotSent = isUntold })] };
        var others = recovery.Stages.Where(s => s.Stage.Name != "freeze");
        recovery = recovery with { Stages = [tried, tried, tried, tried, .. others] };
        var now = WrittenTopology.Read([$"db3 ro <db1 {Receiving} has=A:1-9 got=A:1-12"], stuck.Now);
        var stage = Planner.Next(recovery, now);
        Assert.Equal(next, stage.Name);
        Assert.Equal(isUntold, stage.Steps.Any(s => s.Step is StopReceiving && s.Step.Target.Key.Host == "db3"));
    }

    /// <summary>S5: db2 was told to open and did not, and db3 has received more of the old primary, which lives.</summary>
    [Fact]
    public void What_a_passed_over_replica_has_by_now_is_had_before_the_candidate_is_told_to_open_once_more()
    {
        const string Receiving = "io=connecting err=2003";
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9 | timed out 9s\ndb2 ro <db1 {Receiving} has=A:1-9\ndb3 ro <db1 {Receiving} has=A:1-9");
        var stuck = new SimulatedFleet(
            topology, WrittenFault.ReadAll("x with db3 StopReceiving fails; db3 PointTo fails; db2 SetWritable times out"));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        do recovery = Rehearsal.RunStage(recovery, stuck);
        while (recovery.Stages[^1].Stage.Name != "promote");
        Assert.True(recovery.HasOpened);
        var fleet = new SimulatedFleet(
            WrittenTopology.Read([$"db3 ro <db1 {Receiving} has=A:1-9 got=A:1-12"], stuck.Now));
        var ended = Rehearsal.Run(recovery, fleet);
        Assert.Equal("db2", Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome).Key.Host);
        Assert.Equal("A:1-12", WrittenTopology.Shorten(fleet.Now[WrittenTopology.Key("db2")]!.Current!.Gtid.Executed.ToString()!));
    }

    /// <summary>It cannot be waited for without end: what it has is named by the record.</summary>
    [Fact]
    public void A_passed_over_replica_that_does_not_stop_this_time_either_is_asked_no_more()
    {
        const string Receiving = "io=connecting err=2003";
        var written = $"db1 rw has=A:1-9 | timed out 9s\ndb2 ro <db1 {Receiving} has=A:1-9\ndb3 ro <db1 {Receiving} has=A:1-9 got=A:1-12";
        var (ended, _) = Rehearse(written, "db3 StopReceiving fails");
        Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
        Assert.InRange(On(ended, "db3").Count(s => s is StopReceiving), 3, 4);
    }

    private const string MariaDb = "db1 10.11.8-MariaDB rw id=1 has=0-1-100 | refused\n";

    [Fact]
    public void On_MariaDB_an_applier_that_stands_still_is_started_before_the_receiver_is_stopped()
    {
        var (ended, _) = Rehearse(MariaDb + "db2 10.11.8-MariaDB ro id=2 <db1 io=connecting err=2003 sql=stopped has=0-1-90 got=0-1-100");
        var steps = On(ended, "db2");
        Assert.Equal(new StartReplication(WrittenTopology.Key("db2")) { Threads = ReplicationThreads.Applier }, steps[0]);
        Assert.IsType<StopReceiving>(steps[1]);
        Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
    }

    [Theory]
    [InlineData("sql=stopped rule=must_not")]
    [InlineData("sqlerr=1062")]
    public void On_MariaDB_both_threads_of_a_replica_never_stand_still_over_what_is_not_applied(string state)
    {
        var (ended, _) = Rehearse(MariaDb + $"db2 10.11.8-MariaDB ro id=2 <db1 io=connecting err=2003 has=0-1-100 got=0-1-100\n"
            + $"db3 10.11.8-MariaDB ro id=3 <db1 io=connecting err=2003 {state} has=0-1-90 got=0-1-100");
        Assert.DoesNotContain(On(ended, "db3"), s => s is StopReceiving or StartReplication);
        Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
    }

    [Fact]
    public void An_applier_that_cannot_be_started_costs_the_candidacy()
    {
        var (ended, _) = Rehearse(
            "db1 rw has=A:1-100 | refused\ndb2 ro <db1 io=connecting err=2003 sql=stopped rule=prefer has=A:1-90 got=A:1-100\ndb3 ro <db1 io=connecting err=2003 has=A:1-100",
            "db2 StartReplication fails");
        Assert.Equal("db3", Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome).Key.Host);
        Assert.Contains("its applier could not be started: simulated fault", ended.Choice!.Judgements.Select(j => j.Says));
    }

    [Fact]
    public void The_applier_of_the_only_candidate_is_started_and_nothing_else_of_it()
    {
        var (ended, _) = Rehearse("db1 rw has=A:1-100 | refused\ndb2 ro <db1 io=connecting err=2003 sql=stopped has=A:1-90 got=A:1-100");
        Assert.Equal("db2", Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome).Key.Host);
        Assert.Equal(ReplicationThreads.Applier, Assert.Single(On(ended, "db2").OfType<StartReplication>()).Threads);
    }

    /// <summary>L3: nobody has looked at it since it was opened, and a fence that waits may close it when it hears again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fence_of_one_that_a_recovery_told_to_open_is_owed_to_be_lifted(bool wasToldToOpen)
    {
        var topology = WrittenTopology.Read("db1 ro has=A:1-9 | timed out 9s\ndb2 ro <db1 io=connecting err=2003 has=A:1-9");
        var told = new LedgerEntry.MaybeOpen(WrittenTopology.Key("db1"), "r0", WrittenTopology.Noon);
        if (wasToldToOpen) topology = topology.With(Ledger.Empty.With(told));
        var first = Planner.Next(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), topology);
        Assert.Equal(wasToldToOpen, Assert.IsType<Fence>(first.Steps[0].Step).WasWritable);
    }
}
