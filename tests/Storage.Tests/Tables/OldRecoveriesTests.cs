using Azure.Data.Tables;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class OldRecoveriesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_began_long_ago_and_ended_goes_with_all_its_rows_and_the_lease_stays()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        await RunAsync(rooms, lease, "r-old", -400);
        await RunAsync(rooms, lease, "r-new", -1);
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("r-held", "long ago", Rooms.Start.AddDays(-500)), None);

        Assert.Equal(2, await rooms.Recoveries.CleanAsync(Rooms.Start.AddDays(-365), 100, None));
        Assert.Equal(["r-new"], (await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 10, None)).Select(r => r.Recovery.Id));
        Assert.Null(await rooms.Recoveries.ReadAsync("r-old", None));
        Assert.Null(await rooms.Recoveries.ReadAsync("r-held", None));
        // The lease, and of the other recovery its head, two stages, pointer, note and what it counts by.
        Assert.Equal(7, (await RowsAsync(rooms)).Length);
        Assert.NotNull(await rooms.Leases.TryRenewAsync(lease, TimeSpan.FromHours(1), None));
    }

    [Fact]
    public async Task What_runs_stays_however_long_it_has_been_running()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        await RunAsync(rooms, lease, "r-ended", -402);
        await rooms.Recoveries.BeginAsync(Samples.NewRecovery("r-runs", at: Rooms.Start.AddDays(-400)), null, lease, None);
        Assert.Equal(1, await rooms.Recoveries.CleanAsync(Rooms.Start.AddDays(-365), 100, None));
        Assert.Equal("r-runs", (await rooms.Recoveries.ReadActiveAsync(Samples.Shop, None))!.Id);
    }

    [Fact]
    public async Task A_run_is_bounded_and_several_may_clean_at_once()
    {
        var rooms = await Rooms.OpenAsync();
        foreach (var cluster in (ClusterId[])[Samples.Shop, Samples.Wiki])
        {
            var lease = await rooms.TakeAsync(cluster.Value);
            for (var i = 0; i < 6; i++) await RunAsync(rooms, lease, $"r-{cluster}-{i}", -400 - i, cluster);
        }
        Assert.Equal(3, await rooms.Recoveries.CleanAsync(Rooms.Start.AddDays(-365), 3, None));
        var other = (await rooms.AnotherAsync()).Recoveries;
        await Task.WhenAll(rooms.Recoveries.CleanAsync(Rooms.Start.AddDays(-365), 100, None), other.CleanAsync(Rooms.Start.AddDays(-365), 100, None));
        Assert.Empty(await rooms.Recoveries.ReadRecentAsync(null, 100, None));
        Assert.All(await RowsAsync(rooms), row => Assert.EndsWith(" lease", row, StringComparison.Ordinal));
    }

    private static async Task RunAsync(Rooms rooms, Lease lease, string id, int days, ClusterId? cluster = null)
    {
        var recovery = Samples.NewRecovery(id, cluster, Rooms.Start.AddDays(days));
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(recovery, null, lease, None));
        recovery = recovery.With(Samples.Ran(Samples.Planned("one", new Fence(Samples.Db1))));
        await rooms.Recoveries.SaveStageAsync(recovery, null, lease, None);
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery.With(Samples.Promotion()), null, lease, None));
    }

    private static async Task<string[]> RowsAsync(Rooms rooms)
    {
        var rows = new List<string>();
        await foreach (var row in rooms.RecoveryRows.QueryAsync<TableEntity>()) rows.Add($"{row.PartitionKey} {row.RowKey}");
        return [.. rows];
    }
}
