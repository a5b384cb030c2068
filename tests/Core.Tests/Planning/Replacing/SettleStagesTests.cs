using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <summary>What is said and done after a promotion is what is seen, not what was told.</summary>
public sealed class SettleStagesTests
{
    private const string Two = "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-9\ndb3 ro <db1 io=connecting has=A:1-9";

    private const string SemiSync = "db1 rw has=A:1-9 semi=source:1 clients=2 | refused\n"
        + "db2 ro <db1 io=connecting err=2003 semi=replica has=A:1-9\ndb3 ro <db1 io=connecting err=2003 semi=replica has=A:1-9";

    private static InstanceKey Key(string host) => WrittenTopology.Key(host);

    private static (Recovery Recovery, SimulatedFleet Fleet) UntilPromoted(string written, string faults = "")
    {
        var topology = WrittenTopology.Read(written);
        var fleet = new SimulatedFleet(topology, faults.Length == 0 ? [] : WrittenFault.ReadAll($"x with {faults}"));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Stages[^1].Stage.Name != "promote");
        return (recovery, fleet);
    }

    private static Recovery GoOn(Recovery recovery, SimulatedFleet fleet, params string[] lines) =>
        Rehearsal.Run(recovery, new SimulatedFleet(WrittenTopology.Read(lines, fleet.Now)));

    [Fact]
    public void A_successor_that_is_seen_dead_before_the_end_is_no_success_and_its_own_failover_is_not_held()
    {
        var (recovery, fleet) = UntilPromoted(Two);
        var ended = GoOn(recovery, fleet, "db2 | refused");
        Assert.False(ended.Outcome!.IsSuccess);
        Assert.StartsWith("db2:3306 was promoted and is lost again: it is not seen any more (connection refused)", ended.Outcome.Says, StringComparison.Ordinal);

        var past = PastRecovery.Of(ended, isAcknowledged: false)!;
        var inputs = new GateInputs(true, RecoveryFilter.All, BlockWindow.Default, null, [past], fleet.Now.TakenAt.AddMinutes(1)) { Fleet = [] };
        var now = WrittenTopology.Read(["db1 former | refused", "db2 | refused", "db3 ro <db2 io=connecting err=2003 has=A:1-9"], fleet.Now);
        var found = Analyzer.Analyze(now).First(a => a.Key == Key("db2"));
        Assert.True(RecoveryGate.Decide(found, now, inputs) is GateVerdict.Proceed);
    }

    [Fact]
    public void A_successor_that_does_not_accept_writes_at_the_end_is_no_success()
    {
        var (recovery, fleet) = UntilPromoted(Two);
        var ended = GoOn(recovery, fleet, "db2 ro has=A:1-9");
        Assert.StartsWith("db2:3306 was promoted and is lost again: it does not accept writes any more", ended.Outcome!.Says, StringComparison.Ordinal);
        Assert.False(ended.Outcome.IsSuccess);
    }

    [Fact]
    public void A_successor_that_was_forgotten_is_no_success()
    {
        var (recovery, fleet) = UntilPromoted(Two);
        var without = new Topology(fleet.Now.Cluster, fleet.Now.TakenAt, fleet.Now.Members.Where(m => m.Key.Host != "db2"));
        var ended = Rehearsal.Run(recovery, new SimulatedFleet(without));
        Assert.StartsWith("db2:3306 was promoted and is lost again: it is no longer a member of the cluster", ended.Outcome!.Says, StringComparison.Ordinal);
    }

    /// <summary>S20: it was chosen in time, and the statement that opened it was on its way for seconds.</summary>
    [Theory]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    public void What_the_old_primary_may_have_acknowledged_alone_until_its_successor_was_open_is_named(int seconds, bool isNamed)
    {
        var (recovery, fleet) = UntilPromoted(SemiSync);
        var old = fleet.Now[Key("db1")]!;
        var openedAt = old.LastSeenAt!.Value + TimeSpan.FromMilliseconds(old.LastSeen!.SemiSync.TimeoutMilliseconds) + TimeSpan.FromSeconds(seconds);
        var ended = Rehearsal.Run(recovery.WithLast(recovery.Stages[^1] with { DoneAt = openedAt }), fleet);
        Assert.Equal("", recovery.Choice!.PossiblyLost);
        Assert.Equal(isNamed, ended.Outcome!.Says.Contains("goes on without them after 10 s: what it wrote after that may be lost", StringComparison.Ordinal));
    }

    /// <summary>Its relay log may be the last copy of what the successor took with it.</summary>
    [Fact]
    public void A_replica_that_has_not_applied_all_is_not_pointed_to_a_successor_that_is_gone()
    {
        var (recovery, fleet) = UntilPromoted("db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-9\ndb3 ro <db1 io=connecting has=A:1-5 got=A:1-9");
        var ended = GoOn(recovery, fleet, "db2 | refused");
        Assert.DoesNotContain(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step is PointTo);
    }

    private static void AssertNotBlocked(Topology now, Recovery ended)
    {
        var primary = now[((RecoveryOutcome.Promoted)ended.Outcome!).Key]!.Current!;
        var ackers = now.ReplicasOf(primary.Key).Count(r =>
            r.Current is { SemiSync.ReplicaEnabled: true } && now.LinkBetween(r, primary.Key)!.Receiver == ReplicationThread.Running);
        Assert.True(!primary.SemiSync.SourceEnabled || primary.SemiSync.WaitForReplicas <= ackers,
            $"{primary.Key} waits for {primary.SemiSync.WaitForReplicas} of {ackers}: {ended.Outcome.Says}\n{RecoveryText.Tell(ended)}");
    }

    [Fact]
    public void A_new_primary_whose_follower_cannot_be_moved_waits_for_nobody_and_the_outcome_says_so()
    {
        var topology = WrittenTopology.Read(SemiSync);
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db3 PointTo fails"));
        var ended = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), fleet);
        AssertNotBlocked(fleet.Now, ended);
        Assert.Contains("commits wait for no acknowledgement", ended.Outcome!.Says, StringComparison.Ordinal);
        // It waited for one that nobody gives no longer than the stage took that opened it.
        var opened = ended.Stages.ToList().FindIndex(s => s.Stage.Name == "promote");
        Assert.Contains(ended.Stages[opened + 1].Stage.Steps, s => s.Step is SetSemiSync { AsSource: false });
    }

    [Fact]
    public void A_follower_that_cannot_connect_after_the_promotion_does_not_hang_every_commit()
    {
        var (recovery, fleet) = UntilPromoted(SemiSync);
        var stuck = new SimulatedFleet(WrittenTopology.Read(["db3 ro <db2 io=connecting err=1045 semi=replica has=A:1-9"], fleet.Now));
        var ended = Rehearsal.Run(recovery, stuck);
        AssertNotBlocked(stuck.Now, ended);
        Assert.Contains("cannot connect to the new primary", ended.Outcome!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_follower_that_is_still_connecting_is_waited_for_before_anything_is_said_of_it()
    {
        var (recovery, fleet) = UntilPromoted(SemiSync);
        var connecting = new SimulatedFleet(WrittenTopology.Read(["db3 ro <db2 io=connecting semi=replica has=A:1-9"], fleet.Now));
        var ended = Rehearsal.Run(recovery, connecting);
        Assert.Contains(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step == new WaitUntilReceiving(Key("db3"), Key("db2")));
        Assert.Equal((true, 1), (connecting.Now[Key("db2")]!.Current!.SemiSync.SourceEnabled, connecting.Now[Key("db2")]!.Current!.SemiSync.WaitForReplicas));
        Assert.Equal("db2:3306 is the primary and every replica seen follows it", ended.Outcome!.Says);
    }

    [Fact]
    public void A_follower_that_does_not_connect_in_time_is_not_said_to_follow()
    {
        var (recovery, fleet) = UntilPromoted(SemiSync);
        var now = WrittenTopology.Read(["db3 ro <db2 io=connecting semi=replica has=A:1-9"], fleet.Now);
        var silent = new SimulatedFleet(now, WrittenFault.ReadAll("x with db3 WaitUntilReceiving times out"));
        var ended = Rehearsal.Run(recovery, silent);
        AssertNotBlocked(silent.Now, ended);
        Assert.Contains("db3:3306 (has not connected to the new primary yet)", ended.Outcome!.Says, StringComparison.Ordinal);
    }

    /// <summary>L3: the rule of the old primary is declared again as soon as somebody gives what it asks for.</summary>
    [Fact]
    public void The_wait_count_is_raised_again_when_more_replicas_receive()
    {
        var three = SemiSync.Replace("source:1 clients=2", "source:2 clients=3", StringComparison.Ordinal) + "\ndb4 ro <db1 io=connecting err=2003 semi=replica has=A:1-9";
        var topology = WrittenTopology.Read(three);
        // Pointing db4 fails at first.
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db4 PointTo fails at 8"));
        var ended = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), fleet);
        Assert.Equal(2, fleet.Now[Key("db2")]!.Current!.SemiSync.WaitForReplicas);
        Assert.Equal("db2:3306 is the primary and every replica seen follows it", ended.Outcome!.Says);
    }

    /// <summary>
    /// The successor's machine failed and is back. The replica below it has not noticed, says that it receives, and
    /// gives nothing: every commit would wait for it.
    /// </summary>
    [Fact]
    public void A_new_primary_is_not_told_to_wait_for_a_replica_that_it_does_not_count()
    {
        var (recovery, fleet) = UntilPromoted("db1 rw has=A:1-9 semi=source:2 clients=2 | refused\ndb2 ro <db1 io=connecting err=2003 semi=replica has=A:1-9 clients=0 up=3\n"
            + "db3 ro <db1 io=connecting err=2003 semi=replica has=A:1-9\ndb4 ro <db2 semi=replica has=A:1-9");
        Assert.Equal(1, fleet.Now[Key("db2")]!.Current!.SemiSync.WaitForReplicas);
        var ended = Rehearsal.Run(recovery, fleet);
        Assert.Equal(1, fleet.Now[Key("db2")]!.Current!.SemiSync.WaitForReplicas);
        Assert.Contains("commits wait for 1 of 2 acknowledgements, because only one replica that acknowledges receives from it", ended.Outcome!.Says, StringComparison.Ordinal);
    }
}
