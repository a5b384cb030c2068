using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Switching;

/// <summary>From when the successor was opened; the rest stands in the scenarios takeover*.txt.</summary>
public sealed class TakeoverEndTests
{
    /// <summary>L3: it restarted read-only after it was opened, before the switch has ended.</summary>
    [Theory]
    [InlineData("has=A:1-9", "db1 ro has=A:1-9", "open")]
    [InlineData("has=A:1-8", "db1 ro has=A:1-9", "follow")] // it lost what it was chosen for
    [InlineData("has=A:1-9", "db1 rw has=A:1-9", "follow")] // two writers would diverge
    [InlineData("has=A:1-9", "db1 | timed out 1.0s", "lost-again")]
    public void A_successor_that_came_back_closed_is_opened_again(string successor, string old, string stage)
    {
        var (recovery, fleet) = TakeoverPlannerTests.Until("open");
        Assert.Equal(stage, Planner.Next(recovery, WrittenTopology.Read([$"db2 ro {successor}", old], fleet.Now)).Name);
    }

    /// <summary>L3: it restarted after it was told for how many it waits, and was counted anew.</summary>
    [Fact]
    public void A_successor_that_waits_for_more_than_are_left_is_said_to_hang()
    {
        const string text = "db1 rw semi=source:2 clients=2 has=A:1-9\ndb2 ro semi=replica <db1 has=A:1-9\ndb3 ro semi=replica <db1 has=A:1-9";
        var (recovery, fleet) = TakeoverPlannerTests.Until("settle", text);
        for (var i = 0; i < recovery.Policy.Attempts; i++) recovery = recovery.With(recovery.Stages[^1]);
        var now = WrittenTopology.Read(["db2 rw semi=source:2 clients=1 up=3 has=A:1-9"], fleet.Now);
        var ended = Rehearsal.Run(recovery, new SimulatedFleet(now, WrittenFault.ReadAll("x with db2 SetSemiSync fails")));
        Assert.Contains("so they hang until more do", ended.Outcome!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_switch_whose_successor_is_seen_closed_at_its_end_is_no_success()
    {
        var (recovery, fleet) = TakeoverPlannerTests.Until("open");
        var open = recovery.Stages[^1];
        for (var i = 0; i < recovery.Policy.Attempts; i++) recovery = recovery.With(open);
        recovery = Rehearsal.Run(recovery, new SimulatedFleet(WrittenTopology.Read(["db2 ro has=A:1-9"], fleet.Now)));
        Assert.Equal(WrittenTopology.Key("db2"), Assert.IsType<RecoveryOutcome.LostAgain>(recovery.Outcome).Key);
    }

    [Fact]
    public void A_switch_whose_successor_is_not_seen_at_its_end_is_no_success()
    {
        var (recovery, fleet) = TakeoverPlannerTests.Until("open");
        string[] since = ["db1 ro has=A:1-9 | timed out 1.0s", "db2 rw has=A:1-9 | refused"];
        var ended = Planner.Next(recovery, WrittenTopology.Read(since, fleet.Now)).Outcome;
        Assert.StartsWith(
            "db2:3306 was promoted and is lost again: it is not seen any more",
            Assert.IsType<RecoveryOutcome.LostAgain>(ended).Says, StringComparison.Ordinal);
    }
}
