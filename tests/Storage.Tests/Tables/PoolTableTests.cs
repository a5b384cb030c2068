using Azure.Data.Tables;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class PoolTableTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_pool_is_what_was_saved_last()
    {
        var rooms = await Rooms.OpenAsync();
        var (pools, other) = (rooms.Room.Pools, (await rooms.AnotherAsync()).Pools);
        Assert.Empty(await pools.ReadPoolsAsync(None));
        await pools.SavePoolAsync(Of("readers", Samples.Db1, Samples.Db2), None);
        await pools.SavePoolAsync(Of("Readers:eu", Samples.Db3), None);
        await other.SavePoolAsync(Of("readers", Samples.Db2) with { By = "ben", At = Rooms.Start.AddHours(1) }, None);

        var read = await other.ReadPoolsAsync(None);
        Assert.Equal(["Readers:eu", "readers"], read.Select(p => p.Name));
        Assert.Equal(("ben", Rooms.Start.AddHours(1)), (read[1].By, read[1].At));
        Assert.Equal([Samples.Db2], read[1].Servers);
    }

    [Fact]
    public async Task Without_a_server_there_is_no_such_pool()
    {
        var pools = (await Rooms.OpenAsync()).Room.Pools;
        await pools.SavePoolAsync(Of("readers", Samples.Db1), None);
        await pools.SavePoolAsync(Of("readers"), None);
        await pools.SavePoolAsync(Of("readers"), None);
        Assert.Empty(await pools.ReadPoolsAsync(None));
    }

    [Fact]
    public async Task As_many_servers_as_are_allowed_fit()
    {
        var pools = (await Rooms.OpenAsync()).Room.Pools;
        InstanceKey[] most = [.. Enumerable.Range(0, 5000).Select(i => new InstanceKey($"{i}.".PadLeft(60, 'x') + "example.com", 3306))];
        await pools.SavePoolAsync(Of("all", most), None);
        Assert.Equal(most, (await pools.ReadPoolsAsync(None))[0].Servers);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_passed_over()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Room.Pools.SavePoolAsync(Of("readers", Samples.Db1), None);
        await rooms.Table("Settings").AddEntityAsync(new TableEntity("pools", "later") { ["Servers0"] = "{}", ["ServersParts"] = 1L });
        Assert.Equal(["readers"], (await rooms.Room.Pools.ReadPoolsAsync(None)).Select(p => p.Name));
        Assert.Single(rooms.Log.Lines);
    }

    private static StoredPool Of(string name, params InstanceKey[] servers) => new(name, [.. servers], "ann", Rooms.Start);
}
