using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Changing;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Planning;

namespace OrchestratorFunctions.Core.Tests.Rehearsing;

public sealed class ForesightTests
{
    private const string Healthy = "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9 rule=must_not\ndb4 ro <db2 has=A:1-9";
    private const string Dead = "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-9\ndb3 ro <db1 io=connecting err=2003 has=A:1-9 delay=60";

    [Fact]
    public void What_a_server_would_refuse_on_the_way_is_foretold_of_a_plan_for_one()
    {
        Assert.Null(WhyNot(Healthy, ChangeKinds.StopReplication, "db2"));
        Assert.Equal("db1:3306 follows nobody", WhyNot(Healthy, ChangeKinds.StopReplication, "db1"));
        Assert.Equal("db9:3306 is not a member of cluster c-1", WhyNot(Healthy, ChangeKinds.Close, "db9"));
    }

    [Theory]
    [InlineData("Takeover", Healthy, "db2: |db3: db3:3306 its promotion rule is must_not|db4: db4:3306 is no direct replica of db1:3306")]
    [InlineData("DeadPrimary", Healthy, "db2: |db3: db3:3306 its promotion rule is must_not|db4: db4:3306 is no direct replica of db1:3306")]
    [InlineData("DeadPrimary", Dead, "db2: |db3: db3:3306 is delayed by 60 s on purpose")]
    [InlineData("Takeover", "db1 ro-only has=A:1-9\ndb2 ro <db1 has=A:1-9", "db2: db1:3306 is read_only, but accepts writes of privileged accounts")]
    [InlineData("RelocateReplicas", Healthy, "db2: |db3: |db4: ")]
    public void Each_target_has_its_own_reason(string kind, string written, string expected)
    {
        var told = WhyNotTo(written, PlanKinds.Of(kind), "db1").Select(t => $"{t.Target.Host}: {t.Because}");
        Assert.Equal(expected.Split('|'), told);
    }

    /// <summary>What is worked out once for all targets says what the planner says of each alone.</summary>
    [Theory]
    [InlineData(Healthy)]
    [InlineData(Dead)]
    [InlineData("db1 ro has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9 lag=900\ndb4 ro <db1 has=A:1-9 | refused")]
    [InlineData("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9,B:1-2\ndb3 rw has=A:1-9 purged=A:1-3")]
    public void A_target_among_many_is_judged_as_it_is_alone(string written)
    {
        var topology = WrittenTopology.Read(written);
        foreach (var kind in new[] { PlanKinds.Takeover, PlanKinds.DeadPrimary, PlanKinds.Relocate, PlanKinds.Repoint, MoveKinds.RelocateReplicas })
            foreach (var (target, because) in WhyNotTo(written, kind, "db1"))
            {
                var plan = PlannerTests.Recovery(topology, kind, "db1") with { Target = target };
                Assert.Equal((kind.Name, target, because), (kind.Name, target, Planner.Next(plan, Rehearsal.StartOf(kind, topology)).Outcome?.WhyNot?.Because));
            }
    }

    [Fact]
    public void What_depends_on_what_is_said_is_left_open()
    {
        var none = WrittenTopology.Read("db1 rw has=A:1-9 nobinlog\ndb2 ro <db1 has=A:1-9");
        Assert.Equal("db1:3306 has no binary log", Whatever(none, ChangeKinds.PurgeBinaryLogs, "db1"));
        Assert.Equal("db2:3306 has no semi-sync plugin", Whatever(none, ChangeKinds.SemiSync, "db2"));
        var some = WrittenTopology.Read("db1 rw has=A:1-9 semi=available\ndb2 ro <db1 has=A:1-9 | refused");
        Assert.Null(Whatever(some, ChangeKinds.PurgeBinaryLogs, "db1"));
        Assert.Null(Whatever(some, ChangeKinds.SemiSync, "db1"));
        Assert.Equal("db2:3306 was not seen (connection refused)", Whatever(some, ChangeKinds.KillQuery, "db2"));
    }

    [Fact]
    public void A_primary_that_is_seen_is_taken_to_be_dead_and_it_is_told()
    {
        Assert.Equal("db1:3306 is dead, which it is not as it was seen", Assumes(Healthy, PlanKinds.DeadPrimary));
        Assert.Null(Assumes(Dead, PlanKinds.DeadPrimary));
        Assert.Null(Assumes(Healthy, PlanKinds.Takeover));
    }

    private static string? Assumes(string written, PlanKind kind) =>
        WrittenTopology.Read(written) is var topology ? new Foresight(topology).Assumes(PlannerTests.Recovery(topology, kind, "db1")) : null;

    private static string? Whatever(Topology topology, PlanKind kind, string subject) =>
        new Foresight(topology).WhyNotWhatever(PlannerTests.Recovery(topology, kind, subject))?.Because;

    private static string? WhyNot(string written, PlanKind kind, string subject) =>
        WrittenTopology.Read(written) is var topology ? new Foresight(topology).WhyNot(PlannerTests.Recovery(topology, kind, subject))?.Because : null;

    private static IEnumerable<(InstanceKey Target, string? Because)> WhyNotTo(string written, PlanKind kind, string subject)
    {
        var topology = WrittenTopology.Read(written);
        var others = topology.Members.Select(m => m.Key).Where(k => k != WrittenTopology.Key(subject));
        return new Foresight(topology).WhyNotTo(PlannerTests.Recovery(topology, kind, subject), others).Select(t => (t.Target, t.Refusal?.Because));
    }
}
