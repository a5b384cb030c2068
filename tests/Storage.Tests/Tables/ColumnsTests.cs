using Azure.Data.Tables;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Tables;

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
        Assert.Throws<InvalidOperationException>(() => Columns.Row("p", "r").WithLongText("Json", new string('x', Columns.LongestText + 1)));

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
