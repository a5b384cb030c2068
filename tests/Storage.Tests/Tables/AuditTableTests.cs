using Azure.Data.Tables;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class AuditTableTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_newest_acts_come_first_of_one_cluster_and_of_all()
    {
        var rooms = await Rooms.OpenAsync();
        var audit = rooms.Room.Audit;
        AuditEntry[] entries =
        [
            new(Rooms.Start, "ann", "disable", null, null, "no recoveries during the \"move\""),
            new(Rooms.Start.AddTicks(1), "watcher a", "recover", Samples.Shop, Samples.Db3, new string('ä', 70_000)),
            new(Rooms.Start.AddTicks(2), "ann", "enable", Samples.Wiki, null, ""),
            new(Rooms.Start.AddTicks(2), "ann", "forget", Samples.Shop, Samples.Db1, "at the same instant"),
        ];
        foreach (var entry in entries) await audit.WriteAsync(entry, None);

        var all = await audit.ReadAsync(null, 10, None);
        Assert.Equal([entries[1], entries[0]], all[2..]);
        Assert.Equal(["enable", "forget"], all[..2].Select(e => e.Act).Order());
        Assert.Equal([entries[3], entries[1]], await audit.ReadAsync(Samples.Shop, 10, None));
        Assert.Equal([entries[3]], await audit.ReadAsync(Samples.Shop, 1, None));
        Assert.Empty(await audit.ReadAsync(null, 0, None));
    }

    [Fact]
    public async Task Old_acts_are_removed_some_at_a_time()
    {
        var rooms = await Rooms.OpenAsync();
        for (var day = 0; day < 130; day++) await rooms.Room.Audit.WriteAsync(new(Rooms.Start.AddDays(-day), "ann", "enable", null, null, ""), None);
        Assert.Equal(110, await rooms.Room.Audit.CleanAsync(Rooms.Start.AddDays(-9.5), 110, None));
        Assert.Equal(10, await rooms.Room.Audit.CleanAsync(Rooms.Start.AddDays(-9.5), 110, None));
        Assert.Equal(0, await rooms.Room.Audit.CleanAsync(Rooms.Start.AddDays(-9.5), 110, None));
        Assert.Equal(10, (await rooms.Room.Audit.ReadAsync(null, 200, None)).Length);
    }

    [Fact]
    public async Task A_lost_answer_does_not_write_an_act_twice()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        var audit = (await rooms.AnotherAsync(faults)).Audit;
        faults.LoseAnswer(match: "POST");
        await audit.WriteAsync(new(Rooms.Start, "ann", "enable", null, null, ""), None);
        Assert.Equal(1, faults.Injected);
        Assert.Single(await audit.ReadAsync(null, 10, None));
    }

    [Fact]
    public async Task An_unreadable_row_is_passed_over()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Room.Audit.WriteAsync(new(Rooms.Start, "ann", "enable", null, null, ""), None);
        var table = rooms.Table("Audit");
        await table.AddEntityAsync(new TableEntity("audit", "0!1") { ["Schema"] = 5 });
        await table.AddEntityAsync(new TableEntity("audit", "0!2") { ["At"] = Rooms.Start, ["Instance"] = "no:port" });
        await table.AddEntityAsync(new TableEntity("audit", "0!3") { ["At"] = Rooms.Start, ["Cluster"] = "?" });
        Assert.Single(await rooms.Room.Audit.ReadAsync(null, 10, None));
        Assert.Equal(3, rooms.Log.Lines.Count);
    }
}
