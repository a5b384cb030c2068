using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorForgetTests
{
    [Fact]
    public void A_dead_replica_is_forgotten_by_any_of_its_names() => Desk.Run(desk =>
    {
        desk.World.Kill(Desk.Db2);
        Assert.Equal("db2:3306 is forgotten", Forget(desk, "DB2").Says);
        Assert.DoesNotContain(desk.Stored.Members, m => m.Key == Desk.Db2);
        desk.AssertAudited("forget", Desk.Db2, "");
        Assert.Equal(1, desk.Declared);
        Assert.Equal("server 'db2:3306': no known server has this name; did you mean 'db1:3306'?", Forget(desk, "db2:3306").Refusal!.Because);
    });

    [Theory]
    [InlineData("db2", "db2:3306 is alive and replicates from db1:3306: as long as it does it is found again")]
    [InlineData("db1", "db2:3306, db3:3306, db4:3306 replicate from db1:3306")]
    [InlineData("shop", "4 of its 4 servers are alive, and nobody would watch them any more")]
    public void What_is_alive_has_to_be_meant(string name, string because) => Desk.Run(desk =>
    {
        desk.AssertRefused(OperationEnd.Refused, because, Forget(desk, name));
        var forced = Forget(desk, name, isForced: true);
        Assert.Equal(OperationEnd.Done, forced.End);
        if (name == "shop") Assert.Empty(desk.Memory.ReadAllAsync(default).Result);
        else Assert.EndsWith($"\nIt may come back: {because}", forced.Says, StringComparison.Ordinal);
    });

    [Fact]
    public void While_a_recovery_of_the_cluster_has_not_ended_nothing_is_forgotten() => Desk.Run(desk =>
    {
        desk.World.Kill(Desk.Db2);
        var lease = desk.Memory.TryAcquireAsync(World.Cluster.Value, "another", TimeSpan.FromMinutes(5), default).Result!;
        desk.AssertRefused(OperationEnd.Refused, "a recovery of cluster shop is being run", Forget(desk, "db2", isForced: true));
        var recovery = new Recovery
        {
            Id = "r1", Cluster = World.Cluster, Kind = PlanKinds.Takeover, Actor = "sam", StartedAt = World.Noon,
            Subject = World.Primary, Policy = new RecoveryPolicy(),
        };
        desk.Memory.BeginAsync(recovery, null, lease, default);
        desk.Memory.ReleaseAsync(lease, default);
        desk.AssertRefused(OperationEnd.Refused, "recovery r1 of cluster shop has not ended", Forget(desk, "db2", isForced: true));
        Assert.Equal(4, desk.Stored.Members.Length);
    });

    [Fact]
    public void What_is_owed_about_it_is_dropped_and_told() => Desk.Run(desk =>
    {
        desk.World.Kill(Desk.Db2);
        desk.Memory.MarkFormer(Desk.Db2);
        desk.Memory.MarkFormer(Desk.Db3);
        var says = Forget(desk, "db2").Says;
        Assert.Equal("db2:3306 is forgotten\nNobody sees to this any more: db2:3306 was replaced as the primary by recovery r0", says);
        Assert.Equal([Desk.Db3], desk.Stored.Ledger.Entries.Select(e => e.Key));
    });

    [Fact]
    public void A_forgotten_cluster_owes_nothing_when_it_is_found_again() => Desk.Run(desk =>
    {
        desk.Memory.MarkFormer(Desk.Db3);
        Assert.Equal(OperationEnd.Done, Forget(desk, "shop", isForced: true).End);
        desk.Memory.SaveSightingsAsync(World.Cluster, [.. desk.World.Now.Members.Select(Flow.Knowing.LiveCluster.AsStored)], default);
        Assert.True(desk.Stored.Ledger.SaysNothing);
    });

    [Fact]
    public void The_last_server_takes_its_cluster_with_it() => Desk.Run(desk =>
    {
        desk.Memory.ForgetAsync(World.Cluster, [Desk.Db2, Desk.Db3, new("db4", 3306)], default);
        Assert.Equal("db1:3306 is forgotten, and its cluster shop with it", Forget(desk, "db1").Says);
        Assert.Empty(desk.Memory.ReadAllAsync(default).Result);
    });

    [Fact]
    public void A_seed_is_named_because_it_is_found_again() => Desk.Run(desk =>
    {
        desk.World.Kill(Desk.Db2);
        Assert.EndsWith("\nDiscovery:Seeds names db2:3306: take it out there, or it is found again at the next start", Forget(desk, "db2").Says, StringComparison.Ordinal);
    }, "db2:3306");

    [Fact]
    public void A_ledger_of_another_version_is_dropped_only_with_its_cluster() => Desk.Run(desk =>
    {
        desk.World.Kill(Desk.Db2);
        desk.Memory.WriteLedger(World.Cluster, """{"entries":[{"owed":"invented-later","key":"db2:3306"}]}""");
        desk.AssertRefused(OperationEnd.Refused, "the ledger of the cluster cannot be read by this version", Forget(desk, "db2", isForced: true));
        Assert.Equal(OperationEnd.Done, Forget(desk, "shop", isForced: true).End);
    });

    private static OperationAnswer Forget(Desk desk, string name, bool isForced = false) =>
        desk.Ask(v => v.Forget.RunAsync(name, isForced, "dana", default));
}
