using Azure.Data.Tables;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;

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

    [Fact]
    public async Task The_last_word_of_every_vantage_point_is_kept_by_shard()
    {
        var settings = (await Rooms.OpenAsync()).Room.Settings;
        Assert.Empty(await settings.ReadReportsAsync("watch/0", None));
        await settings.ReportAsync("watch/0", new VantageReport("eu-west.1", Rooms.Start, [Key(1), Key(2)]), None);
        await settings.ReportAsync("watch/0", new VantageReport("eu-west.1", Rooms.Start.AddSeconds(1), [Key(2)]), None);
        await settings.ReportAsync("watch/0", new VantageReport("north", Rooms.Start, []), None);
        await settings.ReportAsync("watch/1", new VantageReport("north", Rooms.Start, [Key(3)]), None);

        var reports = (await settings.ReadReportsAsync("watch/0", None)).OrderBy(r => r.Vantage, StringComparer.Ordinal).ToArray();
        Assert.Equal(["eu-west.1", "north"], reports.Select(r => r.Vantage));
        Assert.Equal([Rooms.Start.AddSeconds(1), Rooms.Start], reports.Select(r => r.At));
        Assert.Equal([Key(2)], reports[0].Dead);
        Assert.Empty(reports[1].Dead);
        Assert.Null(await settings.ReadBeatAsync("watch/0", None));
    }

    [Fact]
    public async Task A_vantage_point_that_finds_everything_dead_can_say_so()
    {
        var settings = (await Rooms.OpenAsync()).Room.Settings;
        await settings.ReportAsync("watch/0", new VantageReport("west", Rooms.Start, [.. Enumerable.Range(0, 5000).Select(i => new InstanceKey(new string('a', 200) + i, 3306))]), None);
        var report = Assert.Single(await settings.ReadReportsAsync("watch/0", None));
        Assert.InRange(report.Dead.Length, 1000, 5000);
    }

    [Fact]
    public async Task A_word_that_cannot_be_read_agrees_with_nobody()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Table("Settings").AddEntityAsync(new TableEntity("vantages!watch=2F0", "west") { ["Schema"] = 8, ["At"] = Rooms.Start, ["Dead0"] = "{", ["DeadParts"] = 1 });
        Assert.Empty(await rooms.Room.Settings.ReadReportsAsync("watch/0", None));
        Assert.Single(rooms.Log.Lines);
    }

    private static InstanceKey Key(int i) => new($"db{i}", 3306);
}
