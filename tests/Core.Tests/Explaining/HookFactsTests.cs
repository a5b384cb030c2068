using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Tests.Planning;

namespace OrchestratorFunctions.Core.Tests.Explaining;

public sealed class HookFactsTests
{
    [Fact]
    public void A_hook_is_given_why_it_runs_and_about_whom()
    {
        var topology = WrittenTopology.Read(["db1 rw has=A:1-9 | refused", "db2 ro <db1 has=A:1-9", "db3 ro <db1 has=A:1-9"], null, "shop");
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        var hook = new RunHook(WrittenTopology.Key("db1"), HookPoint.PostFailover, "dns") { Successor = WrittenTopology.Key("db2"), Lost = [WrittenTopology.Key("db3")] };
        var facts = HookFacts.Of(hook, recovery, topology, isRecovered: true, WrittenTopology.Noon);
        Assert.Equal(($"{recovery.Id}/post-failover/dns", "post-failover", "db1:3306", "db2:3306"), (facts.Id, facts.Point, $"{facts.Failed}", $"{facts.Successor}"));
        Assert.Equal(["db2:3306", "db3:3306"], facts.Replicas.Select(r => r.ToString()));
        Assert.Equal((true, true, false, 1), (facts.IsSuccessful, facts.IsRecovered, facts.IsDowntimed, facts.Lost.Length));
    }

    [Theory]
    [InlineData(HookPoint.PreFailover)]
    [InlineData(HookPoint.Unsuccessful)]
    public void Only_the_end_of_a_plan_is_a_success(HookPoint point)
    {
        var topology = WrittenTopology.Read(["db1 rw has=A:1-9 | refused", "db2 ro <db1 has=A:1-9"], null);
        var facts = HookFacts.Of(new RunHook(WrittenTopology.Key("db1"), point, "x"), PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), topology, false, WrittenTopology.Noon);
        Assert.False(facts.IsSuccessful);
        Assert.Null(facts.Successor);
    }
}
