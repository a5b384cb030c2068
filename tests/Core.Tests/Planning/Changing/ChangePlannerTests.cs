using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Changing;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;
using OrchestratorFunctions.Core.Tests.Simulation;

namespace OrchestratorFunctions.Core.Tests.Planning.Changing;

/// <summary>The stories stand in the scenarios change-*.txt; here is what holds when something goes wrong.</summary>
public sealed class ChangePlannerTests
{
    private static readonly InstanceKey Db2 = WrittenTopology.Key("db2");

    public static TheoryData<string> Names => [.. ChangeKinds.All.Select(k => k.Name)];

    private static readonly string[] Verbs =
        [.. RandomFaults.OfChanges, "StopReceiving", "StartReplication", "WaitUntilApplied", "WaitUntilReceiving", "SetReadOnly", "SetSemiSync", "ForgetSource"];

    private static ChangeDetails Details { get; } = new() { DelaySeconds = 60, AppliesFirst = true, Acknowledges = true, LogFile = "binlog.000001", Session = 7 };

    /// <summary>What it did not stop for good replicates again, or the record says that it does not.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_fails_a_server_replicates_as_before_or_the_record_says_why_not(string name) => Seeds.Each(84_000, 150, seed =>
    {
        var random = new Random(seed);
        var link = random.Next(3) switch { 0 => " io=stopped sql=stopped", 1 => " noauto", _ => "" };
        var errant = random.Next(2) == 0 ? ",B:1-2" : "";
        var topology = WrittenTopology.Read(
            $"db1 rw has=A:1-100 at=binlog.000002:4\ndb2 ro <db1 has=A:1-90{errant} got=A:1-{90 + random.Next(11)}{link} semi=available read=binlog.000002:4 done=binlog.000002:4\n"
            + "db3 ro <db1 has=A:1-100 read=binlog.000002:4");
        var fleet = new SimulatedFleet(topology, RandomFaults.Draw(random, 3, Verbs));
        var ended = Rehearsal.Run(Asked(topology, PlanKinds.Of(name)), fleet);
        var told = $"{name}, seed {seed}\n{WrittenTopology.Shorten(RecoveryText.Tell(ended))}";
        Assert.True(ended.IsEnded && ended.Stages.Length <= 8, told);
        if (ended.Outcome is RecoveryOutcome.Changed or RecoveryOutcome.Abandoned || fleet.Now[Db2]!.Current?.Link is not { } now) return;
        var before = topology[Db2]!.Current!.Link!;
        Assert.True((now.Receiver == ReplicationThread.Stopped, now.Applier) == (before.Receiver == ReplicationThread.Stopped, before.Applier), told);
    });

    /// <summary>A stage that was left out, because it was so, is not done after what comes behind it.</summary>
    [Fact]
    public void What_stood_still_is_started_and_not_stopped_again()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro <db1 io=stopped sql=stopped");
        var ended = Rehearsal.Run(Asked(topology, ChangeKinds.RestartReplication), new SimulatedFleet(topology));
        Assert.DoesNotContain(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step is StopReplication);
        Assert.IsType<RecoveryOutcome.Changed>(ended.Outcome);
    }

    /// <summary>No answer came, and the next look shows that it was done.</summary>
    [Fact]
    public void A_step_without_an_answer_that_is_seen_to_have_been_done_has_not_failed()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro <db1");
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db2 StopReplication times out but happens"));
        Assert.IsType<RecoveryOutcome.Changed>(Rehearsal.Run(Asked(topology, ChangeKinds.StopReplication, ChangeDetails.None), fleet).Outcome);
    }

    [Fact]
    public void One_that_is_called_off_in_between_is_as_it_was()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-90 got=A:1-100");
        var fleet = new SimulatedFleet(topology);
        var begun = Rehearsal.RunStage(Asked(topology, ChangeKinds.StopReplication), fleet);
        Assert.Equal(ReplicationThread.Stopped, fleet.Now[Db2]!.Current!.Link!.Receiver);
        var ended = Rehearsal.Run(begun.WithSignal(OperatorSignal.Supersede("r2", "the replacement of db1", WrittenTopology.Noon)), fleet);
        Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome);
        Assert.True(fleet.Now[Db2]!.Current!.Link!.IsReplicating);
    }

    /// <summary>Its executed set is empty between the two statements of a reset: started then, it would ask for everything from the beginning.</summary>
    [Fact]
    public void A_server_that_lost_what_it_has_executed_is_not_started_and_the_record_says_what_to_set()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100,B:1-2\ndb3 ro <db1 has=A:1-100");
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db2 ResetGtids fails"));
        var recovery = Rehearsal.RunStage(Rehearsal.RunStage(Asked(topology, ChangeKinds.ForgetErrant), fleet), fleet);
        Assert.Equal("reset", recovery.Stages[^1].Stage.Name);
        var halfway = fleet.Now.With(fleet.Now[Db2]!.With(new ProbeOutcome.Seen(fleet.Now[Db2]!.Current! with { Gtid = new GtidState(true, GtidSet.Empty) }), fleet.Now.TakenAt));
        var next = Planner.Next(recovery, halfway);
        var abandoned = Assert.IsType<RecoveryOutcome.Abandoned>(next.Outcome);
        Assert.Equal($"gtid_purged='{WrittenTopology.Uuid('A')}:1-100' set on db2:3306 by hand, then start-replication db2:3306", abandoned.Refusal.Remedy);
    }

    /// <summary>What a person stops is nobody's debt, not even where an earlier recovery owed the server its start (S19).</summary>
    [Fact]
    public void What_is_stopped_for_a_person_is_not_owed_a_start()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100");
        topology = topology.With(topology.Ledger.With(new LedgerEntry.Stopped(Db2, WrittenTopology.Key("db1"), "r0", WrittenTopology.Noon)));
        var fleet = new SimulatedFleet(topology);
        var stopped = Rehearsal.RunStage(Asked(topology, ChangeKinds.StopReplication, ChangeDetails.None), fleet);
        Assert.Contains(Bookkeeping.With(stopped, topology, WrittenTopology.Noon).Entries, e => e is LedgerEntry.Stopped { Recovery: "r0" });
        var ended = stopped.With(new StageRecord(Planner.Next(stopped, fleet.Now), 1, WrittenTopology.Noon, []));
        Assert.DoesNotContain(Bookkeeping.With(ended, fleet.Now.With(topology.Ledger), WrittenTopology.Noon).Entries, e => e is LedgerEntry.Stopped);
    }

    /// <summary>It stood still already, by what an earlier recovery did: from now on because a person wants it so.</summary>
    [Fact]
    public void What_stands_still_already_is_not_owed_a_start_either()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100 io=stopped sql=stopped");
        topology = topology.With(topology.Ledger.With(new LedgerEntry.Stopped(Db2, WrittenTopology.Key("db1"), "r0", WrittenTopology.Noon)));
        var ended = Rehearsal.Run(Asked(topology, ChangeKinds.StopReplication, ChangeDetails.None), new SimulatedFleet(topology));
        Assert.IsType<RecoveryOutcome.Changed>(ended.Outcome);
        Assert.DoesNotContain(Bookkeeping.With(ended, topology, WrittenTopology.Noon).Entries, e => e is LedgerEntry.Stopped);
    }

    /// <summary>Its process was lost, and what it stored is not seen to have been done.</summary>
    [Theory]
    [InlineData("StopReplication")]
    [InlineData("PurgeBinaryLogs")]
    public void What_may_not_have_been_sent_is_not_called_done(string name)
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9 at=binlog.000002:4");
        var asked = Asked(topology, PlanKinds.Of(name), new ChangeDetails { LogFile = "binlog.000001" });
        var stored = asked.With(new StageRecord(Planner.Next(asked, topology), 1, WrittenTopology.Noon, [], WrittenTopology.Noon) { IsMaybeBegun = true });
        var next = Planner.Next(stored, topology);
        Assert.Contains("whether it was sent is not known", next.Because, StringComparison.Ordinal);
        Assert.True(next.Outcome is null or RecoveryOutcome.Abandoned, next.Because);
    }

    /// <summary>The server said yes, and somebody started it before the next look.</summary>
    [Fact]
    public void What_is_not_seen_to_be_so_is_not_called_done()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro <db1");
        var stopped = Rehearsal.RunStage(Asked(topology, ChangeKinds.StopReplication, ChangeDetails.None), new SimulatedFleet(topology));
        Assert.Contains("it is not seen to be so", Assert.IsType<RecoveryOutcome.Abandoned>(Planner.Next(stopped, topology).Outcome).Says, StringComparison.Ordinal);
    }

    /// <summary>Nothing was sent of what was stored: what is seen now may forbid it.</summary>
    [Fact]
    public void What_was_stored_and_not_sent_is_asked_about_again()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9 semi=source:1\ndb2 ro <db1 has=A:1-9 semi=replica\ndb3 ro <db1 has=A:1-9 semi=replica");
        var asked = Asked(topology, ChangeKinds.StopReplication, ChangeDetails.None);
        var stored = asked.With(new StageRecord(Planner.Next(asked, topology), 1, WrittenTopology.Noon, [], WrittenTopology.Noon) { WasNotBegun = true });
        var alone = WrittenTopology.Read("db1 rw has=A:1-9 semi=source:1\ndb2 ro <db1 has=A:1-9 semi=replica\ndb3 ro <db1 has=A:1-9 semi=replica | refused");
        Assert.Contains("without db2:3306 there would be 0 replicas", Planner.Next(stored, alone).Because, StringComparison.Ordinal);
    }

    /// <summary>It was called off when it was done, or half done: the record says what stays.</summary>
    [Fact]
    public void What_stays_of_a_change_that_is_called_off_is_told()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9");
        Assert.Equal("db2:3306 is detached from db1:3306", EndedAfter(topology, ChangeKinds.Detach, "detach").Says);
        var delayed = Assert.IsType<RecoveryOutcome.Abandoned>(EndedAfter(topology, ChangeKinds.Delay, "delay"));
        Assert.EndsWith("; db2:3306 keeps the delay of 60 s", delayed.Refusal.Because, StringComparison.Ordinal);
    }

    private static RecoveryOutcome EndedAfter(Topology topology, PlanKind kind, string stage)
    {
        var fleet = new SimulatedFleet(topology);
        var recovery = Asked(topology, kind);
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Stages[^1].Stage.Name != stage);
        var ended = Rehearsal.Run(recovery.WithSignal(OperatorSignal.Supersede("r2", "the replacement of db1", WrittenTopology.Noon)), fleet);
        Assert.True(fleet.Now[Db2]!.Current!.Link is { IsDetached: true } or { IsReplicating: true });
        return ended.Outcome!;
    }

    /// <summary>A change that stops replication on its way owes its start until it is seen.</summary>
    [Fact]
    public void What_is_stopped_on_the_way_is_owed_its_start()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100");
        var fleet = new SimulatedFleet(topology);
        var stopped = Rehearsal.RunStage(Asked(topology, ChangeKinds.RestartReplication), fleet);
        var owed = Bookkeeping.With(stopped, topology, WrittenTopology.Noon);
        Assert.Contains(owed.Entries, e => e is LedgerEntry.Stopped { StopsApplier: true } && e.Key == Db2);
        var ended = Rehearsal.Run(stopped, fleet);
        var answered = owed with { Entries = [.. owed.Entries.OfType<LedgerEntry.Stopped>().Select(e => e with { MayComeLate = false })] };
        Assert.DoesNotContain(Bookkeeping.With(ended, fleet.Now.With(answered), WrittenTopology.Noon).Entries, e => e is LedgerEntry.Stopped);
    }

    private static Recovery Asked(Topology topology, PlanKind kind, ChangeDetails? details = null) => new()
    {
        Id = "r1", Cluster = topology.Cluster, Kind = kind, Actor = "dba", StartedAt = topology.TakenAt, Subject = Db2,
        Policy = new() { HasReplicationAccount = true }, Request = new OperatorRequest("") { Details = details ?? Details },
    };
}
