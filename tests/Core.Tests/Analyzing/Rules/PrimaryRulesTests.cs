using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Analyzing.Rules;

namespace OrchestratorFunctions.Core.Tests.Analyzing.Rules;

/// <summary>What each row decides in full stands in the scenarios analyze-*.txt.</summary>
public sealed class PrimaryRulesTests
{
    [Theory]
    [InlineData("db1 rw | refused\ndb2 ro <db1 io=connecting", "DeadPrimary")]
    [InlineData("db1 rw | refused\ndb2 ro <db1 io=connecting | refused", "DeadPrimaryAndReplicas")]
    [InlineData("db1 rw | unreachable\ndb2 ro <db1 io=connecting", "UnreachablePrimary")]
    [InlineData("db1 ro\ndb2 ro <db1", "NoWritablePrimary")]
    [InlineData("db1 rw\ndb2 ro <db1\ndb3 rw\ndb4 ro <db3", "SeveralWriters")]
    [InlineData("db1 rw\ndb2 ro <db1\ndb3 rw", "SeveralWriters")]
    [InlineData("db1 | never seen refused\ndb2 ro <db1 io=connecting err=2003\ndb3 ro <db1 io=connecting err=2003", "UnreachablePrimary")]
    [InlineData("db1 rw lacks=SUPER\ndb2 ro <db1", "PrivilegesMissing")]
    [InlineData("db1 rw offline\ndb2 ro <db1", "OfflineMode")]
    [InlineData("db1 rw\ndb2 ro <db1", "")]
    // Some of its replicas receive from an address that nobody knows: it may live there (S8).
    [InlineData("db1 rw | refused\ndb2 ro <pod9\ndb3 ro <db1 io=connecting", "UnreachablePrimary")]
    [InlineData("db1 rw | refused\ndb2 ro <pod9 io=connecting err=2003\ndb3 ro <db1 io=connecting", "DeadPrimary")]
    [InlineData("db1 ro <pod9 | refused\ndb2 ro <db1 io=connecting", "DeadPrimary")] // the primary of a cluster that follows another one
    public void Db1_has_the_problem(string written, string code)
    {
        var topology = WrittenTopology.Read(written);
        var context = RuleContext.Of(topology, topology[WrittenTopology.Key("db1")]!, DetectionPolicy.Default);
        Assert.Equal(code, string.Join(", ", PrimaryRules.Table.True(context).Select(r => r.Code)));
    }
}
