using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests.Rows;

public sealed class ColumnsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Columns.LongestPart)]
    [InlineData(Columns.LongestPart + 1)]
    [InlineData(Columns.LongestText)]
    public void Texts_of_every_length_come_back(int length)
    {
        var text = new string('x', length);
        var row = Columns.Row("p", "r").WithLongText("Json", text);
        Assert.Equal(text, row.LongText("Json"));
        Assert.All(Texts(row), v => Assert.True(v.Length <= Columns.LongestPart));
    }

    [Fact]
    public void A_character_of_two_units_is_not_cut()
    {
        var text = "x" + string.Concat(Enumerable.Repeat("🐬", Columns.LongestPart));
        var row = Columns.Row("p", "r").WithLongText("Json", text);
        Assert.Equal(text, row.LongText("Json"));
        Assert.All(Texts(row), v => Assert.False(char.IsLowSurrogate(v[0])));
    }

    [Fact]
    public void A_text_longer_than_a_row_is_refused() =>
        Assert.Throws<StorageLimitException>(() => Columns.Row("p", "r").WithLongText("Json", new string('x', Columns.LongestText + 1)));

    [Fact]
    public void A_value_people_can_read_stays_readable_and_a_long_one_is_packed()
    {
        var (brief, tedious) = (new string('x', Columns.LongestPart - 2), string.Concat(Enumerable.Range(1, 300_000).Select(i => $"{i * 7}:")));
        var readable = Columns.Row("p", "r").WithJson("Json", brief);
        Assert.Equal('"' + brief + '"', Assert.Single(Texts(readable)));
        var packed = Columns.Row("p", "r").WithJson("Json", tedious);
        Assert.Empty(Texts(packed));
        Assert.All(packed.Select(c => c.Value).OfType<byte[]>(), part => Assert.True(part.Length <= Columns.LongestPackedPart));
        Assert.True(packed.TryJson<string>("Json", NullLogger.Instance, out var back));
        Assert.Equal(tedious, back);
    }

    [Fact]
    public void A_packed_value_takes_the_place_of_a_text_and_a_text_that_of_a_packed_value()
    {
        string[] values = ["short", new string('y', 100_000), "short again"];
        var merged = Columns.Row("p", "r");
        foreach (var value in values)
        {
            foreach (var (column, cell) in Columns.Row("p", "r").WithJson("Json", value)) merged[column] = cell;
            Assert.True(merged.TryJson<string>("Json", NullLogger.Instance, out var back));
            Assert.Equal(value, back);
        }
    }

    [Fact]
    public void A_value_that_is_too_long_even_packed_is_refused_with_its_size_and_the_limit()
    {
        var random = new Random(7);
        var text = string.Concat(Enumerable.Range(0, 2_000_000).Select(_ => (char)random.Next('0', 'z')));
        var refusal = Assert.Throws<StorageLimitException>(() => Columns.Row("p", "db1").WithJson("Json", text));
        Assert.StartsWith("Json of row p db1 has 2", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith($"a row holds {Columns.LongestPacked}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_packed_here_is_absent_and_no_error()
    {
        var row = Columns.Row("p", "r");
        (row["Json0"], row["JsonParts"]) = ((byte[])[255, 255, 255], 1);
        Assert.False(row.TryJson<string>("Json", NullLogger.Instance, out _, out var problem));
        Assert.Contains("packed text of 3 bytes", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_of_a_strange_type_are_absent()
    {
        var row = Columns.Row("p", "r");
        (row["A"], row["B"]) = (true, "text");
        Assert.Equal(("", (long?)null, (DateTimeOffset?)null), (row.Text("A"), row.Number("A"), row.Instant("A")));
        Assert.Equal(((bool?)null, ""), (row.Flag("B"), row.LongText("C")));
    }

    private static IEnumerable<string> Texts(TableEntity row) => row.Where(c => c.Key.StartsWith("Json", StringComparison.Ordinal)).Select(c => c.Value).OfType<string>();
}
