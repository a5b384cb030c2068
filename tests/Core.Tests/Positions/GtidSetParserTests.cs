using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

public class GtidSetParserTests
{
    private const string Upper = "3E11FA47-71CA-11E1-9E33-C80AA9429562";
    private const string U = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

    /// <summary>Right-hand sides are what MySQL 9.7.4 printed for GTID_SUBTRACT(left, '').</summary>
    [Theory]
    [InlineData(Upper + ":1-3:5", U + ":1-3:5")]
    [InlineData(Upper + ":5:1-3", U + ":1-3:5")]
    [InlineData(Upper + ":1-3:4", U + ":1-4")]
    [InlineData(Upper + ":4:1-3:2-9", U + ":1-9")]
    [InlineData(Upper + ":1-3:ab1:1:blue:1-2", U + ":1-3:ab1:1:blue:1-2")]
    [InlineData(Upper + ":Blue:1-2:AB1:1:1-5", U + ":ab1:1-5:blue:1-2")]
    [InlineData(Upper + ":_x:1:a:2:_:3", U + ":_:3:_x:1:a:2")]
    [InlineData(Upper + ":a_b:1:a1:2:ab:3:a__:4", U + ":a1:2:a__:4:a_b:1:ab:3")]
    [InlineData(Upper + ":1:_x:1," + Upper + ":7:_x:2", U + ":1:7:_x:1-2")]
    [InlineData(Upper + ":_x:1:_x:2", U + ":_x:1-2")]
    [InlineData(Upper + ":a:1," + Upper + ":7", U + ":7:a:1")]
    [InlineData(Upper + ":1:a:1:3-4, " + Upper + ":a:2", U + ":1:a:1-4")]
    [InlineData(Upper + ":automatic:1", U + ":automatic:1")]
    [InlineData(Upper + ":aaaaaaaaaabbbbbbbbbbccccccccccdd:1", U + ":aaaaaaaaaabbbbbbbbbbccccccccccdd:1")]
    [InlineData("", "")]
    [InlineData(" , ", "")]
    [InlineData(Upper + ":1,", U + ":1")]
    [InlineData("," + Upper + ":1", U + ":1")]
    [InlineData(Upper + ":1,," + Upper + ":2", U + ":1-2")]
    [InlineData(Upper + ":1-9223372036854775806", U + ":1-9223372036854775806")]
    [InlineData(Upper + ":9223372036854775806", U + ":9223372036854775806")]
    [InlineData(Upper + ":01-03", U + ":1-3")]
    [InlineData(Upper + ":1 - 3 : 5", U + ":1-3:5")]
    [InlineData(Upper + " : 1", U + ":1")]
    [InlineData(Upper + ":a :1", U + ":a:1")]
    [InlineData("3E11FA4771CA11E19E33C80AA9429562:1", U + ":1")]
    [InlineData("00000000-0000-0000-0000-000000000000:1", "00000000-0000-0000-0000-000000000000:1")]
    public void Reads_what_MySQL_reads_and_prints_what_it_prints(string written, string printed)
    {
        var set = GtidSet.Parse(written);
        Assert.Equal(printed, set.ToString());
        Assert.Equal(set, GtidSet.Parse(printed));
    }

    /// <summary>As MySQL 9.7.4 sorted them.</summary>
    [Fact]
    public void Sources_are_sorted_as_text()
    {
        string[] sorted =
        [
            "00000000-0000-0000-0000-0a0000000000:1", "00000000-00a0-0000-0000-000000000000:1", "00000000-0a00-0000-0000-000000000000:1",
            "000000a0-0000-0000-0000-000000000000:1", "00000a00-0000-0000-0000-000000000000:1", "0a000000-0000-0000-0000-000000000000:1",
            "ffff0000-ffff-ffff-ffff-000000000000:1",
        ];
        Assert.Equal(string.Join(',', sorted), GtidSet.Parse(string.Join(",\n", sorted.Reverse())).ToString());
    }

    [Fact]
    public void Reads_a_result_column_with_line_breaks_after_commas()
    {
        const string Column = "0000000b-0000-0000-0000-00000000000b:1-3:ab1:1:blue:1-2,\n0000000c-0000-0000-0000-00000000000c:5:9";
        Assert.Equal(Column.Replace("\n", "", StringComparison.Ordinal), GtidSet.Parse(Column).ToString());
    }

