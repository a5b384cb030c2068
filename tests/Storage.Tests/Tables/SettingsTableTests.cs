using Azure.Data.Tables;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class SettingsTableTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Recoveries_are_enabled_until_somebody_disables_them()
    {
        var settings = (await Rooms.OpenAsync()).Room.Settings;
        Assert.True(await settings.IsRecoveryEnabledAsync(None));
        await settings.SetRecoveryEnabledAsync(false, "ann", "moving house", None);
        Assert.False(await settings.IsRecoveryEnabledAsync(None));
        await settings.SetRecoveryEnabledAsync(true, "ann", "moved", None);
        Assert.True(await settings.IsRecoveryEnabledAsync(None));
    }

    [Fact]
    public async Task A_switch_that_cannot_be_read_is_off()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Table("Settings").AddEntityAsync(new TableEntity("switches", "recovery") { ["Schema"] = 8, ["Enabled"] = "mostly" });
        Assert.False(await rooms.Room.Settings.IsRecoveryEnabledAsync(None));
        Assert.Single(rooms.Log.Lines);
    }

    [Fact]
    public async Task The_number_of_shards_is_kept()
    {
        var settings = (await Rooms.OpenAsync()).Room.Settings;
        Assert.Null(await settings.ReadShardsAsync(None));
        await settings.SaveShardsAsync(3, None);
        await settings.SaveShardsAsync(2, None);
        Assert.Equal(2, await settings.ReadShardsAsync(None));
        Assert.True(await settings.IsRecoveryEnabledAsync(None));
    }

    [Fact]
    public async Task The_last_sign_of_life_of_a_shard_is_kept()
    {
        var settings = (await Rooms.OpenAsync()).Room.Settings;
        Assert.Null(await settings.ReadBeatAsync("watch/0", None));
        await settings.BeatAsync("watch/0", "a", Rooms.Start, None);
        await settings.BeatAsync("watch/0", "b", Rooms.Start.AddTicks(7), None);
        await settings.BeatAsync("watch/1", "c", Rooms.Start.AddHours(1), None);
        Assert.Equal(("b", Rooms.Start.AddTicks(7)), await settings.ReadBeatAsync("watch/0", None));
    }
}
