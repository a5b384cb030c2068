using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Analyzing.Rules;

/// <summary>S16: what is not known is no finding.</summary>
public sealed class ServingRulesTests
{
    [Theory]
    [InlineData("db1 rw\ndb2 ro <db1", "")]
    [InlineData("db1 rw offline\ndb2 ro <db1", "db1 Critical OfflineMode")]
    [InlineData("db1 rw lacks=SUPER\ndb2 ro <db1 lacks=RELOAD", "db1 Warning PrivilegesMissing, db2 Warning PrivilegesMissing")]
    [InlineData("db1 rw <db2 offline\ndb2 ro <db1", "db1 Critical OfflineMode")]
    [InlineData("db1 rw repl=none\ndb2 ro <db1 repl=none", "db2 Warning ReplicationAccountMissing")]
    [InlineData("db1 rw\ndb2 ro <db1 err=1045\ndb3 ro <db1", "")]
    [InlineData("db1 rw\ndb2 ro <db1 io=connecting err=2003\ndb3 ro <db1", "db2 Warning FirstTierReplicaCannotReachPrimary")]
    [InlineData("db1 rw\ndb2 ro <db1 repl=there", "")]
    [InlineData("db1 rw\ndb2 ro <db1 repl=none rule=must_not", "")]
    [InlineData("db1 rw\ndb2 ro <db1 repl=none offline lacks=SUPER | refused\ndb3 ro <db1", "")]
    [InlineData("db1 rw runs=nightly idle=report\ndb2 ro <db1 aside=nightly,report", "")]
    [InlineData("db1 rw aside=nightly\ndb2 ro <db1 aside=nightly", "db1 Warning EventsNotRunning")]
    [InlineData("db1 rw runs=nightly aside=new", "db1 Warning EventsNotRunning")]
    [InlineData("db1 rw runs=nightly scheduler=off", "db1 Warning EventsNotRunning")]
    [InlineData("db1 rw scheduler=off", "")]
    [InlineData("db1 rw <out aside=nightly\ndb2 ro <db1", "")] // another cluster runs them
    [InlineData("db1 rw\ndb2 ro <db1 runs=nightly", "db2 Warning EventsOnReplica")]
    [InlineData("db1 rw\ndb2 ro <db1 runs=nightly scheduler=off", "")]
    [InlineData("db1 rw\ndb2 ro <db1 runs=nightly rule=must_not", "")]
    [InlineData("db1 rw\ndb2 10.11.8-MariaDB ro former runs=nightly", "db2 Warning EventsOnReplica")]
    [InlineData("db1 rw\ndb2 ro former runs=nightly", "")] // super_read_only stops them
    public void What_keeps_a_server_from_serving_is_found(string written, string found)
    {
        var analyses = Analyzer.Analyze(WrittenTopology.Read(written)).OrderBy(a => a.Key);
        Assert.Equal(found, string.Join(", ", analyses.Select(a => $"{a.Key.Host} {a.Severity} {a.Code}")));
    }

    /// <summary>L9: what is owed is named also while no plan can pay it.</summary>
    [Theory]
    [InlineData("db1 10.11.8-MariaDB rw aside=nightly", "FinishRecovery")]
    [InlineData("db1 10.11.8-MariaDB ro aside=nightly", "")]
    [InlineData("db1 10.11.8-MariaDB rw", "")] // our account lost the right to see them
    public void Events_that_a_recovery_disabled_are_named_until_they_are_enabled(string primary, string plan)
    {
        var owed = new LedgerEntry.EventsStopped(WrittenTopology.Key("db1"), EventNames.Of(["`shop`.`nightly`"]), "r1", WrittenTopology.Noon);
        var topology = WrittenTopology.Read($"{primary}\ndb2 10.11.8-MariaDB ro <db1").With(Ledger.Empty.With(owed));
        var found = Assert.Single(Analyzer.Analyze(topology), a => a.Code == AnalysisCode.EventsNotRunning);
        Assert.Equal(plan, found.Kind?.Name ?? "");
        Assert.Contains(owed.Says, found.Because);
    }
}
