using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class ThreadsAsTheyWereTests
{
    [Theory]
    [InlineData("sql=stopped", ReplicationThreads.Receiver)]
    [InlineData("", ReplicationThreads.Both)]
    [InlineData("sqlerr=1062", ReplicationThreads.Both)]
    [InlineData("io=stopped", ReplicationThreads.Applier)]
    [InlineData("io=stopped sql=stopped", ReplicationThreads.Neither)]
    [InlineData("io=stopped err=1236", ReplicationThreads.Both)]
    public void What_a_person_stopped_is_not_started(string state, ReplicationThreads threads) =>
        Assert.Equal(threads, Threads(state));

    /// <summary>Between its own statements a plan has stopped both threads.</summary>
    [Fact]
    public void What_this_recovery_stopped_is_started()
    {
        Assert.Equal(ReplicationThreads.Both, Threads("sql=stopped", new PointTo(Db2, Db1)));
        var receiving = new PointTo(Db2, Db1) { Threads = ReplicationThreads.Receiver };
        Assert.Equal(ReplicationThreads.Receiver, Threads("sql=stopped", receiving));
    }

    /// <summary>A receiver that this plan told to stop is started, also when it was told of one that stood still and did not.</summary>
    [Fact]
    public void A_receiver_is_started_where_this_plan_stopped_it()
    {
        Assert.Equal(ReplicationThreads.Both, Threads("io=stopped", new StopReceiving(Db2)));
        Assert.Equal(ReplicationThreads.Applier, Threads("io=stopped", new StopReceiving(Db2) { WasReceiving = false }));
        // A candidate that was to fetch what it lacks is pointed with both, whatever it was before.
        Assert.Equal(ReplicationThreads.Both, Threads("io=stopped", new PointTo(Db2, Db1)));
        Assert.Equal(ReplicationThreads.Applier, Threads("io=stopped", new PointTo(Db2, Db1) { WasReceiving = false }));
        Assert.Equal(ReplicationThreads.Both, Threads("", new PointTo(Db2, Db1) { WasReceiving = false }));
    }

    /// <summary>By hand, after the plan had pointed it elsewhere and left its applier as it was.</summary>
    [Fact]
    public void What_a_person_started_meanwhile_is_not_stopped_again()
    {
        var receiving = new PointTo(Db2, Db1) { Threads = ReplicationThreads.Receiver };
        Assert.Equal(ReplicationThreads.Both, Threads("", receiving));
        var ours = new StartReplication(Db2) { Threads = ReplicationThreads.Applier };
        Assert.Equal(ReplicationThreads.Receiver, Threads("", receiving, ours));
    }

    /// <summary>A candidate whose applier was started, and that did not become the primary.</summary>
    [Fact]
    public void What_was_cut_loose_applies_again_when_it_did_before()
    {
        var cut = new ForgetSource(Db2);
        Assert.Equal(ReplicationThreads.Both, Threads("", new StopReceiving(Db2), cut));
        Assert.Equal(ReplicationThreads.Receiver, Threads("", new StopReceiving(Db2) { WasApplying = false }, cut));
    }

    [Fact]
    public void What_an_earlier_recovery_stopped_is_started()
    {
        var topology = Topology("sql=stopped");
        var entry = new LedgerEntry.Stopped(Db2, Db1, "r0", WrittenTopology.Noon) { StopsApplier = true };
        var owed = topology.With(topology.Ledger with { Entries = [entry] });
        Assert.Equal(ReplicationThreads.Both, Threads(owed));
    }

    /// <summary>The recovery that cut it loose was given up, and no link tells any more what ran.</summary>
    [Theory]
    [InlineData(true, ReplicationThreads.Both)]
    [InlineData(false, ReplicationThreads.Receiver)]
    public void What_an_earlier_recovery_cut_loose_applies_when_it_did_before(bool stopsApplier, ReplicationThreads threads)
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro");
        var entry = new LedgerEntry.Stopped(Db2, Db1, "r0", WrittenTopology.Noon) { StopsApplier = stopsApplier };
        Assert.Equal(threads, Threads(topology.With(topology.Ledger with { Entries = [entry] })));
    }

    /// <summary>It told nothing when it was to be pointed, and tells now that it stands still; the entry is of that stage.</summary>
    [Theory]
    [InlineData("io=stopped", ReplicationThreads.Applier)]
    [InlineData("sql=stopped", ReplicationThreads.Receiver)]
    public void What_was_not_sent_says_nothing_of_what_ran(string state, ReplicationThreads threads)
    {
        var topology = Topology(state);
        var recovery = PlannerTests.Recovery(topology, PlanKinds.Takeover, "db1");
        var unsent = new StepResult(StepState.Failed, TimeSpan.Zero) { IsRefused = true, WasNotSent = true };
        var stage = new PlanStage("s", "a test", [new(new PointTo(Db2, Db1), Tolerance.BestEffort, TimeSpan.FromSeconds(1), "")]);
        recovery = recovery.With(new StageRecord(stage, 0, WrittenTopology.Noon, [unsent], WrittenTopology.Noon));
        var entry = new LedgerEntry.Stopped(Db2, Db1, recovery.Id, WrittenTopology.Noon) { StopsApplier = true };
        var owed = topology.With(Ledger.Empty.With(entry));
        Assert.Equal(threads, ThreadsAsTheyWere.Threads(recovery, owed, Db2, topology[Db2]!.Current!.Link));
    }

    private static InstanceKey Db1 => WrittenTopology.Key("db1");

    private static InstanceKey Db2 => WrittenTopology.Key("db2");

    private static Topology Topology(string state) => WrittenTopology.Read($"db1 rw\ndb2 ro <db1 {state}");

    private static ReplicationThreads Threads(string state, params PlanStep[] sent) => Threads(Topology(state), sent);

    private static ReplicationThreads Threads(Topology topology, params PlanStep[] sent)
    {
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        ImmutableArray<PlannedStep> steps =
            [.. sent.Select(s => new PlannedStep(s, Tolerance.BestEffort, TimeSpan.FromSeconds(1), "a test"))];
        if (sent.Length > 0)
            recovery = recovery.With(new StageRecord(new PlanStage("s", "a test", steps), 0, WrittenTopology.Noon, []));
        return ThreadsAsTheyWere.Threads(recovery, topology, Db2, topology[Db2]!.Current!.Link);
    }
}
