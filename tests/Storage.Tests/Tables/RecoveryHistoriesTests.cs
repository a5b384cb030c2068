using Azure.Data.Tables;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class RecoveryHistoriesTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly StageRecord Acted = Samples.Ran(Samples.Planned("act", new Fence(Samples.Db1)));

    [Fact]
    public async Task A_failover_is_found_behind_any_number_of_newer_recoveries_of_other_kinds()
    {
        var rooms = await Rooms.OpenAsync();
        await RanAsync(rooms, "f-1", PlanKinds.DeadPrimary, 0, Samples.Promotion());
        for (var i = 0; i < 25; i++) await RanAsync(rooms, $"m-{i}", PlanKinds.Relocate, i, Samples.End());
        var past = Assert.Single((await ReadAsync(rooms)).Past);
        var (started, ended) = (Rooms.Start, Rooms.Start.AddMinutes(1));
        Assert.Equal(new PastRecovery("f-1", "DeadPrimary", true, Samples.Db1, Samples.Db2, started, ended, IsSuccess: true, IsAcknowledged: false), past);
    }

    [Fact]
    public async Task The_gate_costs_three_requests_however_long_the_history_is()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        var room = await rooms.AnotherAsync(faults);
        var gate = new GateReader(room.Settings, room.Recoveries, new GatePolicy(), rooms.Time);
        for (var i = 0; i < 25; i++) await RanAsync(rooms, $"r-{i}", i % 2 == 0 ? PlanKinds.DeadPrimary : PlanKinds.Relocate, i, Samples.End());
        rooms.Time.Advance(TimeSpan.FromMinutes(26));
        var before = faults.Requests;
        var inputs = await gate.ReadAsync(Samples.Shop, None);
        Assert.Equal(3, faults.Requests - before);
        Assert.Equal((13, null), (inputs.Recent!.Value.Length, inputs.Active));
    }

    [Fact]
    public async Task What_sent_no_step_holds_nothing_and_the_fleet_does_not_count_it()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var recovery = Samples.NewRecovery("r-1");
        await rooms.Recoveries.BeginAsync(recovery, null, lease, None);
        Assert.Single(await rooms.Recoveries.ReadBegunAsync(Rooms.Start.AddHours(-1), None));
        await rooms.Recoveries.SaveStageAsync(recovery.With(Samples.End("the primary answers")), null, lease, None);
        Assert.Empty((await ReadAsync(rooms)).Past);
        Assert.Empty(await rooms.Recoveries.ReadBegunAsync(Rooms.Start.AddHours(-1), None));
        await RanAsync(rooms, "r-2", PlanKinds.DeadPrimary, 1, Samples.End());
        Assert.Single(await rooms.Recoveries.ReadBegunAsync(Rooms.Start.AddHours(-1), None));
    }

    [Fact]
    public async Task It_counts_from_its_end_and_what_was_in_vain_for_a_shorter_time()
    {
        var rooms = await Rooms.OpenAsync();
        await RanAsync(rooms, "promoted", PlanKinds.DeadPrimary, -600, Samples.Promotion() with { PlannedAt = Rooms.Start.AddMinutes(-50) });
        await RanAsync(rooms, "in-vain", PlanKinds.DeadPrimary, -595, Samples.End() with { PlannedAt = Rooms.Start.AddMinutes(-40) });
        Assert.Equal(["in-vain", "promoted"], await IdsAsync(rooms, 60, 60));
        Assert.Equal(["promoted"], await IdsAsync(rooms, 60, 30));
        Assert.Empty(await IdsAsync(rooms, 45, 30));
    }

    [Fact]
    public async Task An_acknowledgement_counts_whether_it_comes_before_the_end_or_after_it()
    {
        var rooms = await Rooms.OpenAsync();
        await RanAsync(rooms, "r-1", PlanKinds.DeadPrimary, 0, Samples.Promotion());
        var lease = await rooms.TakeAsync("shop-1");
        var recovery = Samples.NewRecovery("r-2", at: Rooms.Start.AddMinutes(2));
        await rooms.Recoveries.BeginAsync(recovery, null, lease, None);
        foreach (var id in (string[])["r-1", "r-2"]) Assert.True(await rooms.Recoveries.AcknowledgeAsync(id, "ann", "known", None));
        await rooms.Recoveries.SaveStageAsync(recovery.With(Acted).With(Samples.Promotion() with { PlannedAt = Rooms.Start.AddMinutes(3) }), null, lease, None);
        Assert.All((await ReadAsync(rooms)).Past, p => Assert.True(p.IsAcknowledged));
        Assert.Equal(2, (await ReadAsync(rooms)).Past.Length);
    }

    [Fact]
    public async Task Who_acknowledged_it_is_asked_once_at_the_end_of_one_that_counts_and_never_before()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        var room = await rooms.AnotherAsync(faults);
        var lease = await room.Leases.TryAcquireAsync("shop-1", "a", TimeSpan.FromHours(1), None);
        var recovery = Samples.NewRecovery().With(Samples.Ran(Samples.Planned("fence", new Fence(Samples.Db1))));
        await room.Recoveries.BeginAsync(Samples.NewRecovery(), null, lease!, None);
        var before = faults.Requests;
        await room.Recoveries.SaveStageAsync(recovery, null, lease!, None);
        Assert.Equal(1, faults.Requests - before);
        await room.Recoveries.SaveStageAsync(recovery.With(Samples.Promotion()), null, lease!, None);
        Assert.Equal(3, faults.Requests - before);
    }

    [Fact]
    public async Task The_active_one_is_told_by_what_it_is()
    {
        var rooms = await Rooms.OpenAsync();
        Assert.Null((await ReadAsync(rooms)).Active);
        var moving = Samples.NewRecovery("m-1") with { Kind = PlanKinds.Relocate, Target = Samples.Db2 };
        await rooms.Recoveries.BeginAsync(moving, null, await rooms.TakeAsync("shop-1"), None);
        var active = (await ReadAsync(rooms)).Active!;
        Assert.Equal(("m-1", PlanKinds.Relocate, $"the move of {Samples.Db1} below {Samples.Db2}"), (active.Id, active.Kind, active.Title));
        Assert.Null(active.WhyUnreadable);
    }

    [Theory]
    [InlineData("0000", "{\"id\":\"r-1\",\"kind\":\"ParkServers\"}", "plan kind 'ParkServers' is not known here")]
    [InlineData("0001", "{\"stage\":{\"name\":\"x\",\"because\":\"\",\"steps\":[{\"step\":{\"verb\":\"park\"}}]}}", "stage 1: ")]
    public async Task An_active_record_that_cannot_be_read_is_reported_and_can_be_acknowledged(string number, string json, string what)
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        await rooms.Recoveries.BeginAsync(Samples.NewRecovery().With(Samples.Planned("first")), null, lease, None);
        await foreach (var row in rooms.RecoveryRows.QueryAsync<TableEntity>(r => r.PartitionKey == "shop-1"))
        {
            if (!row.RowKey.EndsWith($"!{number}", StringComparison.Ordinal)) continue;
            (row["Json0"], row["WrittenBy"]) = (json, "9.1.0");
            await rooms.RecoveryRows.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        }
        Assert.Null(await rooms.Recoveries.ReadActiveAsync(Samples.Shop, None));
        Assert.Equal(WriteOutcome.Taken, await rooms.Recoveries.BeginAsync(Samples.NewRecovery("r-2"), null, lease, None));
        var active = (await ReadAsync(rooms)).Active!;
        Assert.Contains("recovery r-1 of this cluster has not ended", active.WhyUnreadable!.Because, StringComparison.Ordinal);
        Assert.Contains(what, active.WhyUnreadable.Because, StringComparison.Ordinal);
        Assert.Contains("version 9.1.0", active.WhyUnreadable.Because, StringComparison.Ordinal);

        Assert.True(await rooms.Recoveries.AcknowledgeAsync("r-1", "ann", "rolled back", None));
        Assert.Null((await ReadAsync(rooms)).Active);
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(Samples.NewRecovery("r-2"), null, lease, None));
        Assert.True(await rooms.Recoveries.AcknowledgeAsync("r-2", "ann", "known", None));
        Assert.Equal("r-2", (await ReadAsync(rooms)).Active!.Id);
    }

    [Fact]
    public async Task Every_row_of_a_record_says_which_version_wrote_it()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Recoveries.BeginAsync(Samples.NewRecovery().With(Samples.Planned("first")), null, await rooms.TakeAsync("shop-1"), None);
        await foreach (var row in rooms.RecoveryRows.QueryAsync<TableEntity>(r => r.PartitionKey == "shop-1"))
            if (row.RowKey.StartsWith("log!", StringComparison.Ordinal)) Assert.Matches(@"^\d+\.\d+\.\d+$", row.GetString("WrittenBy"));
    }

    private static Task<RecoveryHistory> ReadAsync(Rooms rooms) =>
        rooms.Recoveries.ReadHistoryAsync(Samples.Shop, Rooms.Start.AddHours(-1), Rooms.Start.AddHours(-1), None);

    private static async Task<string[]> IdsAsync(Rooms rooms, int minutes, int vainMinutes) =>
        [.. (await rooms.Recoveries.ReadHistoryAsync(Samples.Shop, Rooms.Start.AddMinutes(-minutes), Rooms.Start.AddMinutes(-vainMinutes), None)).Past.Select(p => p.Id)];

    private static async Task RanAsync(Rooms rooms, string id, PlanKind kind, int minutes, StageRecord end)
    {
        var lease = await rooms.TakeAsync("shop-1");
        var recovery = Samples.NewRecovery(id, at: Rooms.Start.AddMinutes(minutes)) with { Kind = kind };
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(recovery, null, lease, None));
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery.With(Acted).With(end), null, lease, None));
    }
}