    [Theory]
    [InlineData("abc:1", 1, "'abc'", "uuid")]
    [InlineData(":", 1, "''", "uuid")]
    [InlineData("{" + U + "}:1", 1, "'{" + U + "}'", "uuid")]
    [InlineData("3E11FA47-71CA-11E1-9E33-C80AA942956:1", 1, "'3E11FA47-71CA-11E1-9E33-C80AA942956'", "uuid")]
    [InlineData("3E11FA47-71CA11E1-9E33-C80AA9429562:1", 1, "'3E11FA47-71CA11E1-9E33-C80AA9429562'", "uuid")]
    [InlineData("+E11FA47-71CA-11E1-9E33-C80AA9429562:1", 1, "'+E11FA47-71CA-11E1-9E33-C80AA9429562'", "uuid")]
    [InlineData(U + ":1\n, 0-1-100", 42, "'0-1-100'", "uuid")]
    [InlineData(U, 37, "'" + U + "'", "no transaction numbers")]
    [InlineData(U + ":a", 39, "'a'", "no transaction numbers")]
    [InlineData(U + ":1:a:b:2", 42, "'a'", "no transaction numbers")]
    [InlineData(U + ":", 38, "''", "neither numbers nor a tag")]
    [InlineData(U + ":1:", 40, "''", "neither numbers nor a tag")]
    [InlineData(U + ":1::2", 40, "''", "neither numbers nor a tag")]
    [InlineData(U + ":a:", 40, "''", "neither numbers nor a tag")]
    [InlineData(U + ":+1", 38, "'+1'", "neither numbers nor a tag")]
    [InlineData(U + ":-1", 38, "'-1'", "neither numbers nor a tag")]
    [InlineData(U + ":1-", 38, "'1-'", "neither numbers nor a tag")]
    [InlineData(U + ":1-2-3", 38, "'1-2-3'", "neither numbers nor a tag")]
    [InlineData(U + ":1a:1", 38, "'1a'", "neither numbers nor a tag")]
    [InlineData(U + ":1 2", 38, "'1 2'", "neither numbers nor a tag")]
    [InlineData(U + ":1;" + U + ":2", 38, "'1;" + U + "'", "neither numbers nor a tag")]
    [InlineData(U + ":\u0663", 38, "'\u0663'", "neither numbers nor a tag")]
    [InlineData(U + ":0", 38, "'0'", "out of range")]
    [InlineData(U + ":0-5", 38, "'0-5'", "out of range")]
    [InlineData(U + ":1-9223372036854775807", 38, "'1-9223372036854775807'", "out of range")]
    [InlineData(U + ":99999999999999999999", 38, "'99999999999999999999'", "out of range")]
    [InlineData(U + ":1:7:5-3", 42, "'5-3'", "backwards")]
    [InlineData(U + ":a-b:1", 38, "'a-b'", "not a tag")]
    [InlineData(U + ":a b:1", 38, "'a b'", "not a tag")]
    [InlineData(U + ":\u00e4:1", 38, "'\u00e4'", "neither numbers nor a tag")]
    [InlineData(U + ":aaaaaaaaaabbbbbbbbbbccccccccccdde:1", 38, "'aaaaaaaaaabbbbbbbbbbccccccccccdde'", "not a tag")]
    public void Refuses_and_names_the_part_and_the_place(string text, int place, string part, string because)
    {
        Assert.False(GtidSet.TryParse(text, out var set, out var problem));
        Assert.Null(set);
        Assert.StartsWith($"GTID set, character {place}: {part}", problem, StringComparison.Ordinal);
        Assert.Contains(because, problem, StringComparison.Ordinal);
        Assert.Equal(problem, Assert.Throws<FormatException>(() => GtidSet.Parse(text)).Message);
    }

    [Fact]
    public void A_missing_text_is_not_an_empty_set()
    {
        Assert.False(GtidSet.TryParse(null, out _, out var problem));
        Assert.Contains("missing", problem, StringComparison.Ordinal);
        Assert.True(GtidSet.TryParse("\n", out var set, out var none));
        Assert.Same("", set.ToString());
        Assert.Null(none);
    }
}
