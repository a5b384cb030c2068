using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

public class GtidTests
{
    private const string Source = "0000000b-0000-0000-0000-00000000000b";

    [Theory]
    [InlineData(Source + ":7", "", 7)]
    [InlineData(" 0000000B00000000000000000000000B : Blue : 7 ", "blue", 7)]
    [InlineData(Source + ":_1:9223372036854775806", "_1", GtidInterval.Highest)]
    public void Reads_one_transaction(string text, string tag, long number)
    {
        var gtid = Gtid.Parse(text);
        Assert.Equal(new Gtid(Guid.Parse(Source), tag, number), gtid);
        Assert.Equal(gtid, Gtid.Parse(gtid.ToString()));
    }

    [Fact]
    public void Writes_the_tag_between_source_and_number()
    {
        Assert.Equal(Source + ":7", new Gtid(Guid.Parse(Source), "", 7).ToString());
        Assert.Equal(Source + ":blue:7", new Gtid(Guid.Parse(Source), "BLUE", 7).ToString());
        Assert.Equal(new Gtid(Guid.Parse(Source), "blue", 7), new Gtid(Guid.Parse(Source), "Blue", 7));
    }

    [Theory]
    [InlineData(Source + ":1-2", "not one GTID but 2")]
    [InlineData("", "not one GTID but 0")]
    [InlineData(Source + ":0", "'0' is out of range")]
    [InlineData(Source, "has no transaction numbers")]
    public void Refuses_more_and_less(string text, string because)
    {
        Assert.False(Gtid.TryParse(text, out _, out var problem));
        Assert.Contains(because, problem, StringComparison.Ordinal);
        Assert.Equal(problem, Assert.Throws<FormatException>(() => Gtid.Parse(text)).Message);
    }

    [Fact]
    public void Cannot_be_made_with_a_bad_tag_or_number()
    {
        Assert.Contains("'1a'", Assert.Throws<ArgumentException>(() => new Gtid(Guid.Empty, "1a", 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gtid(Guid.Empty, "", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gtid(Guid.Empty, "", long.MaxValue));
        Assert.Equal("", default(Gtid).Tag);
    }
}
