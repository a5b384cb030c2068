using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Rehearsing;

/// <summary>A rehearsal that ends well is no promise where nobody could ask.</summary>
public sealed class NotCheckedTests
{
    private static readonly InstanceKey Db1 = WrittenTopology.Key("db1"), Db2 = WrittenTopology.Key("db2"), Db3 = WrittenTopology.Key("db3");
    private static readonly ReplicationAccount Account = new("repl", Exists: true, IsLocked: false);

    private static readonly Topology Shop = All(
        WrittenTopology.Read("db1 rw\ndb2 ro <db1\ndb3 ro <db1"),
        i => i with { Missing = MissingPrivileges.None, ReplicationAccount = Account, Events = ScheduledEvents.None });

    [Fact]
    public void Nothing_is_left_to_ask_where_every_server_told() => Assert.Empty(Of(Shop));

    [Fact]
    public void A_server_that_does_not_tell_our_privileges_is_named() => Assert.Equal(
        ["whether our account may do its part on db3:3306: it did not answer SHOW GRANTS"],
        Of(With(Db3, i => i with { Missing = null })));

    [Fact]
    public void A_successor_that_does_not_tell_who_may_log_in_is_named() => Assert.Equal(
        ["whether db2:3306 lets replicas log in: our account may not read mysql.user there (docs/operations.md, Privileges)"],
        Of(With(Db2, i => i with { ReplicationAccount = null })));

    [Fact]
    public void A_primary_whose_events_nobody_sees_is_named() => Assert.Equal(
        ["which scheduled events of db1:3306 the new primary has to run: our account does not see all of them (EVENT on all databases), or there are more than 1000"],
        Of(With(Db1, i => i with { Events = null })));

    /// <summary>Nobody is told to follow it.</summary>
    [Fact]
    public void What_the_plan_does_not_ask_is_not_named() => Assert.Empty(Of(With(Db3, i => i with { ReplicationAccount = null })));

    /// <summary>The old primary of a switch gets a link that nothing tells TLS of.</summary>
    [Fact]
    public void A_new_link_without_TLS_to_a_MariaDB_server_that_asks_for_it_is_named()
    {
        var shop = All(
            WrittenTopology.Read("db1 10.11.8-MariaDB rw id=1 has=0-1-100\ndb2 10.11.8-MariaDB ro id=2 <db1 has=0-1-100"),
            i => i with { Missing = MissingPrivileges.None, ReplicationAccount = Account, RequiresTls = true, Events = ScheduledEvents.None });
        var plan = Rehearsal.Run(Seed(shop, PlanKinds.Takeover), new SimulatedFleet(shop));
        Assert.True(plan.Outcome is RecoveryOutcome.Promoted, plan.Outcome?.Says);
        Assert.Equal(
            ["whether db1:3306 will use TLS, which its new source asks for: no link of the cluster does, so MySql:ReplicationTls decides"],
            NotChecked.Of(plan, shop));
    }

    private static Topology With(InstanceKey key, Func<Instance, Instance> change) =>
        Shop.With(Shop[key]!.With(Shop[key]!.Outcome.With(change), Shop.TakenAt));

    private static Topology All(Topology topology, Func<Instance, Instance> change) => topology.Members.Aggregate(
        topology, (t, m) => t.With(m.With(m.Outcome.With(change), t.TakenAt)));

    private static IReadOnlyList<string> Of(Topology topology)
    {
        var plan = Rehearsal.Run(
            Seed(topology, PlanKinds.DeadPrimary),
            new SimulatedFleet(SimulatedFleet.WithDead(topology, Db1, "taken to be dead")));
        Assert.Equal(Db2, Assert.IsType<RecoveryOutcome.Promoted>(plan.Outcome).Key);
        return NotChecked.Of(plan, topology);
    }

    private static Recovery Seed(Topology topology, PlanKind kind) => new()
    {
        Id = "r1", Cluster = topology.Cluster, Kind = kind, Subject = Db1, Actor = "me", StartedAt = topology.TakenAt,
        Policy = new RecoveryPolicy { HasReplicationAccount = true }, Sentence = "",
    };
}
