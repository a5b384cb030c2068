using Azure.Data.Tables;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Rows;

public sealed class EntityBatchesTests
{
    private static readonly TableClient Nowhere = new("UseDevelopmentStorage=true", "Nowhere");

    [Fact]
    public void Rows_are_split_by_number()
    {
        Assert.Equal([100, 100, 1], EntityBatches.Split(Rows(201)).Select(p => p.Count));
        Assert.Equal([100], EntityBatches.Split(Rows(100)).Select(p => p.Count));
        Assert.Empty(EntityBatches.Split(Rows(0)));
    }

    [Fact]
    public void Rows_are_split_by_size()
    {
        // Quotes are escaped on the way: 450,000 of them make a request of 2.7 MB.
        var rows = Enumerable.Range(0, 5).Select(i => Write("p", i, Columns.Row("p", $"r{i}").WithLongText("Json", new string('"', Columns.LongestText))));
        Assert.Equal([1, 1, 1, 1, 1], EntityBatches.Split(rows).Select(p => p.Count));
    }

    [Fact]
    public async Task What_must_be_one_transaction_and_cannot_is_refused()
    {
        await RefusesAsync("101 rows", Rows(101));
        await RefusesAsync("0 rows", []);
        await RefusesAsync("several partitions", [Write("p", 1), Write("q", 2)]);
        await RefusesAsync("twice", [Write("p", 1), Write("p", 1)]);
        await RefusesAsync("bytes", [.. Enumerable.Range(0, 2).Select(i => Write("p", i, Columns.Row("p", $"r{i}").WithLongText("Json", new string('"', Columns.LongestText))))]);
    }

    [Fact]
    public async Task The_largest_transaction_we_send_is_accepted()
    {
        var rooms = await Rooms.OpenAsync();
        var rows = Enumerable.Range(0, 100).Select(i => Write("p", i, Columns.Row("p", $"r{i}").WithLongText("Json", new string('x', 38_000)))).ToArray();
        Assert.Equal(100, (await rooms.TopologyRows.CommitAsync(rows, CancellationToken.None)).Count);
    }

    private static async Task RefusesAsync(string because, IReadOnlyCollection<TableTransactionAction> actions) => Assert.Contains(
        because, (await Assert.ThrowsAsync<InvalidOperationException>(() => Nowhere.CommitAsync(actions, CancellationToken.None))).Message, StringComparison.Ordinal);

    private static TableTransactionAction[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => Write("p", i))];

    private static TableTransactionAction Write(string partition, int number, TableEntity? row = null) =>
        new(TableTransactionActionType.UpsertMerge, row ?? Columns.Row(partition, $"r{number}"));
}
