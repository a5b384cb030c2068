using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

public sealed class DeadPrimarySituationTests
{
    /// <summary>
    /// L1: the watcher began to look when the primary had been dead for a while; what is stored of it is older still. A
    /// replica that expects a heartbeat once an hour heard it last before its death, and kept everybody from replacing it
    /// for that hour. S8: what it heard after the first look in vain is news.
    /// </summary>
    [Theory]
    [InlineData(14, 6, false)]
    [InlineData(30, 20, false)] // heard before the first look in vain, though after the last stored one
    [InlineData(14, 20, true)]
    [InlineData(2, 20, true)] // within what our looks have for intervals
    [InlineData(14, 0, true)] // nobody says since when it is looked for in vain: what is stored is all there is
    public void What_a_replica_heard_before_the_first_look_in_vain_is_no_news(double quiet, double failing, bool isHeard)
    {
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9 | timed out 9s\ndb2 ro <db1 has=A:1-9 quiet={quiet} beat=3600");
        var db1 = topology[WrittenTopology.Key("db1")]!;
        topology = topology.With(db1 with { LastSeenAt = topology.TakenAt.AddSeconds(-60), FailingFor = TimeSpan.FromSeconds(failing) });
        var stage = Planner.Next(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), topology);
        Assert.Equal(isHeard, stage.Because.Contains("db2:3306 hears from db1:3306", StringComparison.Ordinal));
    }
}
