using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Hooking;

/// <summary>The order of hooks in whole plans stands in <c>Scenarios/hooks.txt</c>.</summary>
public sealed class HookStagesTests
{
    private const string Dead = """
        db1 rw has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 has=A:1-100
        db3 ro former has=A:1-90
        """;

    private static Recovery Seed(string hooks)
    {
        var seed = PlannerTests.Recovery(WrittenTopology.Read(Dead), PlanKinds.DeadPrimary, "db1");
        return seed with { Policy = seed.Policy with { Hooks = WrittenHooks.Of(hooks) } };
    }

    [Fact]
    public void Without_hooks_of_its_points_a_plan_is_what_it_is()
    {
        var topology = WrittenTopology.Read(Dead);
        var plain = Planner.Next(Seed(""), topology);
        Assert.Equal(Json.Of(plain), Json.Of(Planner.Next(Seed("hooks=pre-takeover:quiet,post-intermediate-failover:never"), topology)));
    }

    [Fact]
    public void A_hook_has_its_time_and_must_agree_unless_it_is_not_waited_for()
    {
        var topology = WrittenTopology.Read(Dead);
        var asked = Assert.Single(Planner.Next(Seed("hooks=pre-failover:page"), topology).Steps);
        Assert.Equal((Tolerance.Must, TimeSpan.FromSeconds(10)), (asked.Tolerance, asked.Timeout));
        var left = Assert.Single(Planner.Next(Seed("hooks=pre-failover:page&"), topology).Steps);
        Assert.Equal((Tolerance.BestEffort, true), (left.Tolerance, ((RunHook)left.Step).IsInBackground));
    }

    [Fact]
    public void A_hook_that_was_planned_and_never_begun_is_planned_again()
    {
        var topology = WrittenTopology.Read(Dead);
        var seed = Seed("hooks=pre-failover:page");
        var record = new StageRecord(Planner.Next(seed, topology), 1, WrittenTopology.Noon, [], WrittenTopology.Noon) { WasNotBegun = true };
        Assert.Equal("page", Planner.Next(seed.With(record), topology).Hook?.Name);
    }

    /// <summary>A former primary that is closed while hooks run before the plan does not begin it.</summary>
    [Fact]
    public void What_had_to_be_closed_before_the_plan_is_no_part_of_it()
    {
        var seed = PlannerTests.Recovery(WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9"), PlanKinds.Takeover, "db1");
        seed = seed with { Policy = seed.Policy with { Hooks = WrittenHooks.Of("hooks=pre-takeover:quiet") } };
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9");
        var hook = new StageRecord(Planner.Next(seed, topology), 1, WrittenTopology.Noon, [new StepResult(StepState.Done, TimeSpan.Zero)], WrittenTopology.Noon);
        var closing = new StageRecord(new PlanStage("close-returned", "", []), 1, WrittenTopology.Noon, [], WrittenTopology.Noon);
        Assert.Equal("freeze", Planner.Next(seed.With(hook).With(closing), topology).Name);
    }
}
