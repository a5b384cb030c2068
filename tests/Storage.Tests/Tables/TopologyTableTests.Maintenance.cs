using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Storage.Tests.Tables;

/// <content>A maintenance is a lock: of two that begin at once one does.</content>
public sealed partial class TopologyTableTests
{
    private static readonly Maintenance Work = new("ann", "disks", Rooms.Start, Rooms.Start.AddHours(1));

    [Fact]
    public async Task A_maintenance_stays_beside_the_downtime_until_it_is_ended()
    {
        var (rooms, store) = await OpenAsync();
        var other = (await rooms.AnotherAsync()).Topologies;
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        await store.SetDowntimeAsync(Samples.Shop, Samples.Db1, Weekend, None);
        var before = await other.ReadMarkAsync(None);
        Assert.True(await store.ChangeMaintenanceAsync(Samples.Shop, Samples.Db1, stored => stored ?? Work, None));
        Assert.NotEqual(before, await other.ReadMarkAsync(None));
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        var member = Assert.Single((await other.ReadAsync(Samples.Shop, None))!.Members);
        Assert.Equal((Work, Weekend), (member.Maintenance, member.Downtime));
        Assert.True(await other.ChangeMaintenanceAsync(Samples.Shop, Samples.Db1, _ => null, None));
        member = Assert.Single((await store.ReadAsync(Samples.Shop, None))!.Members);
        Assert.Equal((null, Weekend), (member.Maintenance, member.Downtime));
        Assert.False(await store.ChangeMaintenanceAsync(Samples.Shop, Samples.Db2, _ => Work, None));
    }

    [Fact]
    public async Task Of_two_that_begin_at_once_one_does()
    {
        var (rooms, store) = await OpenAsync();
        var other = (await rooms.AnotherAsync()).Topologies;
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        var theirs = Work with { Owner = "ben" };
        var seen = new List<Maintenance?>();
        await store.ChangeMaintenanceAsync(Samples.Shop, Samples.Db1, stored =>
        {
            // Between the read and the write, and once.
            if (seen.Count == 0) other.ChangeMaintenanceAsync(Samples.Shop, Samples.Db1, s => s ?? theirs, None).GetAwaiter().GetResult();
            seen.Add(stored);
            return stored ?? Work;
        }, None);
        Assert.Equal([null, theirs], seen);
        Assert.Equal(theirs, (await store.ReadAsync(Samples.Shop, None))!.Members[0].Maintenance);
    }
}
