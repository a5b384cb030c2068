using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

public class MariaDbGtidTests
{
    [Theory]
    [InlineData("0-2315-103", 0, 2315, 103, "0-2315-103")]
    [InlineData(" 00-01-05 ", 0, 1, 5, "0-1-5")]
    [InlineData("4294967295-4294967295-18446744073709551615", uint.MaxValue, uint.MaxValue, ulong.MaxValue, "4294967295-4294967295-18446744073709551615")]
    public void Reads_domain_server_sequence(string text, uint domain, uint server, ulong sequence, string canonical)
    {
        Assert.Equal(new MariaDbGtid(domain, server, sequence), MariaDbGtid.Parse(text));
        Assert.Equal(canonical, MariaDbGtid.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0-1")]
    [InlineData("0-1-5-6")]
    [InlineData("+0-1-5")]
    [InlineData("0 - 1 - 5")]
    [InlineData("a-1-2")]
    [InlineData("4294967296-1-5")]
    [InlineData("0-1-18446744073709551616")]
    [InlineData("0000000b-0000-0000-0000-00000000000b:1")]
    public void Refuses_and_names_the_text(string text)
    {
        Assert.False(MariaDbGtid.TryParse(text, out _, out var problem));
        Assert.StartsWith($"'{text}' is not a MariaDB GTID", problem, StringComparison.Ordinal);
        Assert.Equal(problem, Assert.Throws<FormatException>(() => MariaDbGtid.Parse(text)).Message);
    }
}
