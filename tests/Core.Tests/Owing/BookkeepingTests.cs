using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Tests.Planning;
using OrchestratorFunctions.Core.Tests.Running;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Owing;

/// <summary>What stands in the ledger, and from when on (S21).</summary>
public sealed partial class BookkeepingTests
{
    private const string Dead = """
        db1 rw has=A:1-100 | timed out 9s
        db2 ro <db1 io=connecting err=2003 has=A:1-100
        db3 ro <db1 io=connecting err=2003 has=A:1-100
        """;

    private const string Living = """
        db1 rw has=A:1-100
        db2 ro <db1 has=A:1-100
        db3 ro <db1 has=A:1-100
        """;

    [Theory]
    [InlineData(Dead, "DeadPrimary")]
    [InlineData(Living, "Takeover")]
    public void What_a_step_does_is_stored_before_it_is_sent(string servers, string kind)
    {
        var played = new PlayedRun(servers).Begin(PlanKinds.Of(kind));
        Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
        foreach (var (step, owed) in played.Owed)
        {
            var key = step.Target.Key;
            Assert.Equal(played.Recovery.Id, owed.Running);
            if (step is Fence || (step is SetReadOnly && !owed.IsFormerPrimary(key))) Assert.True(owed.Has<LedgerEntry.Closed>(key), step.Says);
            if (step is SetWritable) Assert.True(owed.Has<LedgerEntry.MaybeOpen>(key) && owed.IsFormerPrimary(Key("db1")), step.Says);
            if (step is StopReceiving or ForgetSource || (step is PointTo && key != Key("db1"))) Assert.True(owed.Has<LedgerEntry.Stopped>(key), step.Says);
        }
    }

