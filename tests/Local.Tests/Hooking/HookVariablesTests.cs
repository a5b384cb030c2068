using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Local.Hooking;

namespace OrchestratorFunctions.Local.Tests.Hooking;

public sealed class HookVariablesTests
{
    private static HookVariables Of(Func<Core.Explaining.HookFacts, Core.Explaining.HookFacts>? change = null) => new((change ?? (f => f))(ShellCommandsTests.Facts), "box");

    [Fact]
    public void Every_placeholder_of_orchestrator_is_filled_in()
    {
        const string all = "{failureType} {instanceType} {isMaster} {isCoMaster} {command} {failedHost} {failedPort} {failureCluster} {failureClusterAlias} {failureClusterDomain} {countSlaves} {countReplicas} "
            + "{isDowntimed} {autoMasterRecovery} {autoIntermediateMasterRecovery} {orchestratorHost} {recoveryUID} {isSuccessful} {successorHost} {successorPort} {successorBinlogCoordinates} {successorAlias} "
            + "{lostSlaves} {lostReplicas} {countLostReplicas} {slaveHosts} {replicaHosts}";
        Assert.Equal(
            "DeadMaster master true false  db1 3306 db1:3306 shop  2 2 false true false box r1 true db2 3307   db3:3306 db3:3306 1 db2:3307,db3:3306 db2:3307,db3:3306", Of().Fill(all));
        Assert.Equal("db1 is dead_ really", Of().Fill("{failureDescription}"));
    }

    [Fact]
    public void Without_a_successor_its_placeholders_stay_and_its_variables_are_not_there()
    {
        var nobody = Of(f => f with { Successor = null });
        Assert.Equal("{successorHost}", nobody.Fill("{successorHost}"));
        Assert.DoesNotContain(nobody.Environment, v => v.Name.StartsWith("ORC_SUCCESSOR", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Takeover", null, "DeadMaster graceful-master-takeover")]
    [InlineData("DeadPrimary", null, "DeadMaster force-master-failover")]
    [InlineData("DeadPrimary", AnalysisCode.DeadPrimaryAndSomeReplicas, "DeadMasterAndSomeReplicas ")]
    public void What_was_asked_for_and_what_failed_have_orchestrators_names(string kind, AnalysisCode? code, string expected) =>
        Assert.Equal(expected, Of(f => f with { Kind = PlanKinds.Of(kind), Code = code }).Fill("{failureType} {command}"));
}
