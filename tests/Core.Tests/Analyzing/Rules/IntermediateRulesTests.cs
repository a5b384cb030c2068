using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Analyzing.Rules;

namespace OrchestratorFunctions.Core.Tests.Analyzing.Rules;

/// <summary>What each row decides in full stands in the scenarios analyze-*.txt.</summary>
public sealed class IntermediateRulesTests
{
    [Theory]
    [InlineData("db1 ro <db0 | refused\ndb0 rw", "")]
    [InlineData("db1 ro <db0 | refused\ndb0 rw\ndb2 ro <db1 io=connecting", "DeadIntermediateSource")]
    [InlineData("db1 ro <db0 | refused\ndb0 rw\ndb2 ro <db1 | refused", "DeadIntermediateSourceAndReplicas")]
    [InlineData("db1 ro <db0\ndb0 rw\ndb2 ro <db1 io=stopped", "AllIntermediateSourceReplicasNotReplicating")]
    [InlineData("db1 ro <db0 semi=replica relaylog=recovers\ndb0 rw", "AckerForgetsAtRestart")]
    [InlineData("db1 ro <db0 semi=replica relaylog=kept\ndb0 rw", "")]
    [InlineData("db1 ro <db0 semi=replica\ndb0 rw", "")]
    [InlineData("db1 ro <db0 relaylog=recovers\ndb0 rw", "")]
    [InlineData("db1 ro <db0 lacks=RELOAD\ndb0 rw", "PrivilegesMissing")]
    [InlineData("db1 ro <db0 lacks=RELOAD rule=must_not\ndb0 rw", "PrivilegesMissing")]
    [InlineData("db1 ro <db0 lacks=RELOAD downtime=ana\ndb0 rw", "")]
    [InlineData("db1 ro <db0 repl=locked\ndb0 rw", "ReplicationAccountMissing")]
    [InlineData("db1 ro <db0 repl=there\ndb0 rw", "")]
    [InlineData("db1 ro <db0 offline\ndb0 rw", "OfflineMode")]
    [InlineData("db1 ro <db0 offline rule=must_not\ndb0 rw", "")]
    [InlineData("db1 ro <db0 offline downtime=ana\ndb0 rw", "")]
    public void Db1_has_the_problem(string written, string code)
    {
        var topology = WrittenTopology.Read(written);
        var context = RuleContext.Of(topology, topology[WrittenTopology.Key("db1")]!, DetectionPolicy.Default);
        Assert.Equal(code, string.Join(", ", IntermediateRules.Table.True(context).Select(r => r.Code)));
    }
}
