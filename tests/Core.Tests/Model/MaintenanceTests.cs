using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class MaintenanceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Maintenance Work = new("ann", "disks", Noon, Noon.AddHours(2));

    [Fact]
    public void It_ends_at_its_end()
    {
        Assert.True(Work.IsActiveAt(Noon.AddHours(2).AddTicks(-1)));
        Assert.False(Work.IsActiveAt(Noon.AddHours(2)));
    }

    [Fact]
    public void What_lasts_longer_is_in_force()
    {
        var (shorter, longer) = (new Downtime("ben", "rack", Noon.AddHours(1)), new Downtime("ben", "rack", Noon.AddHours(3)));
        Assert.Null(Maintenance.Downtime(null, null));
        Assert.Equal(shorter, Maintenance.Downtime(null, shorter));
        Assert.Equal(longer, Maintenance.Downtime(Work, longer));
        Assert.Equal(new Downtime("ann", "maintenance: disks", Noon.AddHours(2)), Maintenance.Downtime(Work, shorter));
    }
}
