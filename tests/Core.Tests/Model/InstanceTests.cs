using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class InstanceTests
{
    private static Instance Read(string line) => WrittenTopology.Read(line).Members[0].Current!;

    [Theory]
    [InlineData("db2 ro has=A:1-10", true)]
    [InlineData("db2 ro <db1 has=A:1-10 got=A:5-10", true)]
    [InlineData("db2 ro <db1 has=A:1-10 got=A:5-11", false)]
    [InlineData("db2 ro <db1 has=A:1-10", true)]
    [InlineData("db2 ro <db1 detached has=A:1-10 got=A:5-11", false)]
    [InlineData("db2 10.11.8-MariaDB ro <db1 has=0-1-10 got=0-1-10 read=b.000001:9 done=b.000001:4", true)]
    [InlineData("db2 10.11.8-MariaDB ro <db1 has=0-1-10 got=0-1-11", false)]
    [InlineData("db2 10.11.8-MariaDB ro <db1 has=0-1-10 read=b.000001:9 done=b.000001:4", false)]
    [InlineData("db2 10.11.8-MariaDB ro <db1 has=0-1-10 read=b.000001:9 done=b.000001:9", true)]
    [InlineData("db2 10.11.8-MariaDB ro <db1 has=0-1-10", null)]
    [InlineData("db2 10.11.8-MariaDB ro <db1 has=0-1-9,0-2-10 got=0-1-10", false)] // a write by hand took the number
    public void Has_applied_all(string line, bool? expected) => Assert.Equal(expected, Read(line).HasAppliedAll);

    [Fact]
    public void Reachable_joins_what_was_received_and_executed()
    {
        Assert.Equal("A:1-20,B:1-3", WrittenTopology.Shorten(Read("db2 ro <db1 has=A:1-10,B:1-3 got=A:5-20").AllReceived.ToString()));
        Assert.Equal("0-1-10,0-2-15", Read("db2 10.11.8-MariaDB ro <db1 has=0-1-10 got=0-2-15").AllReceived.ToString());
    }

    [Fact]
    public void The_link_is_the_default_channels_or_the_only_one()
    {
        Assert.Null(Read("db2 rw").Link);
        Assert.Equal("db3", Read("db2 ro <db1 channel=a <db3").Link!.Source.Host);
        Assert.Equal("db1", Read("db2 ro <db1 channel=a").Link!.Source.Host);
    }

    [Fact]
    public void The_shape_leaves_out_what_moves_all_the_time()
    {
        var one = Read("db2 ro <db1 has=A:1-10 got=A:1-12 lag=1 quiet=0.1s beat=1s");
        var other = Read("db2 ro <db1 has=A:1-90 got=A:1-92 lag=25 quiet=0.9s beat=1s");
        var lagging = Read("db2 ro <db1 has=A:1-90 got=A:1-92 lag=45 quiet=0.9s beat=1s");
        Assert.Equal(Json.Of(one.Structure), Json.Of(other.Structure));
        Assert.NotEqual(Json.Of(one.Structure), Json.Of(lagging.Structure));
        Assert.NotEqual(Json.Of(one.Structure), Json.Of(Read("db2 rw <db1 has=A:1-10").Structure));
    }
}
