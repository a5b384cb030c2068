using Azure;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests;

public sealed class StorageRoomTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_store_that_hangs_is_an_error_within_a_bound_and_works_again_afterwards()
    {
        await using var azurite = await AzuriteServer.StartAsync();
        var rooms = await Rooms.OpenAsync(azurite.ConnectionString);
        var lease = await rooms.TakeAsync("shop-1");
        var recovery = Samples.NewRecovery();
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.BeginAsync(recovery, null, lease, None));
        recovery = recovery.With(Samples.Planned("next"));

        azurite.Stop();
        try
        {
            var hung = await Assert.ThrowsAnyAsync<Exception>(
                () => rooms.Recoveries.SaveStageAsync(recovery, null, lease, None).WaitAsync(TimeSpan.FromMinutes(1), None));
            Assert.IsNotType<TimeoutException>(hung); // ours came first
        }
        finally
        {
            azurite.Continue();
        }
        Assert.Equal(WriteOutcome.Written, await rooms.Recoveries.SaveStageAsync(recovery, null, lease, None));
        Assert.Equal(Samples.Json(recovery), Samples.Json(await rooms.Recoveries.ReadActiveAsync(Samples.Shop, None)));
    }

    [Fact]
    public async Task A_hanging_store_is_left_when_the_caller_has_no_more_time()
    {
        await using var azurite = await AzuriteServer.StartAsync();
        var rooms = await Rooms.OpenAsync(azurite.ConnectionString);
        azurite.Stop();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rooms.Leases.TryAcquireAsync("shop-1", "a", TimeSpan.FromHours(1), patience.Token));
        azurite.Continue();
    }

    [Fact]
    public async Task A_store_that_is_gone_is_an_error()
    {
        var azurite = await AzuriteServer.StartAsync();
        await using var _ = azurite;
        var rooms = await Rooms.OpenAsync(azurite.ConnectionString);
        azurite.Kill();
        var gone = await Assert.ThrowsAnyAsync<Exception>(() => rooms.Room.Settings.IsRecoveryEnabledAsync(None));
        Assert.True(gone is RequestFailedException or AggregateException);
    }

    [Fact]
    public async Task Opening_again_keeps_what_is_there()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Room.Settings.SetRecoveryEnabledAsync(false, "ann", "test", None);
        Assert.False(await (await rooms.AnotherAsync()).Settings.IsRecoveryEnabledAsync(None));
    }
}
