using Azure.Data.Tables;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class RecoveryLogsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_newest_come_first_of_one_cluster_and_of_all()
    {
        var rooms = await Rooms.OpenAsync();
        for (var i = 0; i < 6; i++) await RanAsync(rooms, $"r-{i}", i % 2 == 0 ? Samples.Shop : Samples.Wiki, Rooms.Start.AddMinutes(i));
        await RanAsync(rooms, "r-early", Samples.Shop, Rooms.Start.AddDays(-400));

        Assert.Equal(["r-4", "r-2", "r-0", "r-early"], await IdsAsync(rooms, Samples.Shop, 10));
        Assert.Equal(["r-4", "r-2"], await IdsAsync(rooms, Samples.Shop, 2));
        Assert.Equal(["r-5", "r-4", "r-3", "r-2", "r-1", "r-0", "r-early"], await IdsAsync(rooms, null, 10));
        Assert.Equal(["r-5", "r-4", "r-3"], await IdsAsync(rooms, null, 3));
        Assert.Empty(await IdsAsync(rooms, null, 0));
        Assert.Empty(await IdsAsync(rooms, new ClusterId("none"), 10));
    }

    [Fact]
    public async Task A_page_begins_after_the_last_one_of_the_page_before_be_they_of_one_instant()
    {
        var rooms = await Rooms.OpenAsync();
        string[] ids = ["r-a", "r-b", "r-c", "r-d", "r-e"];
        for (var i = 0; i < ids.Length; i++) await RanAsync(rooms, ids[i], Samples.Shop, Rooms.Start.AddTicks(i / 2));
        foreach (var cluster in (ClusterId?[])[Samples.Shop, null])
        {
            List<string> read = [];
            for (RecentBefore? before = null; read.Count < ids.Length;)
            {
                var page = await rooms.Recoveries.ReadRecentAsync(cluster, 2, None, before: before);
                Assert.InRange(page.Length, 1, 2);
                read.AddRange(page.Select(r => r.Recovery.Id));
                Assert.True(RecentBefore.TryParse(new RecentBefore(page[^1].Recovery.StartedAt, page[^1].Recovery.Id).ToString(), out before));
            }
            Assert.Equal(["r-e", "r-c", "r-d", "r-a", "r-b"], read);
        }
    }

    [Fact]
    public async Task Recoveries_come_whole_over_the_edges_of_pages()
    {
        var rooms = await Rooms.OpenAsync();
        for (var i = 0; i < 12; i++) await RanAsync(rooms, $"r-{i}", Samples.Shop, Rooms.Start.AddSeconds(i), stages: 30);
        var found = await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 10, None);
        Assert.Equal(10, found.Length);
        Assert.All(found, f => Assert.Equal(31, f.Recovery.Stages.Length));
    }

    [Fact]
    public async Task A_newer_version_may_add_what_this_one_does_not_know()
    {
        var rooms = await Rooms.OpenAsync();
        await RanAsync(rooms, "r-1", Samples.Shop, Rooms.Start);
        await foreach (var row in rooms.RecoveryRows.QueryAsync<TableEntity>(r => r.PartitionKey == "shop-1"))
        {
            row["Schema"] = 99;
            row["Novelty"] = "x";
            if (row.TryGetValue("Json0", out var json)) row["Json0"] = $"{{\"novelty\":{{\"a\":[1]}},{((string)json)[1..]}";
            await rooms.RecoveryRows.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        }
        Assert.Equal(["r-1"], await IdsAsync(rooms, Samples.Shop, 10));
        Assert.NotNull(await rooms.Recoveries.ReadAsync("r-1", None));
    }

    [Theory]
    [InlineData("0000", "Json0", "{\"id\":")]
    [InlineData("0000", "Json0", "{}")]
    [InlineData("0001", "Json0", "{\"stage\":{\"name\":\"x\",\"because\":\"\",\"steps\":[{\"step\":{\"verb\":\"invented-later\"}}]}}")]
    [InlineData("0001", "JsonParts", "strange")]
    [InlineData("0000", "Schema", "strange")]
    public async Task What_cannot_be_read_whole_is_passed_over_and_said(string number, string column, string value)
    {
        var rooms = await Rooms.OpenAsync();
        await RanAsync(rooms, "bad", Samples.Shop, Rooms.Start);
        await RanAsync(rooms, "good", Samples.Shop, Rooms.Start.AddMinutes(1));
        await foreach (var row in rooms.RecoveryRows.QueryAsync<TableEntity>(r => r.PartitionKey == "shop-1"))
        {
            if (!row.RowKey.EndsWith($"!bad!{number}", StringComparison.Ordinal)) continue;
            row[column] = value;
            await rooms.RecoveryRows.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        }
        var isReadable = column == "Schema";
        Assert.Equal(isReadable ? ["good", "bad"] : ["good"], await IdsAsync(rooms, Samples.Shop, 10));
        Assert.Equal(isReadable ? ["good", "bad"] : ["good"], await IdsAsync(rooms, null, 10));
        Assert.Equal(isReadable, await rooms.Recoveries.ReadAsync("bad", None) is not null);
        Assert.Equal(isReadable || column == "JsonParts", rooms.Log.Lines.IsEmpty);
    }

    [Fact]
    public async Task A_partition_that_is_no_cluster_does_not_disturb()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), null, await rooms.TakeAsync("shop-1"), None);
        foreach (var partition in new[] { "No Cluster", "größe", "a=G" }) await rooms.RecoveryRows.AddEntityAsync(new TableEntity(partition, "active"));
        Assert.Equal([Samples.Shop], await rooms.Recoveries.ReadActiveClustersAsync(None));
        Assert.Equal(3, rooms.Log.Lines.Count);
    }

    private static async Task RanAsync(Rooms rooms, string id, ClusterId cluster, DateTimeOffset at, int stages = 1)
    {
        var lease = await rooms.TakeAsync(cluster.Value);
        var recovery = Samples.NewRecovery(id, cluster, at);
        for (var i = 0; i < stages; i++) recovery = recovery.With(Samples.Planned($"stage {i}"));
        await rooms.Recoveries.BeginAsync(recovery, null, lease, None);
        await rooms.Recoveries.SaveStageAsync(recovery.With(Samples.End()), null, lease, None);
    }

    private static async Task<string[]> IdsAsync(Rooms rooms, ClusterId? cluster, int limit) =>
        [.. (await rooms.Recoveries.ReadRecentAsync(cluster, limit, None)).Select(r => r.Recovery.Id)];
}
