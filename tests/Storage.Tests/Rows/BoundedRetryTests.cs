using Azure;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests.Rows;

public sealed class BoundedRetryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<int> Passing { get; } = [408, 429, 500, 502, 503, 504, 412];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task A_recovery_is_written_once_through_answers_that_pass(int status)
    {
        var (rooms, room, faults) = await OpenAsync();
        var (lease, recovery) = await BeginAsync(room, () => faults.Refuse(status, times: 2, match: "$batch"));
        recovery = recovery.With(Samples.Planned("next"));
        faults.Refuse(status, times: 3, match: "$batch");
        Assert.Equal(WriteOutcome.Written, await room.Recoveries.SaveStageAsync(recovery, null, lease, None));
        recovery = recovery.With(Samples.End());
        faults.Refuse(status, match: "$batch");
        Assert.Equal(WriteOutcome.Written, await room.Recoveries.SaveStageAsync(recovery, null, lease, None));
        await IsOnceAsync(rooms, recovery, faults, injected: 6);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(412)]
    public async Task A_recovery_is_written_once_although_the_answers_were_lost(int status)
    {
        var (rooms, room, faults) = await OpenAsync();
        var (lease, recovery) = await BeginAsync(room, () => faults.LoseAnswer(match: "$batch", status: status));
        recovery = recovery.With(Samples.Planned("next"));
        faults.LoseAnswer(times: 2, match: "$batch", status: status);
        Assert.Equal(WriteOutcome.Written, await room.Recoveries.SaveStageAsync(recovery, null, lease, None));
        recovery = recovery.With(Samples.End());
        faults.LoseAnswer(match: "$batch", status: status);
        Assert.Equal(WriteOutcome.Written, await room.Recoveries.SaveStageAsync(recovery, null, lease, None));
        await IsOnceAsync(rooms, recovery, faults, injected: 4);
    }

    [Fact]
    public async Task The_same_id_is_taken_even_when_the_answer_of_the_refused_write_was_lost()
    {
        var (rooms, room, faults) = await OpenAsync();
        var (lease, recovery) = await BeginAsync(rooms.Room, () => { });
        faults.LoseAnswer(match: "$batch");
        Assert.Equal(WriteOutcome.Taken, await room.Recoveries.BeginAsync(recovery, null, lease, None));
    }

    [Fact]
    public async Task Held_records_and_sightings_are_written_once_although_the_answers_were_lost()
    {
        var (_, room, faults) = await OpenAsync();
        faults.LoseAnswer(times: 3, match: "$batch");
        for (var i = 0; i < 3; i++) await room.Recoveries.RecordHeldAsync(Samples.Held($"h-{i}", "filtered", Rooms.Start.AddSeconds(i)), None);
        Assert.Single(await room.Recoveries.ReadRecentAsync(Samples.Shop, 10, None));
        faults.LoseAnswer(match: "$batch");
        await room.Topologies.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1), Samples.Sighting(Samples.Db2)], None);
        faults.LoseAnswer(match: "$batch");
        await room.Topologies.ForgetAsync(Samples.Shop, [Samples.Db1], None);
        Assert.Equal([Samples.Db2], (await room.Topologies.ReadAsync(Samples.Shop, None))!.Members.Select(m => m.Key));
        Assert.Equal(5, faults.Injected);
    }

    [Fact]
    public async Task Reads_and_switches_go_through_answers_that_pass()
    {
        var (_, room, faults) = await OpenAsync();
        faults.Refuse(503, times: 2);
        faults.Refuse(429, retryAfter: 1);
        await room.Settings.SetRecoveryEnabledAsync(false, "ann", "test", None);
        faults.Refuse(500, times: 3);
        Assert.False(await room.Settings.IsRecoveryEnabledAsync(None));
        Assert.Equal(6, faults.Injected);
    }

    [Fact]
    public async Task What_does_not_pass_is_an_error_after_four_attempts()
    {
        var (_, room, faults) = await OpenAsync();
        faults.Refuse(503, times: 100);
        var before = faults.Requests;
        Assert.Equal(503, (await Assert.ThrowsAsync<RequestFailedException>(() => room.Settings.IsRecoveryEnabledAsync(None))).Status);
        Assert.Equal(BoundedRetry.MostRetries + 1, faults.Requests - before);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_long_wait_is_not_waited_for()
    {
        var (_, room, faults) = await OpenAsync();
        faults.Refuse(429, retryAfter: 3600);
        Assert.Equal(429, (await Assert.ThrowsAsync<RequestFailedException>(() => room.Settings.IsRecoveryEnabledAsync(None))).Status);
        Assert.Equal(1, faults.Injected);
    }

    [Fact]
    public async Task What_is_final_is_not_tried_again()
    {
        var (_, room, faults) = await OpenAsync();
        var before = faults.Requests;
        faults.Refuse(403);
        await Assert.ThrowsAsync<RequestFailedException>(() => room.Recoveries.ReadLedgerAsync(new ClusterId("none"), None));
        Assert.Equal(1, faults.Requests - before);
    }

    private static async Task<(Rooms, AzureStorage, Faults)> OpenAsync()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        return (rooms, await rooms.AnotherAsync(faults), faults);
    }

    private static async Task<(Lease, Recovery)> BeginAsync(AzureStorage room, Action disturb)
    {
        var lease = await room.Leases.TryAcquireAsync("shop-1", "a", TimeSpan.FromHours(1), None);
        var recovery = Samples.NewRecovery();
        disturb();
        Assert.Equal(WriteOutcome.Written, await room.Recoveries.BeginAsync(recovery, null, lease!, None));
        return (lease!, recovery);
    }

    private static async Task IsOnceAsync(Rooms rooms, Recovery recovery, Faults faults, int injected)
    {
        Assert.Equal(injected, faults.Injected);
        var stored = Assert.Single(await rooms.Recoveries.ReadRecentAsync(null, 10, None));
        Assert.Equal(Samples.Json(recovery), Samples.Json(stored.Recovery));
        Assert.Empty(await rooms.Recoveries.ReadActiveClustersAsync(None));
    }
}
