using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Analyzing.Rules;

/// <summary>db2 stands still below db1, or does not, while db3 replicates.</summary>
public sealed class StandstillRulesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("io=stopped err=1236", "ReplicaNotReceiving")]
    [InlineData("io=connecting err=1045", "ReplicaNotReceiving")]
    [InlineData("io=connecting err=2003", "FirstTierReplicaCannotReachPrimary")]
    [InlineData("io=connecting", "FirstTierReplicaCannotReachPrimary")]
    [InlineData("sqlerr=1062", "ReplicaNotApplying")]
    [InlineData("io=stopped", "ReplicaStopped")]
    [InlineData("sql=stopped", "ReplicaStopped")]
    [InlineData("io=stopped sql=stopped", "ReplicaStopped")]
    [InlineData("io=stopped err=1236 sql=stopped", "ReplicaNotReceiving, ReplicaStopped")]
    [InlineData("io=stopped sqlerr=1062", "ReplicaNotApplying, ReplicaStopped")]
    [InlineData("delay=3600 lag=3600", "")]
    // A person said that it may stand still; it did not tell; it was not seen.
    [InlineData("io=stopped downtime=dba", "")]
    [InlineData("io=stopped | partly: replication", "SeenInPart")]
    [InlineData("io=stopped | refused", "")]
    public void A_replica_that_stands_still_is_named_while_its_sibling_replicates(string state, string codes) =>
        Assert.Equal(codes, Codes(Topology(state)));

    /// <summary>
    /// L7: db2 was pointed to an address where nobody answers, or its source has moved. It follows no member, so it looks
    /// like a primary that nobody follows, and nothing was said of it.
    /// </summary>
    [Theory]
    [InlineData("ro <pod9 io=connecting err=2003", "SourceUnknown")]
    [InlineData("ro <pod9 io=connecting", "SourceUnknown")]
    [InlineData("ro <pod9 io=stopped err=1236", "SourceUnknown")]
    [InlineData("ro <pod9", "SourceUnknown")] // it keeps db1 from being called dead
    [InlineData("ro <pod9 io=stopped", "")]
    [InlineData("rw <pod9 io=connecting err=2003", "SeveralWriters")]
    [InlineData("ro <pod9 io=connecting err=2003 downtime=dba", "")]
    public void A_replica_of_an_address_that_nobody_knows_is_named(string db2, string codes)
    {
        var found = Analyzer.Analyze(WrittenTopology.Read($"db1 rw\ndb2 {db2}\ndb3 ro <db1")).Where(a => a.Key == Key("db2"));
        Assert.Equal(codes, string.Join(", ", found.Select(a => a.Code)));
        Assert.All(found.Where(a => a.Code == AnalysisCode.SourceUnknown), a => Assert.Contains(a.Because, b => b.Contains("pod9:3306", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_primary_of_a_cluster_may_follow_another_cluster() =>
        Assert.Empty(Analyzer.Analyze(WrittenTopology.Read("db1 ro <pod9\ndb2 ro <db1")).Where(a => a.Code == AnalysisCode.SourceUnknown));

    /// <summary>What a recovery stopped is started by a plan; while one runs, it may have stopped anything.</summary>
    [Fact]
    public void What_a_recovery_stopped_has_a_finding_of_its_own()
    {
        var topology = Topology("io=stopped");
        var stopped = new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", WrittenTopology.Noon);
        Assert.Equal("StoppedByRecovery", Codes(topology.With(topology.Ledger with { Entries = [stopped] })));
        Assert.Equal("", Codes(topology.With(topology.Ledger with { Running = "r1" })));
    }

    /// <summary>L9: it was started again and stopped with an error, so no plan starts it: it is not passed over in silence.</summary>
    [Theory]
    [InlineData("io=stopped err=1236", "ReplicaNotReceiving")]
    [InlineData("io=stopped err=1045", "StoppedByRecovery")]
    [InlineData("sqlerr=1950", "ReplicaNotApplying")]
    [InlineData("io=stopped sqlerr=1950", "ReplicaNotApplying")]
    public void What_a_recovery_stopped_and_an_error_keeps_down_is_named(string state, string codes)
    {
        var topology = Topology(state);
        var stopped = new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", WrittenTopology.Noon);
        Assert.Equal(codes, Codes(topology.With(topology.Ledger with { Entries = [stopped] })));
    }

    /// <summary>S6: a start would cost what it has not applied, so no plan starts it.</summary>
    [Theory]
    [InlineData("0-1-8", "sql=stopped has=0-1-8 got=0-1-9", "ReplicaStopped")]
    [InlineData("0-1-9", "sql=stopped has=0-1-8 got=0-1-9", "StoppedByRecovery")] // its source has it
    [InlineData("0-1-8", "sql=stopped has=0-1-9 got=0-1-9", "StoppedByRecovery")]
    [InlineData("0-1-8", "has=0-1-8 got=0-1-9", "StoppedByRecovery")]
    public void What_a_recovery_stopped_and_a_start_would_empty_is_named(string primary, string state, string codes)
    {
        const string Version = "10.11.18-MariaDB";
        var topology = WrittenTopology.Read($"db1 {Version} rw has={primary}\ndb2 {Version} ro <db1 io=stopped {state}\ndb3 {Version} ro <db1");
        var stopped = new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", WrittenTopology.Noon);
        Assert.Equal(codes, Codes(topology.With(topology.Ledger with { Entries = [stopped] })));
    }

    /// <summary>It is no verdict, and the failover that stands beside it is what it was.</summary>
    [Fact]
    public void No_plan_acts_on_it()
    {
        var found = Analyzer.Analyze(WrittenTopology.Read(
            "db1 rw | refused\ndb2 ro <db1 sqlerr=1062 io=connecting err=2003\ndb3 ro <db1 io=connecting err=2003"));
        Assert.Equal(AnalysisCode.DeadPrimary, found[0].Code);
        Assert.False(found.Single(a => a.Code == AnalysisCode.ReplicaNotApplying).IsActionable);
        Assert.Single(found, a => a.IsActionable);
    }

    /// <summary>The stopped channel of another cluster is somebody else's.</summary>
    [Fact]
    public void A_link_from_outside_of_the_cluster_is_not_judged() =>
        Assert.Equal("", Codes(Topology("<elsewhere channel=x io=stopped")));

    private static Topology Topology(string state) =>
        WrittenTopology.Read($"db1 rw\ndb2 ro <db1 {state}\ndb3 ro <db1");

    private static string Codes(Topology topology) => string.Join(", ", Analyzer
        .AnalyzeMember(topology, topology[Key("db2")]!, DetectionPolicy.Default).Select(a => a.Code));

    private static InstanceKey Key(string name) => WrittenTopology.Key(name);
}
