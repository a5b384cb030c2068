using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class DowntimeTests
{
    [Fact]
    public void A_downtime_ends_at_its_instant()
    {
        var downtime = new Downtime("ana", "racks", WrittenTopology.Noon);
        Assert.True(downtime.IsActiveAt(WrittenTopology.Noon.AddTicks(-1)));
        Assert.False(downtime.IsActiveAt(WrittenTopology.Noon));
    }
}
