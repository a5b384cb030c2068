using Azure.Data.Tables;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class RecoveryTableTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_rich_recovery_comes_back_as_it_was_saved_stage_by_stage()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var recovery = Samples.NewRecovery() with { Target = Samples.Db2 };
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(recovery, null, lease, None));
        foreach (var stage in Samples.RichStages())
        {
            recovery = recovery.With(stage with { Results = [], DoneAt = null, Findings = [] });
            Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery, null, lease, None));
            Assert.Equal(Samples.Json(recovery), Samples.Json(await rooms.Recoveries.ReadActiveAsync(Samples.Shop, None)));
            recovery = recovery.WithLast(stage);
            Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery, null, lease, None));
        }
        Assert.Equal([Samples.Shop], await rooms.Recoveries.ReadActiveClustersAsync(None));
        recovery = recovery.With(Samples.Promotion());
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery, null, lease, None));
        Assert.Equal(Samples.Json(recovery), Samples.Json((await rooms.Recoveries.ReadAsync("r-1", None))!.Recovery));
        Assert.Null(await rooms.Recoveries.ReadActiveAsync(Samples.Shop, None));
        Assert.Empty(await rooms.Recoveries.ReadActiveClustersAsync(None));
    }

    [Fact]
    public async Task Another_process_reads_a_half_done_recovery_with_its_planned_stage_and_goes_on()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var recovery = await BegunAsync(rooms, lease);
        recovery = recovery.With(Samples.Planned("fence", new Fence(Samples.Db1)));
        await rooms.Recoveries.SaveStageAsync(recovery, null, lease, None);

        var next = await rooms.LoseAsync("shop-1");
        var heir = await rooms.AnotherAsync();
        var resumed = await heir.Recoveries.ReadActiveAsync(Samples.Shop, None);
        Assert.Equal(Samples.Json(recovery), Samples.Json(resumed));
        Assert.False(resumed!.Stages[^1].IsDone);
        resumed = resumed.WithLast(Samples.Ran(resumed.Stages[^1]));
        Assert.Equal(WriteOutcome.Written, await heir.Recoveries.SaveStageAsync(resumed, null, next, None));
        Assert.Equal(Samples.Json(resumed), Samples.Json(await rooms.Recoveries.ReadActiveAsync(Samples.Shop, None)));
    }

    [Fact]
    public async Task What_a_process_practises_is_no_recovery_of_the_fleet()
    {
        var rooms = await Rooms.OpenAsync();
        foreach (var cluster in (ClusterId[])[PracticeCluster.Id, Samples.Shop])
            await rooms.Recoveries.BeginAsync(Samples.NewRecovery($"of-{cluster}", cluster), null, await rooms.TakeAsync(cluster.Value), None);
        Assert.Equal(Samples.Shop, Assert.Single(await rooms.Recoveries.ReadRecentAsync(null, 10, None)).Recovery.Cluster);
        Assert.Single(await rooms.Recoveries.ReadRecentAsync(PracticeCluster.Id, 10, None));
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_written()
    {
        var rooms = await Rooms.OpenAsync();
        var lost = await rooms.TakeAsync("shop-1");
        var recovery = await BegunAsync(rooms, lost);
        await rooms.LoseAsync("shop-1");
        var before = await RowsAsync(rooms);

        Assert.Equal(WriteOutcome.LeaseLost, await rooms.Recoveries.SaveStageAsync(recovery.With(Samples.Planned("late")), null, lost, None));
        Assert.Equal(WriteOutcome.LeaseLost, await rooms.Recoveries.SaveStageAsync(recovery.With(Samples.End()), null, lost, None));
        Assert.Equal(WriteOutcome.LeaseLost, await rooms.Recoveries.BeginAsync(Samples.NewRecovery("r-2"), null, lost, None));
        Assert.Equal(before, await RowsAsync(rooms));
    }

    [Fact]
    public async Task A_lease_lost_to_another_process_is_noticed_in_the_write_itself()
    {
        var rooms = await Rooms.OpenAsync();
        var lost = await rooms.TakeAsync("shop-1");
        var recovery = await BegunAsync(rooms, lost); // this process remembers the ETag of its lease
        rooms.Time.Advance(TimeSpan.FromHours(2));
        await (await rooms.AnotherAsync()).Leases.TryAcquireAsync("shop-1", "b", TimeSpan.FromHours(1), None);
        var before = await RowsAsync(rooms);
        Assert.Equal(WriteOutcome.LeaseLost, await rooms.Recoveries.SaveStageAsync(recovery.With(Samples.End()), null, lost, None));
        Assert.Equal(before, await RowsAsync(rooms));
    }

    [Fact]
    public async Task A_released_lease_and_one_of_an_older_epoch_write_nothing()
    {
        var rooms = await Rooms.OpenAsync();
        var old = await rooms.TakeAsync("shop-1");
        await rooms.Leases.ReleaseAsync(old, None);
        Assert.Equal(WriteOutcome.LeaseLost, await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), null, old, None));
        await rooms.TakeAsync("shop-1"); // the same holder, a new epoch
        Assert.Equal(WriteOutcome.LeaseLost, await rooms.Recoveries.BeginAsync(Samples.NewRecovery(), null, old, None));
        Assert.Equal(WriteOutcome.LeaseLost, await rooms.Recoveries.BeginAsync(Samples.NewRecovery(cluster: Samples.Wiki), null, old with { Name = "wiki-1" }, None));
    }

    [Fact]
    public async Task A_lease_of_another_cluster_is_refused()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("wiki-1");
        await Assert.ThrowsAsync<ArgumentException>(() => rooms.Recoveries.BeginAsync(Samples.NewRecovery(), null, lease, None));
    }

    [Fact]
    public async Task A_renewal_in_between_does_not_disturb_a_stage()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var recovery = await BegunAsync(rooms, lease);
        await (await rooms.AnotherAsync()).Leases.TryRenewAsync(lease, TimeSpan.FromHours(2), None); // its ETag is unknown to this process
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery.With(Samples.Planned("next")), null, lease, None));
    }

    [Fact]
    public async Task Of_recoveries_begun_at_once_one_is_written()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var others = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => rooms.AnotherAsync()));
        var outcomes = await Task.WhenAll(others.Select((o, i) => o.Recoveries.BeginAsync(Samples.NewRecovery($"r-{i}"), null, lease, None)));
        Assert.Single(outcomes, WriteOutcome.Written);
        Assert.Equal(5, outcomes.Count(o => o == WriteOutcome.Taken));
        Assert.Single(await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 10, None));
    }

    [Fact]
    public async Task A_second_recovery_waits_for_the_end_of_the_first_and_an_id_is_taken_for_good()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var first = await BegunAsync(rooms, lease);
        Assert.Equal(WriteOutcome.Taken, await rooms.Recoveries.BeginAsync(Samples.NewRecovery("r-2"), null, lease, None));
        Assert.Equal(WriteOutcome.Taken, await rooms.Recoveries.BeginAsync(first, null, lease, None));
        await rooms.Recoveries.SaveStageAsync(first.With(Samples.End()), null, lease, None);
        Assert.Equal(WriteOutcome.Taken, await rooms.Recoveries.BeginAsync(Samples.NewRecovery(at: Rooms.Start.AddHours(1)), null, lease, None));
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(Samples.NewRecovery("r-2"), null, lease, None));
    }

    [Fact]
    public async Task Lists_left_out_come_back_empty()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var recovery = (await BegunAsync(rooms, lease)).With(Samples.Planned("next") with { Results = default, Findings = default });
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery, null, lease, None));
        var stage = (await rooms.Recoveries.ReadActiveAsync(Samples.Shop, None))!.Stages[0];
        Assert.Empty(stage.Results);
        Assert.Empty(stage.Findings);
    }

    [Fact]
    public async Task A_long_record_is_spread_over_columns_and_one_too_long_is_refused()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var recovery = Samples.NewRecovery() with { Evidence = [string.Concat(Enumerable.Repeat("\"größe\"  🐬 ", 15_000))] };
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(recovery, null, lease, None));
        Assert.Equal(Samples.Json(recovery), Samples.Json(await rooms.Recoveries.ReadActiveAsync(Samples.Shop, None)));

        var tooLong = recovery.With(Samples.End(string.Concat(Enumerable.Range(0, 2_000_000).Select(_ => (char)Random.Shared.Next('0', 'z')))));
        var refusal = await Assert.ThrowsAsync<StorageLimitException>(() => rooms.Recoveries.SaveStageAsync(tooLong, null, lease, None));
        Assert.Contains("900000", refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(await rooms.Recoveries.ReadActiveAsync(Samples.Shop, None));
    }

    [Theory]
    [InlineData("a recovery/of\\odd#name?")]
    [InlineData("100% !!held! it's \u0001 größe")]
    public async Task Ids_may_be_any_text(string id)
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        var recovery = Samples.NewRecovery(id);
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(recovery, null, lease, None));
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery.With(Samples.End()), null, lease, None));
        Assert.Equal(id, (await rooms.Recoveries.ReadAsync(id, None))!.Recovery.Id);
        Assert.Null(await rooms.Recoveries.ReadAsync(id + "!", None));
    }

    [Fact]
    public async Task Transactions_are_one_round_trip_once_the_lease_is_held()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        var room = await rooms.AnotherAsync(faults);
        var lease = await room.Leases.TryAcquireAsync("shop-1", "a", TimeSpan.FromHours(1), None);
        var before = faults.Requests;
        await room.Recoveries.BeginAsync(Samples.NewRecovery(), null, lease!, None);
        await room.Recoveries.SaveStageAsync(Samples.NewRecovery().With(Samples.Planned("next")), null, lease!, None);
        await room.Recoveries.SaveStageAsync(Samples.NewRecovery().With(Samples.End()), null, lease!, None);
        // Of the other two one is the note that it began, which goes beside the transaction, and one strikes it: nothing was done.
        Assert.Equal(5, faults.Requests - before);
    }

    [Fact]
    public async Task Acknowledging_is_kept_and_unknown_ids_are_not_found()
    {
        var rooms = await Rooms.OpenAsync();
        await BegunAsync(rooms, await rooms.TakeAsync("shop-1"));
        Assert.True(await rooms.Recoveries.AcknowledgeAsync("r-1", "ann", "saw it", None));
        var stored = await rooms.Recoveries.ReadAsync("r-1", None);
        Assert.Equal(("ann", "saw it"), (stored!.AcknowledgedBy, stored.AcknowledgedBecause));
        Assert.Equal(Samples.Json(Samples.NewRecovery()), Samples.Json(stored.Recovery));
        Assert.False(await rooms.Recoveries.AcknowledgeAsync("r-9", "ann", "saw it", None));
        Assert.Null(await rooms.Recoveries.ReadAsync("r-9", None));
    }

    [Fact]
    public async Task An_operators_word_is_left_for_one_recovery_and_disturbs_none()
    {
        var rooms = await Rooms.OpenAsync();
        var lease = await rooms.TakeAsync("shop-1");
        Assert.Null(await rooms.Recoveries.ReadSignalAsync(Samples.Shop, "r-1", None));
        var recovery = await BegunAsync(rooms, lease);
        var word = new OperatorSignal(SignalKind.Cancel, "dana", "too long / \"quoted\"", Rooms.Start, Samples.Db2);
        await rooms.Recoveries.PostSignalAsync(Samples.Shop, "r-1", word with { By = "eve" }, None);
        await rooms.Recoveries.PostSignalAsync(Samples.Shop, "r-1", word, None);

        Assert.Equal(word, await (await rooms.AnotherAsync()).Recoveries.ReadSignalAsync(Samples.Shop, "r-1", None));
        Assert.Null(await rooms.Recoveries.ReadSignalAsync(Samples.Shop, "r-2", None));
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery.With(Samples.Planned("fence", new Fence(Samples.Db1))), null, lease, None));
        Assert.Single(await rooms.Recoveries.ReadRecentAsync(Samples.Shop, 10, None));
        await rooms.Recoveries.ForgetAsync(Samples.Shop, None);
        Assert.Null(await rooms.Recoveries.ReadSignalAsync(Samples.Shop, "r-1", None));
    }

    private static async Task<Recovery> BegunAsync(Rooms rooms, Lease lease)
    {
        var recovery = Samples.NewRecovery();
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(recovery, null, lease, None));
        return recovery;
    }

    private static async Task<string[]> RowsAsync(Rooms rooms)
    {
        var rows = new List<string>();
        await foreach (var row in rooms.RecoveryRows.QueryAsync<TableEntity>()) rows.Add($"{row.PartitionKey} {row.RowKey} {row.ETag}");
        return [.. rows];
    }
}
