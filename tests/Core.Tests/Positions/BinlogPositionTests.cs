using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

public class BinlogPositionTests
{
    [Theory]
    [InlineData("binlog.000001:793", "binlog.000001", 793)]
    [InlineData("mysql-bin.1000000:4", "mysql-bin.1000000", 4)]
    [InlineData(" db1.example.com-relay-bin.000002:0 ", "db1.example.com-relay-bin.000002", 0)]
    [InlineData("binlog.000001:9223372036854775807", "binlog.000001", long.MaxValue)]
    public void Reads_file_and_position(string text, string file, long position)
    {
        var read = BinlogPosition.Parse(text);
        Assert.Equal(new BinlogPosition(file, position), read);
        Assert.Equal(text.Trim(), read.ToString());
    }

    [Theory]
    [InlineData("binlog.000001", "'binlog.000001' is not a binary log position")]
    [InlineData("", "'' is not a binary log position")]
    [InlineData(null, "is not a binary log position")]
    [InlineData("binlog.000001:", "'' in 'binlog.000001:'")]
    [InlineData("binlog.000001:-4", "'-4'")]
    [InlineData("binlog.000001:9223372036854775808", "'9223372036854775808'")]
    [InlineData("binlog:4", "'binlog' is not a log file")]
    [InlineData(".000001:4", "'.000001' is not a log file")]
    [InlineData("binlog.index:4", "'binlog.index' is not a log file")]
    [InlineData(":4", "'' is not a log file")]
    public void Refuses_and_names_the_part(string? text, string because)
    {
        Assert.False(BinlogPosition.TryParse(text, out var position, out var problem));
        Assert.Null(position);
        Assert.Contains(because, problem, StringComparison.Ordinal);
        if (text is not null) Assert.Equal(problem, Assert.Throws<FormatException>(() => BinlogPosition.Parse(text)).Message);
    }

    [Fact]
    public void Cannot_be_made_of_a_bad_file_or_position()
    {
        Assert.Contains("'binlog'", Assert.Throws<ArgumentException>(() => new BinlogPosition("binlog", 4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinlogPosition("binlog.000001", -1));
    }

    [Theory]
    [InlineData("binlog.000001:793", "binlog.000001:794", -1)]
    [InlineData("binlog.000002:4", "binlog.000001:793", 1)]
    [InlineData("binlog.999999:4", "binlog.1000000:4", -1)]
    [InlineData("binlog.000001:4", "binlog.000001:4", 0)]
    [InlineData("binlog.000001:4", "binlog.1:4", 0)]
    [InlineData("binlog.000001:4", "mysql-bin.000001:4", null)]
    [InlineData("binlog.000001:4", "Binlog.000001:4", null)]
    public void Compares_number_then_position_and_only_within_one_base_name(string left, string right, int? expected)
    {
        var (a, b) = (BinlogPosition.Parse(left), BinlogPosition.Parse(right));
        Assert.Equal(expected, a.TryCompare(b) is { } order ? Math.Sign(order) : null);
        Assert.Equal(-expected, b.TryCompare(a) is { } back ? Math.Sign(back) : null);
    }
}
