using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorMaintenanceTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void A_server_in_maintenance_is_in_downtime_for_so_long() => Desk.Run(desk =>
    {
        Assert.Equal("db2:3306 is in maintenance until 2026-01-01 13:00:00Z", Begin(desk, "DB2").Says);
        desk.AssertAudited("begin-maintenance", Desk.Db2, "1h: disks");
        Assert.Equal(new MaintenanceEntry(World.Cluster, Desk.Db2, "dana", "disks", World.Noon, World.Noon + Hour), Assert.Single(List(desk)));
        Assert.Equal(new Downtime("dana", "maintenance: disks", World.Noon + Hour), LiveCluster.AsMember(desk[Desk.Db2]).Downtime);
        Assert.Equal("db2:3306 is in maintenance no more", End(desk, "db2").Says);
        desk.AssertAudited("end-maintenance", Desk.Db2, "done");
        Assert.Null(LiveCluster.AsMember(desk[Desk.Db2]).Downtime);
        Assert.Equal(2, desk.Declared);
    });

    [Fact]
    public void Nobody_else_begins_one_until_it_is_over() => Desk.Run(desk =>
    {
        Begin(desk, "db2");
        Assert.Equal("db2:3306 is in maintenance by dana since 2026-01-01 12:00:00Z: disks", Begin(desk, "db2").Refusal!.Because);
        Assert.Equal(OperationEnd.Done, Begin(desk, "db3").End);
        desk.Pass(Hour);
        Assert.Empty(List(desk));
        Assert.Equal("db2:3306 is in no maintenance", End(desk, "db2").Refusal!.Because);
        Assert.Equal(OperationEnd.Done, Begin(desk, "db2").End);
    });

    [Theory]
    [InlineData("db9", 1, "server 'db9:3306': no known server has this name")]
    [InlineData("shop", 1, "server 'shop:3306': no known server has this name")]
    [InlineData("db2", 0, "a maintenance of 0s: expected more than nothing and at most 366 days")]
    [InlineData("db2", 10_000, "a maintenance of 416d16h: expected")]
    public void What_cannot_be_meant_changes_nothing(string name, int hours, string because) => Desk.Run(desk =>
        desk.AssertRefused(OperationEnd.BadInput, because, Begin(desk, name, hours * Hour)));

    private static IReadOnlyList<MaintenanceEntry> List(Desk desk) => desk.Verbs.Maintenance.ListAsync(default).Result;

    private static OperationAnswer Begin(Desk desk, string name, TimeSpan? length = null) =>
        desk.Ask(v => v.Maintenance.BeginAsync(name, length ?? Hour, "dana", "disks", default));

    private static OperationAnswer End(Desk desk, string name) =>
        desk.Ask(v => v.Maintenance.EndAsync(name, "dana", "done", default));
}
