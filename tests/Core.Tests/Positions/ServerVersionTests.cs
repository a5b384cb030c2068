using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

public class ServerVersionTests
{
    [Theory]
    [InlineData("9.7.4", 9, 7, 4, ServerFlavor.MySql)]
    [InlineData("9.7.4-2", 9, 7, 4, ServerFlavor.MySql)]
    [InlineData("8.4.13-0ubuntu0.26.04.2", 8, 4, 13, ServerFlavor.MySql)]
    [InlineData("8.0.46-0ubuntu0.24.04.1", 8, 0, 46, ServerFlavor.MySql)]
    [InlineData("8.0.19-0ubuntu5", 8, 0, 19, ServerFlavor.MySql)]
    [InlineData("5.7.42-log", 5, 7, 42, ServerFlavor.MySql)]
    [InlineData("5.7.42-0ubuntu0.18.04.1-log", 5, 7, 42, ServerFlavor.MySql)]
    [InlineData("5.0.51a-24+lenny5", 5, 0, 51, ServerFlavor.MySql)]
    [InlineData("5.5.5", 5, 5, 5, ServerFlavor.MySql)]
    [InlineData("8.0.36-28", 8, 0, 36, ServerFlavor.MySql)]
    [InlineData("10.11.18-MariaDB-0+deb12u1-log", 10, 11, 18, ServerFlavor.MariaDb)]
    [InlineData("11.8.6-MariaDB", 11, 8, 6, ServerFlavor.MariaDb)]
    [InlineData("11.8.6-MariaDB-0+deb13u1 from Debian-log", 11, 8, 6, ServerFlavor.MariaDb)]
    [InlineData("10.6.16-11-MariaDB-enterprise-log", 10, 6, 16, ServerFlavor.MariaDb)]
    [InlineData("5.5.5-MariaDB", 5, 5, 5, ServerFlavor.MariaDb)]
    public void Reads_what_servers_say(string text, int major, int minor, int patch, ServerFlavor flavor)
    {
        var version = ServerVersion.Parse(text);
        Assert.Equal((major, minor, patch, flavor), (version.Major, version.Minor, version.Patch, version.Flavor));
        Assert.Equal(flavor == ServerFlavor.MariaDb, version.IsMariaDb);
        Assert.Equal(text, version.Text);
        Assert.Equal(text, version.ToString());
    }

    [Fact]
    public void The_greeting_prefix_of_MariaDB_is_dropped()
    {
        var greeted = ServerVersion.Parse("5.5.5-10.11.18-MariaDB");
        Assert.Equal("10.11.18-MariaDB", greeted.Text);
        Assert.Equal(ServerVersion.Parse("10.11.18-MariaDB"), greeted);
        Assert.Equal(5, ServerVersion.Parse("5.5.5-10.11.18").Major);
    }

    [Theory]
    [InlineData("8.0.36-28", "Percona Server (GPL), Release 28, Revision 47601f19", ServerFlavor.Percona)]
    [InlineData("8.0.36", "MySQL Community Server - GPL", ServerFlavor.MySql)]
    [InlineData("8.0.46-0ubuntu0.24.04.5", "(Ubuntu)", ServerFlavor.MySql)]
    [InlineData("11.8.6-MariaDB-0+deb13u1 from Debian-log", "-- Please help get to 10k stars at https://github.com/MariaDB/Server", ServerFlavor.MariaDb)]
    [InlineData("8.0.36", null, ServerFlavor.MySql)]
    public void The_comment_tells_Percona(string text, string? comment, ServerFlavor flavor) =>
        Assert.Equal(flavor, ServerVersion.Parse(text, comment).Flavor);

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("8.0")]
    [InlineData("8")]
    [InlineData("8..1")]
    [InlineData("8.0.")]
    [InlineData("v8.0.36")]
    [InlineData("-8.0.36")]
    [InlineData("MariaDB")]
    [InlineData("8.0.99999999999")]
    public void Refuses_and_names_the_text(string? text)
    {
        Assert.False(ServerVersion.TryParse(text, out var version, out var problem));
        Assert.Null(version);
        Assert.StartsWith($"'{text}' is not a server version", problem, StringComparison.Ordinal);
        if (text is not null) Assert.Equal(problem, Assert.Throws<FormatException>(() => ServerVersion.Parse(text)).Message);
    }

    [Theory]
    [InlineData("8.0.22", true)]
    [InlineData("8.0.46-0ubuntu0.24.04.5", true)]
    [InlineData("8.4.0", true)]
    [InlineData("9.7.4", true)]
    [InlineData("8.0.21", false)]
    [InlineData("8.0.3", false)]
    [InlineData("5.7.42-log", false)]
    public void At_least_compares_numbers_not_text(string text, bool expected) =>
        Assert.Equal(expected, ServerVersion.Parse(text).AtLeast(8, 0, 22));

    [Theory]
    [InlineData("8.0.46", "8.4.13", -1)]
    [InlineData("8.0.9", "8.0.10", -1)]
    [InlineData("9.7.4", "8.4.13", 1)]
    [InlineData("8.0.36-28", "8.0.36", 0)]
    [InlineData("10.11.18-MariaDB", "11.8.6-MariaDB", -1)]
    [InlineData("10.11.18-MariaDB", "8.0.46", null)]
    [InlineData("5.7.42-log", "11.8.6-MariaDB", null)]
    public void Compares_within_a_family_only(string left, string right, int? expected)
    {
        var (a, b) = (ServerVersion.Parse(left), ServerVersion.Parse(right));
        Assert.Equal(expected, a.TryCompare(b));
        Assert.Equal(-expected, b.TryCompare(a));
    }

    [Fact]
    public void Percona_and_MySQL_are_one_family()
    {
        var percona = ServerVersion.Parse("8.0.36-28", "Percona Server (GPL), Release 28");
        Assert.Equal(0, percona.TryCompare(ServerVersion.Parse("8.0.36")));
        Assert.NotEqual(percona, ServerVersion.Parse("8.0.36-28"));
    }
}
