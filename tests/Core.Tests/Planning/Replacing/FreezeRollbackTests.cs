using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <summary>What a given-up recovery leaves: everything it did as it was before, or said (L3), and nothing else touched (S19).</summary>
public sealed partial class FreezeRollbackTests
{
    private const string Two = "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-9\ndb3 ro <db1 io=connecting err=2003 has=A:1-9";

    private const string Back = "db1 rw has=A:1-12";

    private static InstanceKey Key(string host) => WrittenTopology.Key(host);

    private static SemiSync Semi(Topology now) => now[Key("db2")]!.Current!.SemiSync;

    private static (Recovery Recovery, SimulatedFleet Fleet) Until(string stage, string written = Two, string faults = "")
    {
        var topology = WrittenTopology.Read(written);
        var fleet = new SimulatedFleet(topology, faults.Length == 0 ? [] : WrittenFault.ReadAll($"x with {faults}"));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Stages[^1].Stage.Name != stage);
        return (recovery, fleet);
    }

    private static (string Because, Topology Now) GivenUp((Recovery Recovery, SimulatedFleet Fleet) begun, string faults, params string[] lines)
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read(lines, begun.Fleet.Now), faults.Length == 0 ? [] : WrittenFault.ReadAll($"x with {faults}"));
        var ended = Rehearsal.Run(begun.Recovery, fleet);
        return (Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal.Because, fleet.Now);
    }

    [Fact]
    public void Everything_is_started_again()
    {
        var (because, now) = GivenUp(Until("freeze"), "", Back);
        Assert.DoesNotContain("by hand", because, StringComparison.Ordinal);
        Assert.All(now.ReplicasOf(Key("db1")), r => Assert.True(r.Current!.Link!.IsReplicating));
    }

    /// <summary>S20: the channel from outside of the cluster was there before; nobody pointed it anywhere.</summary>
    [Theory]
    [InlineData("db3 ro <db8 channel=aux has=A:1-9", false)]
    [InlineData("db3 ro <db8 has=A:1-9", true)]
    public void A_replica_that_has_lost_its_link_was_not_pointed_elsewhere(string line, bool isSaid)
    {
        var (because, now) = GivenUp(Until("freeze"), "", Back, line);
        Assert.Equal(isSaid, because.Contains("was pointed to db8:3306 by somebody else", StringComparison.Ordinal));
        Assert.Equal("db8", Assert.Single(now[Key("db3")]!.Current!.Links).Source.Host);
    }

    /// <summary>L3: its restart had closed it, which nobody can tell any more once it was fenced.</summary>
    [Theory]
    [InlineData(RoleBeforeRestart.Writer, "db1 ro has=A:1-9", true)]
    [InlineData(RoleBeforeRestart.Writer, "db1 ro has=A:1-8", false)] // S4: its replicas have what it lost
    [InlineData(null, "db1 ro has=A:1-9", false)] // a person had closed it
    public void A_primary_that_had_restarted_read_only_is_opened(RoleBeforeRestart? role, string back, bool isOpened)
    {
        var topology = WrittenTopology.Read(Two.Replace("db1 rw", "db1 ro", StringComparison.Ordinal));
        var old = topology[Key("db1")]!;
        topology = topology.With(old with { LastSeen = old.LastSeen! with { ClosedByRestart = role } });
        var fleet = new SimulatedFleet(topology);
        var begun = Rehearsal.RunStage(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), fleet);
        var owed = Bookkeeping.With(begun, topology, WrittenTopology.Noon);
        Assert.Equal(role is not null, owed.Has<LedgerEntry.Closed>(Key("db1")));
        Assert.Equal(isOpened, GivenUp((begun, fleet), "", back).Now[Key("db1")]!.Current!.AcceptsWrites);
    }

    /// <summary>L3: a switch froze it, and it was seen last as the switch had left it. A fence hides who closed it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)] // a person had closed it
    public void A_primary_that_another_recovery_had_closed_is_opened(bool isOwed)
    {
        var ledger = isOwed ? Ledger.Empty.With(new LedgerEntry.Closed(Key("db1"), "r0", WrittenTopology.Noon)) : Ledger.Empty;
        var topology = WrittenTopology.Read(Two.Replace("db1 rw", "db1 ro", StringComparison.Ordinal)).With(ledger);
        var fleet = new SimulatedFleet(topology);
        var begun = Rehearsal.RunStage(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), fleet);
        var owed = Bookkeeping.With(begun, topology, WrittenTopology.Noon);
        Assert.Equal(isOwed, owed.Has<LedgerEntry.Closed>(Key("db1")));
        Assert.Equal(isOwed, GivenUp((begun, fleet), "", "db1 ro has=A:1-9").Now[Key("db1")]!.Current!.AcceptsWrites);
    }

    [Fact]
    public void A_receiver_that_does_not_start_again_is_named_after_some_attempts() => Assert.Contains(
        "to be done by hand: Start receiving on db2:3306", GivenUp(Until("freeze"), "db2 StartReplication fails", Back).Because, StringComparison.Ordinal);

    [Fact]
    public void A_replica_that_died_frozen_is_named() => Assert.Contains(
        "db3:3306 was not seen and may have its receiver stopped", GivenUp(Until("freeze"), "", Back, "db3 | refused").Because, StringComparison.Ordinal);

    [Fact]
    public void A_fence_that_may_still_strike_is_named() => Assert.Contains(
        "should db1:3306 come back read-only, the fence did that", GivenUp(Until("freeze"), "", "db2 | refused", "db3 | refused").Because, StringComparison.Ordinal);

    /// <summary>It may have been stopped to keep a bad statement from being applied.</summary>
    [Fact]
    public void An_applier_that_a_person_had_stopped_stays_stopped()
    {
        var stopped = "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 sql=stopped rule=must_not has=A:1-5 got=A:1-9\ndb3 ro <db1 io=connecting err=2003 has=A:1-9";
        var (_, now) = GivenUp(Until("freeze", stopped), "", Back);
        var link = now[Key("db2")]!.Current!.Link!;
        Assert.Equal((ReplicationThread.Running, ReplicationThread.Stopped), (link.Receiver, link.Applier));
    }

    /// <summary>L3: first it was to wait, then no replica was left to acknowledge; the old primary would wait for ever.</summary>
    [Theory]
    [InlineData("semi=replica", true)]
    [InlineData("semi=available", false)]
    public void A_candidate_acknowledges_again_as_it_did_before(string semi, bool acknowledges)
    {
        var begun = Until("promote", $"""
            db1 rw semi=source:1 has=A:1-9 | refused
            db2 ro <db1 io=connecting err=2003 rule=prefer {semi} has=A:1-9
            db3 ro <db1 io=connecting err=2003 semi=replica has=A:1-9
            """, "db3 PointTo fails; db2 SetWritable fails");
        Assert.Equal((true, false), (Semi(begun.Fleet.Now).SourceEnabled, Semi(begun.Fleet.Now).ReplicaEnabled));
        var (_, now) = GivenUp(begun, "", "db1 rw semi=source:1 has=A:1-12");
        Assert.Equal((false, acknowledges), (Semi(now).SourceEnabled, Semi(now).ReplicaEnabled));
        Assert.True(now[Key("db2")]!.Current!.Link!.IsReplicating);
    }

    /// <summary>Pointing it elsewhere stops both threads first, and failed after that.</summary>
    [Fact]
    public void A_replica_that_was_half_pointed_elsewhere_is_started_whole()
    {
        var begun = Until("promote", faults: "db3 PointTo fails; db2 SetWritable fails");
        var (_, now) = GivenUp(begun, "", Back, "db3 ro <db1 io=stopped sql=stopped has=A:1-9");
        Assert.True(now[Key("db3")]!.Current!.Link!.IsReplicating);
    }

    [Fact]
    public void An_applier_that_a_person_had_stopped_stays_stopped_on_a_candidate_that_could_not_be_prepared()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 sql=stopped has=A:1-9");
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db2 ForgetSource fails"));
        var ended = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), fleet);
        Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome);
        var link = fleet.Now[Key("db2")]!.Current!.Link!;
        Assert.Equal((false, ReplicationThread.Stopped), (link.Receiver == ReplicationThread.Stopped, link.Applier));
    }

    [Fact]
    public void A_receiver_that_a_person_had_stopped_stays_stopped()
    {
        var stopped = "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=stopped has=A:1-5\ndb3 ro <db1 io=connecting err=2003 has=A:1-9";
        var (_, now) = GivenUp(Until("freeze", stopped), "", Back);
        Assert.Equal(ReplicationThread.Stopped, now[Key("db2")]!.Current!.Link!.Receiver);
    }

    [Fact]
    public void A_receiver_that_a_person_stopped_a_moment_before_we_did_stays_stopped()
    {
        var (recovery, fleet) = Until("freeze");
        var raced = recovery.Stages[^1].Results.SetItem(1, new StepResult(StepState.AlreadyTrue, TimeSpan.Zero));
        var (_, now) = GivenUp((recovery.WithLast(recovery.Stages[^1] with { Results = raced }), fleet), "", Back);
        Assert.Equal(ReplicationThread.Stopped, now[Key("db2")]!.Current!.Link!.Receiver);
        Assert.True(now[Key("db3")]!.Current!.Link!.IsReplicating);
    }

    /// <summary>The server did not tell its links, so nothing was sent; or its stage pointed it elsewhere and was lost.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_receiver_that_was_told_nothing_stays_stopped(bool isPointed)
    {
        var (recovery, fleet) = Until("freeze", isPointed ? Two.Replace("db3 ro <db1 io=connecting err=2003", "db3 ro <db1 io=stopped", StringComparison.Ordinal) : Two);
        var untold = new StepResult(StepState.Failed, TimeSpan.Zero) { IsRefused = true };
        if (isPointed) recovery = recovery.With(Lost(new PointTo(Key("db3"), Key("db2"))));
        else recovery = recovery.WithLast(recovery.Stages[^1] with { Results = recovery.Stages[^1].Results.SetItem(2, untold) });
        var (_, now) = GivenUp((recovery, fleet), "", Back, "db3 ro <db1 io=stopped has=A:1-9");
        Assert.Equal(ReplicationThread.Stopped, now[Key("db3")]!.Current!.Link!.Receiver);
        Assert.True(now[Key("db2")]!.Current!.Link!.IsReplicating);
    }

    private static StageRecord Lost(PlanStep step) =>
        new(new PlanStage("prepare", "", [new PlannedStep(step, Tolerance.Must, TimeSpan.FromSeconds(5), "")]), 1, default, [], default(DateTimeOffset)) { IsMaybeBegun = true };

    [Fact]
    public void What_an_operator_who_was_faster_has_done_is_left_alone_and_said()
    {
        var (because, now) = GivenUp(Until("freeze"), "", "db3 rw has=A:1-9", "db2 ro <db3 has=A:1-9");
        Assert.Equal("db3", now[Key("db2")]!.Current!.Link!.Source.Host);
        Assert.Contains("db3:3306 was made writable by somebody else", because, StringComparison.Ordinal);
        Assert.Contains("db2:3306 was pointed to db3:3306 by somebody else and is left so", because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replica_that_a_person_moved_after_we_had_moved_it_is_left_alone()
    {
        var (because, now) = GivenUp(
            Until("promote", Two + "\ndb4 ro <db1 io=connecting err=2003 has=A:1-9\ndb5 ro <db1 io=connecting err=2003 has=A:1-9", "db2 SetWritable fails"),
            "db3 SetWritable fails; db4 SetWritable fails; db5 SetWritable fails", Back, "db9 ro has=A:1-9", "db5 ro <db9 has=A:1-9");
        Assert.Equal("db9", now[Key("db5")]!.Current!.Link!.Source.Host);
        Assert.Equal(["db2", "db3", "db4"], now.ReplicasOf(Key("db1")).Select(r => r.Key.Host));
        Assert.Contains("db5:3306 was pointed to db9:3306 by somebody else", because, StringComparison.Ordinal);
    }

    /// <summary>A person opened the candidate while nobody ran the recovery, and then cancelled it.</summary>
    [Fact]
    public void A_candidate_that_a_person_opened_is_not_made_a_replica_again()
    {
        var (recovery, fleet) = Until("catch-up", Two.Replace("err=2003 has=A:1-9", "err=2003 has=A:1-8 got=A:1-9", StringComparison.Ordinal));
        var opened = new SimulatedFleet(WrittenTopology.Read(["db2 rw has=A:1-10"], fleet.Now));
        var ended = Rehearsal.Run(recovery.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "done by hand", WrittenTopology.Noon)), opened);
        Assert.Empty(opened.Now[Key("db2")]!.Current!.Links);
        Assert.Contains("db2:3306 accepts writes and is left so", ended.Outcome!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fence_without_an_answer_is_taken_back_when_the_primary_is_back_and_accepts_writes()
    {
        var (recovery, fleet) = Until("freeze", Two.Replace("refused", "timed out 3.0s", StringComparison.Ordinal));
        Assert.Contains(recovery.Stages[^1].Results, r => r.State == StepState.Queued);
        var ended = Rehearsal.Run(recovery, new SimulatedFleet(WrittenTopology.Read([Back], fleet.Now)));
        Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome);
        Assert.Contains(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step == new SetWritable(Key("db1")));
    }
}
