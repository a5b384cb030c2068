using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Core.Tests.Planning;
using OrchestratorFunctions.Core.Tests.Running;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Model;

/// <summary>What a server did not answer is unknown: it stays as it was, and nothing is concluded from it (S16).</summary>
public sealed class InstancePartsTests
{
    private const string Whole = "db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100 semi=replica";

    private static readonly Topology Before = Read(Whole);

    [Fact]
    public void A_replica_that_does_not_tell_whom_it_follows_is_a_replica_still()
    {
        var topology = WithoutAnswer(Before, InstanceParts.Replication);
        Assert.Equal(Key("db2"), Assert.Single(topology.ReplicasOf(Key("db1"))).Key);
        var now = topology[Key("db2")]!.Current!;
        Assert.Equal((InstanceParts.Replication, Noon), (now.Stale, now.StaleSince));
        Assert.Null(now.HasAppliedAll);

        // The next one keeps the age, a whole answer ends it.
        var later = topology[Key("db2")]!.With(Partly(Before, InstanceParts.Replication), Noon.AddSeconds(9));
        Assert.Equal(Noon, later.Current!.StaleSince);
        Assert.Equal((InstanceParts.None, null), (later.With(Before[Key("db2")]!.Outcome, Noon.AddSeconds(10)).Current!.Stale, later.With(Before[Key("db2")]!.Outcome, Noon).Current!.StaleSince));
    }

    [Fact]
    public void What_our_account_may_do_there_stays_known()
    {
        var before = Read("db1 rw logs=app\ndb2 ro <db1 logs=app lacks=SUPER repl=none tls-only");
        var asked = before[Key("db2")]!.Current!;
        const InstanceParts parts = InstanceParts.Rights | InstanceParts.BinaryLogPosition;
        var silent = asked with
        {
            Stale = parts, Missing = null, ReplicationAccount = null, RequiresTls = false,
            BinaryLog = asked.BinaryLog with { Filters = null },
        };
        var now = before[Key("db2")]!.With(new ProbeOutcome.Partly(silent, ["privileges"]), Noon.AddSeconds(1)).Current!;
        Assert.Equal(
            (asked.Missing, asked.ReplicationAccount, true, "binlog_do_db=app"),
            (now.Missing, now.ReplicationAccount, now.RequiresTls, now.BinaryLog.Filters));
    }

    [Fact]
    public void Other_parts_that_were_not_answered_stay_as_they_were_too()
    {
        var now = WithoutAnswer(Before, InstanceParts.SemiSync | InstanceParts.Uptime)[Key("db2")]!.Current!;
        Assert.True(now.SemiSync.ReplicaEnabled);
        Assert.True(now.KnowsLinks);
    }

    [Theory]
    [InlineData("db1 rw | refused\ndb2 ro <db1", "db2")]
    [InlineData("db1 rw | timed out 60s\ndb2 ro <db1\ndb3 ro <db1 io=connecting err=2003", "db2")]
    public void It_says_nothing_about_its_source_and_the_source_is_not_called_dead(string servers, string untold)
    {
        var topology = WithoutAnswer(Read(servers), InstanceParts.Replication, untold);
        var found = Analyzer.Analyze(topology).First(a => a.Key == Key("db1"));
        Assert.Equal(AnalysisCode.UnreachablePrimary, found.Code);
        Assert.Contains("1 did not tell their replication state", found.Because);
    }

    /// <summary>Decision 0021: the operating system said that nothing listens there, and a replica cannot connect.</summary>
    [Fact]
    public void It_says_nothing_for_its_source_either_where_that_refuses_and_another_replica_cannot_connect()
    {
        var topology = WithoutAnswer(
            Read("db1 rw | refused\ndb2 ro <db1\ndb3 ro <db1 io=connecting err=2003"), InstanceParts.Replication, "db2");
        Assert.Equal(AnalysisCode.DeadPrimary, Analyzer.Analyze(topology).First(a => a.Key == Key("db1")).Code);
    }

    [Fact]
    public void No_step_about_replication_counts_as_done_there()
    {
        var topology = WithoutAnswer(Read("db1 rw\ndb2 ro"), InstanceParts.Replication);
        ServerStep[] steps = [new ForgetSource(Key("db2")), new StopReceiving(Key("db2")), new StartReplication(Key("db2")), new PointTo(Key("db2"), Key("db1")), new WaitUntilReceiving(Key("db2"), Key("db1"))];
        Assert.All(steps, s => Assert.False(s.IsSatisfiedBy(topology), s.Says));
    }

    /// <summary>S1: somebody may have made it a writer since it told that it is a replica.</summary>
    [Fact]
    public void One_that_accepts_writes_and_does_not_tell_whom_it_follows_may_be_a_writer()
    {
        var told = Read("db1 rw | refused\ndb2 rw <db1 io=connecting err=2003\ndb3 ro <db1 io=connecting err=2003");
        Assert.Empty(told.MayBeWriters);
        var untold = WithoutAnswer(told, InstanceParts.Replication);
        Assert.Equal(Key("db2"), Assert.Single(untold.MayBeWriters).Key);
        Assert.Equal(Key("db2"), StageGuard.WriterBeside(untold, [Key("db3")])?.Key);
        var stage = Planner.Next(PlannerTests.Recovery(untold, PlanKinds.DeadPrimary, "db1"), untold);
        Assert.Contains("does not tell whom it follows", stage.Because, StringComparison.Ordinal);
    }

    /// <summary>S6, S10: it may still have its source configured.</summary>
    [Fact]
    public void A_candidate_that_stops_telling_its_replication_state_is_not_opened()
    {
        var played = new PlayedRun("""
            db1 rw has=A:1-100 | refused
            db2 ro <db1 io=connecting err=2003 has=A:1-90 got=A:1-100
            db3 ro <db1 io=connecting err=2003 has=A:1-90 got=A:1-100
            """).At(TimeSpan.FromMilliseconds(25), "db2 | partly: replication").Begin();
        Assert.DoesNotContain(played.Steps, s => s is SetWritable && s.Target.Key == Key("db2"));
        Assert.Equal(Key("db3"), Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome).Key);
    }

    private static ProbeOutcome Partly(Topology topology, InstanceParts parts, string server = "db2") =>
        new ProbeOutcome.Partly(topology[Key(server)]!.Current! with { Links = [], SemiSync = SemiSync.Off, Stale = parts }, ["what was refused"]);

    private static Topology WithoutAnswer(Topology topology, InstanceParts parts, string server = "db2") =>
        topology.With(topology[Key(server)]!.With(Partly(topology, parts, server), topology.TakenAt));
}
