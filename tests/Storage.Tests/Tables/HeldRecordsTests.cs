using Azure.Data.Tables;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class HeldRecordsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task However_often_something_was_held_what_began_is_found()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var begun = Samples.NewRecovery();
        await rooms.Recoveries.BeginAsync(begun, null, lease, None);
        foreach (var i in Enumerable.Range(0, 30)) await rooms.Recoveries.RecordHeldAsync(Samples.Held($"h-{i}", $"reason {i}", Rooms.Start.AddSeconds(i + 1)), None);
        Assert.Equal([begun.Id], (await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 20, None, begun: true)).Select(r => r.Recovery.Id));
        Assert.DoesNotContain(begun.Id, (await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 20, None)).Select(r => r.Recovery.Id));
    }

    [Fact]
    public async Task A_record_that_says_the_same_takes_the_place_of_the_one_before()
    {
        var rooms = await Rooms.OpenAsync();
        for (var i = 0; i < 5; i++) await rooms.Recoveries.RecordHeldAsync(Samples.Held($"h-{i}", "filtered", Rooms.Start.AddSeconds(i)), None);
        var kept = Assert.Single(await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 10, None));
        Assert.Equal(Samples.Json(Samples.Held("h-4", "filtered", Rooms.Start.AddSeconds(4))), Samples.Json(kept.Recovery));
        Assert.Null(await rooms.Recoveries.ReadAsync("h-0", None));
        Assert.NotNull(await rooms.Recoveries.ReadAsync("h-4", None));
        var rows = new List<TableEntity>();
        await foreach (var row in rooms.RecoveryRows.QueryAsync<TableEntity>()) rows.Add(row);
        Assert.Equal(3, rows.Count);
        Assert.Single(rows, r => r.TryGetValue("TimesSeen", out var times) && (long)times == 5);
    }

    [Fact]
    public async Task The_same_record_again_is_one_record()
    {
        var rooms = await Rooms.OpenAsync();
        for (var i = 0; i < 3; i++) await rooms.Recoveries.RecordHeldAsync(Samples.Held("h", "filtered", Rooms.Start), None);
        Assert.Single(await rooms.Recoveries.ReadRecentAsync(null, 10, None));
        Assert.NotNull(await rooms.Recoveries.ReadAsync("h", None));
    }

    [Fact]
    public async Task It_is_news_when_nothing_else_said_it_and_stays_news_under_its_own_id()
    {
        var rooms = await Rooms.OpenAsync();
        Assert.True(await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-1", "filtered", Rooms.Start), None));
        // Whoever recorded it may have died before it told anybody.
        Assert.True(await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-1", "filtered", Rooms.Start.AddSeconds(1)), None));
        Assert.False(await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-2", "filtered", Rooms.Start.AddSeconds(2)), None));
        Assert.True(await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-2", "downtimed", Rooms.Start.AddSeconds(3)), None));
    }

    [Fact]
    public async Task Two_reasons_in_turn_are_two_records()
    {
        var rooms = await Rooms.OpenAsync();
        for (var i = 0; i < 6; i++)
            await rooms.Recoveries.RecordHeldAsync(Samples.Held($"h-{i}", i % 2 == 0 ? "filtered" : "downtimed", Rooms.Start.AddSeconds(i)), None);
        Assert.Equal(["h-5", "h-4"], (await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 10, None)).Select(r => r.Recovery.Id));
    }

    [Fact]
    public async Task Another_setting_subject_or_code_is_another_record()
    {
        var rooms = await Rooms.OpenAsync();
        var held = Samples.Held("h-1", "filtered", Rooms.Start);
        await rooms.Recoveries.RecordHeldAsync(held, None);
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-2", "filtered", Rooms.Start, "Recovery:Enabled"), None);
        await rooms.Recoveries.RecordHeldAsync(held with { Id = "h-3", Subject = Samples.Db2 }, None);
        await rooms.Recoveries.RecordHeldAsync(held with { Id = "h-4", Code = Core.Analyzing.AnalysisCode.UnreachablePrimary }, None);
        Assert.Equal(4, (await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 10, None)).Length);
    }

    [Fact]
    public async Task What_was_held_before_a_recovery_stays_in_the_history()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-1", "filtered", Rooms.Start), None);
        var recovery = Samples.NewRecovery("r-1", at: Rooms.Start.AddSeconds(1));
        await rooms.Recoveries.BeginAsync(recovery, null, lease, None);
        await rooms.Recoveries.SaveStageAsync(recovery.With(Samples.End()), null, lease, None);
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-2", "filtered", Rooms.Start.AddSeconds(2)), None);
        Assert.Equal(["h-2", "r-1", "h-1"], (await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 10, None)).Select(r => r.Recovery.Id));
    }

    [Fact]
    public async Task The_id_of_a_held_record_stays_free_for_the_recovery_which_then_answers_to_it()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("r-1", "disabled", Rooms.Start.AddSeconds(-1)), None);
        var recovery = Samples.NewRecovery();
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(recovery, null, await rooms.TakeAsync("shop-1"), None));
        Assert.False((await rooms.Recoveries.ReadAsync("r-1", None))!.Recovery.IsHeld);
        Assert.Equal(2, (await rooms.Recoveries.ReadRecentAsync(null, 10, None)).Length);
    }

    [Fact]
    public async Task One_id_held_for_several_reasons_answers_to_the_newest()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("h", "disabled", Rooms.Start), None);
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("h", "downtimed", Rooms.Start.AddSeconds(1)), None);
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-2", "disabled", Rooms.Start.AddSeconds(2)), None);
        Assert.Equal(["h-2", "h"], (await rooms.Recoveries.ReadRecentAsync(null, 10, None)).Select(r => r.Recovery.Id));
        Assert.Contains("downtimed", (await rooms.Recoveries.ReadAsync("h", None))!.Recovery.Outcome!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_acknowledgement_outlives_the_record_it_was_given_to()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-1", "filtered", Rooms.Start), None);
        Assert.True(await rooms.Recoveries.AcknowledgeAsync("h-1", "ann", "known", None));
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-2", "filtered", Rooms.Start.AddSeconds(1)), None);
        Assert.Equal("known", (await rooms.Recoveries.ReadAsync("h-2", None))!.AcknowledgedBecause);
    }

    [Fact]
    public async Task Records_written_at_once_end_as_one()
    {
        var rooms = await Rooms.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => rooms.Recoveries.RecordHeldAsync(Samples.Held($"h-{i}", "filtered", Rooms.Start.AddSeconds(i)), None)));
        await rooms.Recoveries.RecordHeldAsync(Samples.Held("h-9", "filtered", Rooms.Start.AddSeconds(9)), None);
        Assert.Single(await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 10, None));
    }

    [Fact]
    public async Task What_was_not_held_is_refused()
    {
        var rooms = await Rooms.OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => rooms.Recoveries.RecordHeldAsync(Samples.NewRecovery().With(Samples.End()), None));
    }
}
