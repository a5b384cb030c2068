using Azure.Data.Tables;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class NoticeTableTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly OutboxEntry First = Of("20260301T120000000-a"), Second = Of("20260301T120000001-b");

    [Fact]
    public async Task What_is_yet_to_be_told_is_read_back_oldest_first_in_one_request()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        var other = (await rooms.AnotherAsync(faults)).Notices;
        await rooms.Room.Notices.AddAsync(Second, None);
        await rooms.Room.Notices.AddAsync(First, None);
        var before = faults.Requests;
        Assert.Equal([First, Second], await other.ReadAsync(None));
        Assert.Equal(1, faults.Requests - before);
    }

    [Fact]
    public async Task Adding_again_keeps_how_far_it_was_told()
    {
        var store = (await Rooms.OpenAsync()).Room.Notices;
        Assert.Equal(First, await store.AddAsync(First, None));
        await store.SaveAsync(First with { Told = 2 }, None);
        Assert.Equal(First with { Told = 2 }, await store.AddAsync(First with { Since = Rooms.Start.AddHours(1) }, None));
        Assert.Equal([First with { Told = 2 }], await store.ReadAsync(None));
    }

    [Fact]
    public async Task Each_address_has_a_row_of_its_own_and_a_held_record_another_one()
    {
        var store = (await Rooms.OpenAsync()).Room.Notices;
        var held = First with { Held = Samples.Held(First.Recovery, "filtered", Rooms.Start) };
        foreach (var row in new[] { First, First with { To = "0011223344556677" }, held, held with { Held = Samples.Held(First.Recovery, "downtimed", Rooms.Start) } }) await store.AddAsync(row, None);
        var read = await store.ReadAsync(None);
        Assert.Equal(4, read.Length);
        Assert.Equal(Samples.Json(held.Held), Samples.Json(read.Single(r => r.Key == held.Key).Held));
    }

    [Fact]
    public async Task What_was_removed_stays_removed()
    {
        var store = (await Rooms.OpenAsync()).Room.Notices;
        await store.AddAsync(First, None);
        await store.RemoveAsync(First, None);
        await store.RemoveAsync(First, None);
        await store.SaveAsync(First with { Told = 1 }, None);
        Assert.Empty(await store.ReadAsync(None));
    }

    [Fact]
    public async Task A_row_this_version_cannot_read_is_passed_over_with_a_word()
    {
        var rooms = await Rooms.OpenAsync();
        var held = Second with { Held = Samples.Held(Second.Recovery, "filtered", Rooms.Start) };
        await rooms.Room.Notices.AddAsync(First, None);
        await rooms.Room.Notices.AddAsync(held, None);
        await rooms.RecoveryRows.AddEntityAsync(new TableEntity("!untold", "strange") { ["Cluster"] = "?" }, None);
        await foreach (var row in rooms.RecoveryRows.QueryAsync<TableEntity>(r => r.PartitionKey == "!untold"))
            if (row.ContainsKey("Held0")) await rooms.RecoveryRows.UpsertEntityAsync(new TableEntity(row) { ["Held0"] = "{\"later\":" }, TableUpdateMode.Replace, None);
        Assert.Equal([First], await rooms.Room.Notices.ReadAsync(None));
        Assert.Contains(rooms.Log.Lines, l => l.Contains("strange", StringComparison.Ordinal) && l.Contains("passed over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_rows_are_no_recoveries()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Room.Notices.AddAsync(First, None);
        Assert.Empty(await rooms.Recoveries.ReadActiveClustersAsync(None));
        Assert.Empty(await rooms.Recoveries.ReadRecentAsync(null, 10, None));
        Assert.Null(await rooms.Recoveries.ReadAsync(First.Recovery, None));
        Assert.Equal(0, await rooms.Recoveries.CleanAsync(Rooms.Start.AddYears(1), 100, None));
        Assert.Single(await rooms.Room.Notices.ReadAsync(None));
    }

    private static OutboxEntry Of(string id) => new(id, "8899aabbccddeeff", Samples.Shop, Rooms.Start);
}