    /// <summary>L3: before it is sent the servers are looked at once more, and it is planned again.</summary>
    [Fact]
    public void Why_a_server_is_opened_is_known_still_when_the_repair_has_written_that_it_opens_it()
    {
        var told = new LedgerEntry.MaybeOpen(Key("db2"), "r1", Noon);
        var target = new LedgerEntry.Target(Key("db2"), GtidSet.Parse(Uuid('A') + ":1-100"), "r1", Noon);
        var topology = Read("db1 ro <db2 has=A:1-100\ndb2 ro has=A:1-100").With(Ledger.Empty.With(told).With(target));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.FinishRecovery, "db2");
        recovery = recovery.With(new StageRecord(Planner.Next(recovery, topology), 2, Noon.AddSeconds(9), []));
        var owed = Bookkeeping.With(recovery, topology, Noon.AddSeconds(9));
        Assert.Equal(told with { At = Noon.AddSeconds(9) }, Assert.Single(owed.Of(Key("db2")).OfType<LedgerEntry.MaybeOpen>()));
        Assert.True(Owed.IsOpening(topology.With(owed), Key("db2")));
    }

    [Fact]
    public void After_a_failover_only_the_old_primary_is_owed_anything()
    {
        var played = new PlayedRun(Dead).Begin();
        var promoted = Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome).Key;
        Assert.Equal([Key("db1")], played.Ledger.Entries.Where(e => !e.IsKnowledge).Select(e => e.Key));
        Assert.True(played.Ledger.IsFormerPrimary(Key("db1")));
        Assert.Equal((promoted, 1), (Writer(played.Ledger).Key, Writer(played.Ledger).Epoch));
        Assert.Empty(played.Ledger.Running);
    }

    /// <summary>S20: it may be lost before anybody sees it again.</summary>
    [Fact]
    public void A_new_primary_that_is_told_to_wait_for_fewer_is_noted_before()
    {
        const string servers = "db1 rw semi=source:1 clients=2 has=A:1-100 | refused\n"
            + "db2 ro <db1 io=connecting err=2003 semi=replica has=A:1-100\n"
            + "db3 ro <db1 io=connecting err=2003 semi=replica has=A:1-100";
        var played = new PlayedRun(servers)
        {
            StepTakes = step => TimeSpan.FromSeconds(step is PointTo ? 3 : 0.02),
        }.Begin();
        var lowered = Assert.Single(played.Owed, o => o.Step is SetSemiSync { AsSource: false });
        Assert.True(Assert.Single(lowered.Owed.Of(Key("db2")).OfType<LedgerEntry.MaybeOpen>()).IsUnguarded);
        var opened = Assert.Single(played.Owed, o => o.Step is SetWritable);
        Assert.False(Assert.Single(opened.Owed.Of(Key("db2")).OfType<LedgerEntry.MaybeOpen>()).IsUnguarded);
        Assert.False(played.Ledger.Has<LedgerEntry.MaybeOpen>(Key("db2")));
    }

    /// <summary>What kept it from following may pass; being named in the record starts nobody.</summary>
    [Fact]
    public void Who_is_left_behind_is_still_owed_its_start()
    {
        var played = new PlayedRun(Dead, "x with db3 PointTo fails").Begin();
        var promoted = Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
        Assert.Equal([Key("db3")], promoted.Lost.Select(l => l.Key));
        Assert.True(played.Ledger.Has<LedgerEntry.Stopped>(Key("db3")));
    }

    /// <summary>It was replaced, follows, and takes its place again before anybody saw it receive.</summary>
    [Theory]
    [InlineData(Dead, "DeadPrimary")]
    [InlineData(Living, "Takeover")]
    public void A_former_primary_that_is_promoted_is_none_any_more(string servers, string kind)
    {
        var written = Read(servers.Replace("db2 ro", "db2 ro rule=prefer", StringComparison.Ordinal));
        var before = Ledger.Empty.With(new LedgerEntry.FormerPrimary(Key("db2"), "r0", Noon));
        var played = new PlayedRun(written.With(before)).Begin(PlanKinds.Of(kind));
        Assert.Equal(Key("db2"), Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome).Key);
        Assert.False(played.Ledger.IsFormerPrimary(Key("db2")));
    }

    [Fact]
    public void A_server_that_has_refused_to_open_is_known_not_to_be_open()
    {
        var played = new PlayedRun(Dead, "x with db2 SetWritable fails").Begin();
        var owed = played.Owed.First(o => o.Step is SetWritable { Target.Key.Host: "db3" }).Owed;
        Assert.Equal((false, true), (owed.Has<LedgerEntry.MaybeOpen>(Key("db2")), owed.Has<LedgerEntry.MaybeOpen>(Key("db3"))));
        Assert.Equal([Key("db1")], played.Ledger.Entries.Where(e => !e.IsKnowledge).Select(e => e.Key));
    }

    [Fact]
    public void After_a_switch_nothing_is_owed()
    {
        var played = new PlayedRun(Living).Begin(PlanKinds.Takeover);
        Assert.True(played.Ledger.IsSettled, string.Join("; ", played.Ledger.Entries.Select(e => e.Says)));
        // Whoever saw the old primary only as that learns by it what became of it.
        Assert.Equal(Key("db1"), Writer(played.Ledger).Replaced);
        Assert.Null(Writer(new PlayedRun(Dead).Begin().Ledger).Replaced);
    }

    /// <summary>The switch did not close it, so nobody owes its opening.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("x with db2 ForgetSource fails")]
    public void Of_a_primary_that_was_found_closed_nothing_is_owed(string faults)
    {
        var played = new PlayedRun(Living.Replace("db1 rw", "db1 ro", StringComparison.Ordinal), faults).Begin(PlanKinds.Takeover);
        Assert.DoesNotContain(played.Owed, o => o.Owed.Entries.OfType<LedgerEntry.Closed>().Any()
            || o.Step is SetReadOnly or SetWritable && o.Step.Target.Key == Key("db1"));
        Assert.True(played.Ledger.IsSettled);
    }

    /// <summary>L3: it wakes later and does what lies in its socket, and then somebody has to know.</summary>
    [Fact]
    public void A_fence_that_nobody_answered_is_owed_after_a_failover_that_was_given_up()
    {
        var played = new PlayedRun(Dead).At(TimeSpan.FromMilliseconds(15), "db2 | refused", "db3 | refused").Begin();
        Assert.IsType<RecoveryOutcome.Abandoned>(played.Recovery.Outcome);
        Assert.Contains(played.Steps, s => s is Fence);
        Assert.True(Assert.Single(played.Ledger.Entries.OfType<LedgerEntry.Closed>()).MayComeLate);
        Assert.False(played.Ledger.IsFormerPrimary(Key("db1")));
    }

    [Fact]
    public void A_receiver_that_stopped_after_the_newest_look_at_it_is_owed_its_start()
    {
        var played = new PlayedRun(Dead.Replace("timed out 9s", "refused", StringComparison.Ordinal) + "\ndb4 ro <db1 io=connecting err=2003 has=A:1-100")
        {
            StepTakes = s => TimeSpan.FromMilliseconds(s is StopReceiving && s.Target.Key != Key("db4") ? 700 : 20),
            Word = new OperatorSignal(SignalKind.Cancel, "dana", "not now", Noon),
        };
        played.At(TimeSpan.FromMilliseconds(15), "db4 | timed out 3s").Begin();
        Assert.IsType<RecoveryOutcome.Abandoned>(played.Recovery.Outcome);
        foreach (var key in new[] { Key("db2"), Key("db3") })
        {
            Assert.Equal(ReplicationThread.Stopped, played.World[key]!.Current!.Link!.Receiver);
            Assert.True(played.Ledger.Has<LedgerEntry.Stopped>(key), $"nothing is owed to {key}");
        }
    }

    [Fact]
    public void What_points_a_replica_elsewhere_stops_its_applier_where_it_ran()
    {
        var played = new PlayedRun(Living.Replace("db2 ro", "db2 ro rule=prefer", StringComparison.Ordinal)).Begin(PlanKinds.Takeover);
        var (_, owed) = played.Owed.First(o => o.Step is PointTo { Target.Key.Host: "db3" });
        Assert.True(Assert.Single(owed.Of(Key("db3")).OfType<LedgerEntry.Stopped>()).StopsApplier);
        // It has been started again: should it stand still later, somebody else stopped it (S19).
        (_, owed) = played.Owed.First(o => o.Step is SetReadOnly);
        Assert.False(Assert.Single(owed.Of(Key("db3")).OfType<LedgerEntry.Stopped>()).StopsApplier);
        played = new PlayedRun(Dead).Begin();
        (_, owed) = played.Owed.First(o => o.Step is StopReceiving { Target.Key.Host: "db3" });
        Assert.False(Assert.Single(owed.Of(Key("db3")).OfType<LedgerEntry.Stopped>()).StopsApplier);
    }

    /// <summary>The server stopped before it refused to forget its source, so that the next attempt finds it stopped.</summary>
    [Theory]
    [InlineData("connecting", false)]
    [InlineData("stopped", true)]
    public void An_applier_that_an_earlier_attempt_stopped_is_owed_after_the_next_one_too(string receiver, bool foundStopped)
    {
        var stage = new PlanStage("prepare", "", [new(new ForgetSource(Key("db2")), Tolerance.Must, TimeSpan.FromSeconds(1), "")]);
        var before = Read($"db1 rw has=A:1-100 | timed out 9s\ndb2 ro <db1 io={receiver} has=A:1-100");
        var recovery = PlannerTests.Recovery(before, PlanKinds.DeadPrimary, "db1").With(new StageRecord(stage, 1, Noon, []));
        var ledger = Bookkeeping.With(recovery, before, Noon);
        var stopped = Read(["db2 ro <db1 io=stopped sql=stopped has=A:1-100"], before).With(ledger);
        ledger = Bookkeeping.With(recovery.With(new StageRecord(stage, 1, Noon, [])), stopped, Noon);
        Assert.Equal((true, foundStopped), Assert.Single(ledger.Of(Key("db2")).OfType<LedgerEntry.Stopped>()) is var owed ? (owed.StopsApplier, owed.FoundStopped) : default);
    }

    /// <summary>L3: the newest sighting that is stored may show it frozen, and it may restart so.</summary>
    [Fact]
    public void A_switch_that_was_taken_back_says_that_the_primary_is_the_writer()
    {
        var played = new PlayedRun(Living, "x with db2 ForgetSource fails").Begin(PlanKinds.Takeover);
        Assert.IsType<RecoveryOutcome.RolledBack>(played.Recovery.Outcome);
        Assert.Equal(Key("db1"), Writer(played.Ledger).Key);
        Assert.True(played.Ledger.IsSettled);
    }

    /// <summary>
    /// L3: the process that planned the fence lost its lease and may send it after the next one has opened the server.
    /// </summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void A_fence_that_another_process_may_send_is_owed_though_the_server_was_opened(long epoch, bool isOwed)
    {
        var owed = After(epoch, new Fence(Key("db1")), new SetWritable(Key("db1")));
        Assert.Equal(isOwed, owed.Of(Key("db1")).OfType<LedgerEntry.Closed>().SingleOrDefault()?.MayComeLate ?? false);
    }

    private static LedgerEntry.Writer Writer(Ledger ledger) => Assert.Single(ledger.Entries.OfType<LedgerEntry.Writer>());
}
