using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class UnappliedTransactionsTests
{
    [Theory]
    [InlineData("<db1 has=A:1-9", "has=A:1-9", null)]
    [InlineData("<db1 has=A:1-5 got=A:3-5", "has=A:1-9", null)]
    [InlineData("<db1 has=A:1-5 got=A:1-8", "has=A:1-9", null)]
    [InlineData("<db1 has=A:1-5 got=A:1-8", "has=A:1-7", "has received A:6-8 and not applied it, and db2:3306 lacks it")]
    [InlineData("<db1 has=A:1-5 got=A:1-8", "has=A:1-7 got=A:1-9", "has received A:6-8 and not applied it, and db2:3306 lacks it")]
    public void What_was_received_and_not_applied_is_forgotten_only_when_the_new_source_has_executed_it(string replica, string source, string? why) =>
        Assert.Equal(why, Why($"db1 rw has=A:1-9\ndb2 ro <db1 {source}\ndb3 ro {replica}"));

    [Theory]
    [InlineData("0-1-7", null)]
    [InlineData("0-1-6", "has received 0-1-7 and not applied it, and db2:3306 lacks it")]
    public void MariaDb_compares_the_last_transaction_of_each_domain(string source, string? why) =>
        Assert.Equal(why, Why($"db1 10.11.8-MariaDB rw has=0-1-9\ndb2 10.11.8-MariaDB ro <db1 has={source}\ndb3 10.11.8-MariaDB ro <db1 has=0-1-5 got=0-1-7"));

    [Fact]
    public void What_a_source_that_is_not_known_has_is_not_assumed()
    {
        var replica = WrittenTopology.Read("db3 ro <db1 has=A:1-5 got=A:1-8").Members[0].Current!;
        Assert.Contains("nobody known lacks it", UnappliedTransactions.WhyNotDiscard(replica, replica.Link!, null)!.Because, StringComparison.Ordinal);
    }

    /// <summary>An applier that goes on applies what stands in the relay log: nothing that its new source lacks.</summary>
    [Theory]
    [InlineData("has=A:1-5 got=A:1-7", true)]
    [InlineData("has=A:1-7 got=A:1-7", true)]
    [InlineData("has=A:1-5 got=A:1-8", false)]
    [InlineData("has=A:1-5 got=A:1-7 sql=stopped", false)]
    [InlineData("has=A:1-5 got=A:1-7 sqlerr=1062", false)]
    public void A_relay_log_is_kept_where_the_new_source_has_all_that_stands_in_it(string words, bool expected)
    {
        var topology = WrittenTopology.Read($"db2 ro has=A:1-7\ndb3 ro <db1 {words}");
        var replica = topology.Members[1].Current!;
        Assert.Equal(expected, UnappliedTransactions.MayBeKept(replica, replica.Link, topology.Members[0].Current));
        Assert.False(UnappliedTransactions.MayBeKept(replica, replica.Link, null));
        Assert.False(UnappliedTransactions.MayBeKept(replica, replica.Link! with { Received = null }, topology.Members[0].Current));
        Assert.False(UnappliedTransactions.MayBeKept(replica, replica.Link! with { AutoPosition = false }, topology.Members[0].Current));
    }

    /// <summary>S4: more arrives between a look and the statement, and somebody counts on what it acknowledged.</summary>
    [Theory]
    [InlineData("semi=replica has=A:1-9", true)]
    [InlineData("semi=available has=A:1-9", false)]
    [InlineData("has=A:1-5 got=A:1-8", true)]
    public void One_that_acknowledges_stands_still_first(string words, bool expected)
    {
        var topology = WrittenTopology.Read($"db2 ro has=A:1-7\ndb3 ro <db1 {words}");
        var replica = topology.Members[1].Current!;
        Assert.Equal(expected, UnappliedTransactions.MustBeEmpty(replica, replica.Link!, topology.Members[0].Current));
    }

    /// <summary>What arrives from elsewhere all the time keeps no link from being empty.</summary>
    [Fact]
    public void Only_the_link_that_is_asked_about_counts()
    {
        var replica = WrittenTopology.Read("db1 rw\ndb2 ro\ndb3 ro <db8 channel=aux got=H:1-99 <db1 channel=main got=A:1-5 has=A:1-5,H:1-90").Members[2].Current!;
        Assert.Equal((false, true), (UnappliedTransactions.IsApplied(replica, replica.Links[0]), UnappliedTransactions.IsApplied(replica, replica.Links[1])));
        Assert.Equal("A:1-5,H:1-90", WrittenTopology.Shorten(UnappliedTransactions.Applied(replica, replica.Links[1]).ToString()));
    }

    private static string? Why(string written)
    {
        var topology = WrittenTopology.Read(written);
        var replica = topology.Members[2].Current!;
        var why = UnappliedTransactions.WhyNotDiscard(replica, replica.Link!, topology.Members[1].Current)?.Because;
        return why is null ? null : WrittenTopology.Shorten(why);
    }
}
