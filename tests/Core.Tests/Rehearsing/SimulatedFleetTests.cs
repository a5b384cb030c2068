using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Planning;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Rehearsing;

public sealed class SimulatedFleetTests
{
    private static StepResult[] Run(string topology, string faults, params PlanStep[] steps) => [.. Fleet(topology, faults, steps).Results];

    private static (SimulatedFleet Fleet, IEnumerable<StepResult> Results) Fleet(string topology, string faults, params PlanStep[] steps)
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read(topology), WrittenFault.ReadAll("x" + (faults.Length > 0 ? " with " + faults : "")));
        return (fleet, fleet.Run(new PlanStage("s", "", [.. steps.Select(s => new PlannedStep(s, Tolerance.Must, TimeSpan.FromSeconds(1), ""))])));
    }

    private static SetReadOnly Close(string key) => new(WrittenTopology.Key(key));

    [Fact]
    public void A_step_is_done_once_and_then_already_true() =>
        Assert.Equal([StepState.Done, StepState.AlreadyTrue], Run("db1 rw", "", Close("db1"), Close("db1")).Select(r => r.State));

    [Fact]
    public void A_dead_server_fails_every_step_but_a_fence_stays_queued() =>
        Assert.Equal([StepState.Failed, StepState.Queued], Run("db1 rw | refused", "", Close("db1"), new Fence(WrittenTopology.Key("db1"))).Select(r => r.State));

    [Fact]
    public void A_stranger_fails() => Assert.Contains("is not a member", Run("db1 rw", "", Close("db9"))[0].Says, StringComparison.Ordinal);

    [Fact]
    public void A_server_refuses_what_our_account_may_not_do()
    {
        var point = new PointTo(WrittenTopology.Key("db2"), WrittenTopology.Key("db3"));
        const string rest = "db1 rw lacks=RELOAD\ndb3 ro <db1\ndb2 ro <db1";
        Assert.Equal([StepState.Failed, StepState.Failed], Run($"{rest} lacks=SUPER", "", Close("db1"), point).Select(r => r.State));
        Assert.Equal("our account lacks RELOAD", Run(rest, "", Close("db1"))[0].Says);
        Assert.Equal(StepState.Done, Run($"{rest} lacks=RELOAD", "", point)[0].State);
    }

    [Fact]
    public void One_that_is_turned_away_is_pointed_and_does_not_receive()
    {
        var point = new PointTo(WrittenTopology.Key("db2"), WrittenTopology.Key("db3"));
        var (fleet, results) = Fleet("db1 rw\ndb2 ro <db1\ndb3 ro <db1", "db3 turns away", point, new WaitUntilReceiving(point.Target, point.Source));
        Assert.Equal([StepState.Done, StepState.Failed], results.Select(r => r.State));
        Assert.Equal(1045, fleet.Now[point.Target.Key]!.Current!.Link!.ReceiverErrorNumber);
    }

    [Theory]
    [InlineData("semi=replica", "", 1)]
    [InlineData("semi=available", "", 0)]
    [InlineData("semi=replica", "db3 turns away", 0)]
    public void A_source_counts_once_who_connects_and_acknowledges(string semiSync, string faults, int counted)
    {
        var point = new PointTo(WrittenTopology.Key("db2"), WrittenTopology.Key("db3"));
        var (fleet, _) = Fleet($"db1 rw\ndb2 ro <db1 {semiSync}\ndb3 ro <db1", faults, point, point);
        Assert.Equal(counted, fleet.Now[point.Source]!.Current!.SemiSync.Clients);
    }

    [Fact]
    public void Faults_strike_at_their_step()
    {
        Assert.Equal([StepState.Done, StepState.Failed], Run("db1 rw\ndb2 rw", "db2 dies at 2", Close("db1"), Close("db2")).Select(r => r.State));
        Assert.Equal([StepState.Failed, StepState.Done], Run("db1 rw", "db1 SetReadOnly fails at 1", Close("db1"), Close("db1")).Select(r => r.State));
        Assert.Equal([StepState.TimedOut, StepState.TimedOut], Run("db1 rw", "db1 SetReadOnly times out", Close("db1"), Close("db1")).Select(r => r.State));
        Assert.Equal([StepState.TimedOut, StepState.AlreadyTrue], Run("db1 rw", "db1 SetReadOnly times out but happens", Close("db1"), Close("db1")).Select(r => r.State));
    }

    [Theory]
    [InlineData("db2 ro <db1 has=A:1-5 got=A:1-9", StepState.Done)]
    [InlineData("db2 ro <db1 has=A:1-5", StepState.Done)]
    [InlineData("db2 ro <db1 io=stopped has=A:1-5", StepState.TimedOut)]
    [InlineData("db2 ro <db1 sqlerr=1062 has=A:1-5 got=A:1-9", StepState.TimedOut)]
    [InlineData("db2 ro has=A:1-5", StepState.TimedOut)]
    public void Nobody_applies_what_nobody_sends(string replica, StepState state)
    {
        var position = GtidSet.Parse(WrittenTopology.Uuid('A') + ":1-9");
        Assert.Equal(state, Run("db1 rw has=A:1-9\n" + replica, "", new WaitUntilApplied(WrittenTopology.Key("db2"), position))[0].State);
    }

    [Fact]
    public void A_source_that_has_purged_what_is_needed_stops_the_receiver()
    {
        var (fleet, results) = Fleet("db1 rw has=A:1-9 purged=A:1-7\ndb2 ro <db3 has=A:1-5", "", new PointTo(WrittenTopology.Key("db2"), WrittenTopology.Key("db1")));
        Assert.Equal(StepState.Failed, results.Single().State);
        Assert.Equal(("db1", 1236), (fleet.Now.Members[1].Current!.Link!.Source.Host, fleet.Now.Members[1].Current!.Link!.ReceiverErrorNumber));
    }

    /// <summary>S8: a plan to replace it would end because a replica has just heard it.</summary>
    [Fact]
    public void One_that_is_taken_to_be_dead_was_not_just_heard_by_its_replicas()
    {
        var living = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 quiet=0.2 beat=1 has=A:1-9");
        var dead = SimulatedFleet.WithDead(living, WrittenTopology.Key("db1"), "taken to be dead");
        Assert.True(dead[WrittenTopology.Key("db1")]!.Outcome.IsDefinite);
        Assert.False(dead[WrittenTopology.Key("db2")]!.Current!.Link!.HasJustHeard);
        var ended = Rehearsal.Run(PlannerTests.Recovery(dead, PlanKinds.DeadPrimary, "db1"), new SimulatedFleet(dead));
        Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
    }
}
